use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `abort_message` whose reason has no quotes.
    ///
    /// Braze's pages quote the reason; one old page did not, and the newer one does.
    ///
    /// Source: the reference's sections 2.2 and 7.2.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${plan} == blank %}{% abort_message(no plan) %}{% endif %}Hello
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${plan} == blank %}{% abort_message('no plan') %}{% endif %}Hello
    /// ```
    name: "unquoted-argument", level: Warn, check: Check::Parser,
}
