use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `assign` without a name and a value.
    ///
    /// Liquid refuses the whole template, so nobody gets the message. Write a name, `=`, and the
    /// value.
    ///
    /// Source: Ruby's Liquid; the reference's section 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% assign greeting %}Hello
    /// ```
    ///
    /// ```liquid good
    /// {% assign greeting = 'Hello' %}{{ greeting }}
    /// ```
    name: "assign-syntax", level: Error, check: Check::Parser,
}
