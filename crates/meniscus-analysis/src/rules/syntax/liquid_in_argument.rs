use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Liquid in the reason of `abort_message`.
    ///
    /// The reason is taken as it stands: the log shows the braces. It has to be a fixed text.
    ///
    /// Source: the reference's sections 2.2 and 7.2.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${plan} == blank %}{% abort_message('no plan for {{${user_id}}}') %}{% endif %}Hello
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${plan} == blank %}{% abort_message('no plan') %}{% endif %}Hello
    /// ```
    name: "liquid-in-argument", level: Warn, check: Check::Parser,
}
