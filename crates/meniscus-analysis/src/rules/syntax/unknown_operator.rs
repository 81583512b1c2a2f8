use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An operator that Liquid does not know.
    ///
    /// The template fails when the condition is reached, and the message is not sent. The operators
    /// are `==`, `!=`, `<`, `>`, `<=`, `>=` and `contains`, with `and` and `or` between
    /// comparisons; there is no `not`.
    ///
    /// Source: the reference's section 4.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${tier} is 'gold' %}Hello{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${tier} == 'gold' %}Hello{% endif %}
    /// ```
    name: "unknown-operator", level: Error, check: Check::Parser,
}
