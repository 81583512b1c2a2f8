use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A word in front of `${ }` that is none of Braze’s objects.
    ///
    /// Nothing is printed in its place. `custom_attributes`, `content_block` and `event_property`
    /// are the usual slips.
    ///
    /// Source: the reference's sections 1.4 and 7.1.
    ///
    /// ```liquid bad
    /// {% if custom_attributes.${is_member} %}Hello{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}Hello{% endif %}
    /// ```
    name: "unknown-family", level: Warn, check: Check::Parser,
}
