use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `cycle` without values.
    ///
    /// Liquid refuses the whole template, so nobody gets the message.
    ///
    /// Source: Ruby's Liquid; the reference's section 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% for i in (1..2) %}{% cycle %}{% endfor %}
    /// ```
    ///
    /// ```liquid good
    /// {% for i in (1..2) %}{% cycle 'odd', 'even' %}{% endfor %}
    /// ```
    name: "cycle-syntax", level: Error, check: Check::Parser,
}
