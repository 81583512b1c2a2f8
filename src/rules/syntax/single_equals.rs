use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A single `=` where values are compared.
    ///
    /// Liquid does not know it as an operator; what it makes of the condition is not what it says.
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
