use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A block without its end.
    ///
    /// Liquid refuses the whole template, so nobody gets the message. Add the end where the block
    /// is over.
    ///
    /// Source: the reference's sections 7.1 and 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} %}Hello
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}Hello{% endif %}
    /// ```
    name: "unclosed-block", level: Error, check: Check::Parser,
}
