use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A single `=` where values are compared.
    ///
    /// ## What it does
    ///
    /// Reports `=` in a condition.
    ///
    /// ## Why it matters
    ///
    /// Liquid has no such operator: the template fails when the condition is reached, and the
    /// message isn't sent.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${tier} = 'gold' %}Hello{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${tier} == 'gold' %}Hello{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: with `==`, the condition works, and the message is sent.
    ///
    /// ## Source
    ///
    /// Braze: Liquid syntax (reference, section 7.1).
    name: "single-equals", level: Error, check: Check::Parser,
}
