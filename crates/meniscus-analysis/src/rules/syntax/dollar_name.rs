use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `$` without its braces.
    ///
    /// `$name` is how other tools write their variables. Liquid skips the dollar sign and prints
    /// the variable behind it, which nobody set. Attributes are written `${name}`.
    ///
    /// Source: the reference's sections 1.1 and 7.1.
    ///
    /// ```liquid bad
    /// Sent at {{$isoTimestamp}}
    /// ```
    ///
    /// ```liquid good
    /// Sent at {{ 'now' | date: '%Y-%m-%dT%H:%M:%SZ' }}
    /// ```
    name: "dollar-name", level: Error, check: Check::Parser,
}
