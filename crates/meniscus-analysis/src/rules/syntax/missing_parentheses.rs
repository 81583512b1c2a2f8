use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `abort_message` whose reason isn't in parentheses.
    ///
    /// ## What it does
    ///
    /// Reports an `abort_message` with a reason outside parentheses.
    ///
    /// ## Why it matters
    ///
    /// Braze's pages always write the reason in quotes and parentheses. No page says what Braze
    /// does with any other form.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${plan} == blank %}{% abort_message 'no plan' %}{% endif %}Hello
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
    /// The fix is safe: it adds quotes and parentheses, and the reason stays the same.
    ///
    /// ## Source
    ///
    /// Braze: `abort_message` (reference, section 2.2).
    name: "missing-parentheses", level: Warn, check: Check::Parser,
}
