use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `case` without a value, or with something behind its `else`.
    ///
    /// Liquid refuses the whole template, so nobody gets the message. Name the value that the
    /// `when` branches are compared with.
    ///
    /// Source: Ruby's Liquid; the reference's section 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% case %}{% when 'de' %}Hallo{% else %}Hello{% endcase %}
    /// ```
    ///
    /// ```liquid good
    /// {% case ${language} %}{% when 'de' %}Hallo{% else %}Hello{% endcase %}
    /// ```
    name: "case-syntax", level: Error, check: Check::Parser,
}
