use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A tag without a name.
    ///
    /// Liquid refuses the whole template, so nobody gets the message. Write what the tag does; to
    /// print a value, write two braces.
    ///
    /// Source: Ruby's Liquid; the reference's section 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% %}Hello
    /// ```
    ///
    /// ```liquid good
    /// {% assign greeting = 'Hello' %}{{ greeting }}
    /// ```
    name: "nameless-tag", level: Error, check: Check::Parser,
}
