use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `if`, `elsif` or `unless` without a whole condition.
    ///
    /// Liquid refuses the whole template, so nobody gets the message.
    ///
    /// Source: Ruby's Liquid; the reference's section 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% if %}Hello{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}Hello{% endif %}
    /// ```
    name: "condition-syntax", level: Error, check: Check::Parser,
}
