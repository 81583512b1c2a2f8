use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A tag that neither Liquid nor Braze has.
    ///
    /// Liquid refuses the whole template, so nobody gets the message. To print a value, write two
    /// braces.
    ///
    /// Source: the reference's sections 2.8, 7.1 and 7.4.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${plan} == blank %}{% cancel_message %}{% endif %}Hello
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${plan} == blank %}{% abort_message('no plan') %}{% endif %}Hello
    /// ```
    name: "unknown-tag", level: Error, check: Check::Parser,
}
