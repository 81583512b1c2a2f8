use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `capture` without a name.
    ///
    /// Liquid refuses the whole template, so nobody gets the message.
    ///
    /// Source: Ruby's Liquid; the reference's section 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% capture %}Hello{% endcapture %}
    /// ```
    ///
    /// ```liquid good
    /// {% capture greeting %}Hello{% endcapture %}{{ greeting }}
    /// ```
    name: "capture-syntax", level: Error, check: Check::Parser,
}
