use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Two arguments of a filter without a comma between them.
    ///
    /// Liquid leaves the second out: `replace` then removes what it should replace.
    ///
    /// Source: Liquid's filters; the reference's section 3.
    ///
    /// ```liquid bad
    /// {{ 'a b' | replace: ' ' '-' }}
    /// ```
    ///
    /// ```liquid good
    /// {{ 'a b' | replace: ' ', '-' }}
    /// ```
    name: "missing-comma", level: Error, check: Check::Parser,
}
