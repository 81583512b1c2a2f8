use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `when` without a value.
    ///
    /// Liquid refuses the whole template, so nobody gets the message.
    ///
    /// Source: Ruby's Liquid; the reference's section 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% case ${language} %}{% when %}Hallo{% else %}Hello{% endcase %}
    /// ```
    ///
    /// ```liquid good
    /// {% case ${language} %}{% when 'de' %}Hallo{% else %}Hello{% endcase %}
    /// ```
    name: "when-syntax", level: Error, check: Check::Parser,
}
