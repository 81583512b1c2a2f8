use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An output without its two closing braces.
    ///
    /// Liquid refuses the whole template, so nobody gets the message. SessionM's own guide for
    /// Braze once had such an output.
    ///
    /// Source: the reference's sections 7.1 and 8.3.
    ///
    /// ```liquid bad
    /// You have {{custom_attribute.${points} | default: 0} points.
    /// ```
    ///
    /// ```liquid good
    /// You have {{custom_attribute.${points} | default: 0}} points.
    /// ```
    name: "unclosed-output", level: Error, check: Check::Parser,
}
