use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `abort_message` whose reason has no quotes.
    ///
    /// ## What it does
    ///
    /// Reports an `abort_message` with a reason in parentheses but without quotes.
    ///
    /// ## Why it matters
    ///
    /// Braze's pages quote the reason. One old page didn't, and its newer version does.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${plan} == blank %}{% abort_message(no plan) %}{% endif %}Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${plan} == blank %}{% abort_message('no plan') %}{% endif %}Hello
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is safe: it adds the quotes, and the reason stays the same.
    ///
    /// ## Source
    ///
    /// Braze: `abort_message` (reference, sections 2.2 and 7.2).
    name: "unquoted-argument", level: Warn, check: Check::Parser,
}
