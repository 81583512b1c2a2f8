use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Something in Liquid that has no meaning where it stands.
    ///
    /// Liquid skips it in silence; what is left may mean something else than what was written.
    ///
    /// Source: Ruby's Liquid; the reference's section 2.8.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} == true; %}Hello{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} == true %}Hello{% endif %}
    /// ```
    name: "unexpected-markup", level: Error, check: Check::Parser,
}
