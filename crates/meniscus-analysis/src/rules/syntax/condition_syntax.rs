use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `if`, `elsif`, or `unless` without a complete condition.
    ///
    /// ## What it does
    ///
    /// Reports an `if`, `elsif`, or `unless` tag whose condition is missing or incomplete.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if %}Hello{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}Hello{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: abort type `template_parse_error` (reference, section 9A).
    name: "condition-syntax", level: Error, check: Check::Parser,
}
