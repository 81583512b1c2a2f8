use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Liquid that ends before it is whole.
    ///
    /// A value, a name or a filter is missing at the end; Liquid goes on with what is there, which
    /// prints nothing or another value.
    ///
    /// Source: the reference's sections 2.8 and 3.
    ///
    /// ```liquid bad
    /// {{ 'now' | date: }}
    /// ```
    ///
    /// ```liquid good
    /// {{ 'now' | date: '%Y' }}
    /// ```
    name: "incomplete-markup", level: Error, check: Check::Parser,
}
