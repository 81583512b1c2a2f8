use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter that neither Liquid nor Braze has.
    ///
    /// The value passes through as if the filter were not there; whether Braze sends the message at
    /// all, no page says.
    ///
    /// Source: the reference's sections 3, 7.1 and 11.
    ///
    /// ```liquid bad
    /// {{ 'summer' | capitalise }}
    /// ```
    ///
    /// ```liquid good
    /// {{ 'summer' | capitalize }}
    /// ```
    name: "unknown-filter", level: Warn, check: Check::Parser,
}
