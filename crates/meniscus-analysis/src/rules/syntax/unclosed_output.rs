use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An output without its two closing braces.
    ///
    /// ## What it does
    ///
    /// Reports `{{` without `}}`.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message. SessionM's own guide for
    /// Braze once had such an output.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// You have {{custom_attribute.${points} | default: 0} points.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// You have {{custom_attribute.${points} | default: 0}} points.
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: with the brace, Liquid accepts the template, and the message is sent. It
    /// is offered if one of the two braces is there.
    ///
    /// ## Source
    ///
    /// Braze: Liquid syntax, and its page about SessionM (reference, sections 7.1 and 8.3).
    name: "unclosed-output", level: Error, check: Check::Parser,
}
