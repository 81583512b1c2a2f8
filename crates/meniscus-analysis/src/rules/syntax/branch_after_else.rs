use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `elsif` after `else`.
    ///
    /// ## What it does
    ///
    /// Reports an `elsif` that comes after the `else` of its block.
    ///
    /// ## Why it matters
    ///
    /// `else` takes every customer who is left, so what comes after it is never sent.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if ${language} == 'de' %}Hallo{% else %}Hello{% elsif ${language} == 'fr' %}Salut{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Put `else` last.
    ///
    /// ```liquid good
    /// {% if ${language} == 'de' %}Hallo{% elsif ${language} == 'fr' %}Salut{% else %}Hello{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5.
    name: "branch-after-else", level: Warn, check: Check::Parser,
}
