use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Something behind `raw` or `doc`.
    ///
    /// Liquid refuses the whole template, so nobody gets the message.
    ///
    /// Source: Ruby's Liquid 5; the reference's section 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% raw as is %}{{ name }}{% endraw %}
    /// ```
    ///
    /// ```liquid good
    /// {% raw %}{{ name }}{% endraw %}
    /// ```
    name: "raw-syntax", level: Error, check: Check::Parser,
}
