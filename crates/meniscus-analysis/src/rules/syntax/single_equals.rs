use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A single `=` where values are compared.
    ///
    /// Liquid does not know it as an operator: the template fails when the condition is reached, and
    /// the message is not sent.
    ///
    /// Source: the reference's section 7.1.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${tier} = 'gold' %}Hello{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${tier} == 'gold' %}Hello{% endif %}
    /// ```
    name: "single-equals", level: Error, check: Check::Parser,
}
