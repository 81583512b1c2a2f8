use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `abort_message` whose reason stands without parentheses.
    ///
    /// Braze's pages write the reason in quotes and parentheses, always; what it makes of another
    /// form, no page says.
    ///
    /// Source: the reference's section 2.2.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${plan} == blank %}{% abort_message 'no plan' %}{% endif %}Hello
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${plan} == blank %}{% abort_message('no plan') %}{% endif %}Hello
    /// ```
    name: "missing-parentheses", level: Warn, check: Check::Parser,
}
