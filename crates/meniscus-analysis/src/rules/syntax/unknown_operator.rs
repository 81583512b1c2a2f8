use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An operator that Liquid doesn't know.
    ///
    /// ## What it does
    ///
    /// Reports operators that Liquid doesn't have. The operators are `==`, `!=`, `<`, `>`, `<=`,
    /// `>=`, and `contains`, with `and` and `or` between comparisons. There is no `not`.
    ///
    /// ## Why it matters
    ///
    /// The template fails when the condition is reached, and the message isn't sent.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${tier} is 'gold' %}Hello{% endif %}
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
    /// The fix is usually unsafe: with a known operator, the condition works, and the message is
    /// sent. It is safe if Liquid reads the condition the same way afterward.
    ///
    /// ## Source
    ///
    /// Braze: operators (reference, section 4).
    name: "unknown-operator", level: Error, check: Check::Parser,
}
