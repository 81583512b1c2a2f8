use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter and its argument without a colon between them.
    ///
    /// Liquid leaves the argument out: `default` then gives nothing, and the customer reads a hole.
    ///
    /// Source: Liquid's filters; the reference's section 3.
    ///
    /// ```liquid bad
    /// Hi {{${first_name} | default 'there'}}
    /// ```
    ///
    /// ```liquid good
    /// Hi {{${first_name} | default: 'there'}}
    /// ```
    name: "missing-colon", level: Error, check: Check::Parser,
}
