use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A condition after `else`.
    ///
    /// ## What it does
    ///
    /// Reports a condition, or anything else, after the word `else`.
    ///
    /// ## Why it matters
    ///
    /// `else` takes no condition: Liquid ignores it and sends the branch to everyone else.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if ${language} == 'de' %}Hallo{% else if ${language} == 'fr' %}Salut{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write `elsif`.
    ///
    /// ```liquid good
    /// {% if ${language} == 'de' %}Hallo{% elsif ${language} == 'fr' %}Salut{% else %}Hello{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: with `elsif`, only customers who meet the condition get the branch. It is
    /// offered for `else if` alone.
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5.
    name: "else-takes-nothing", level: Warn, check: Check::Parser,
}
