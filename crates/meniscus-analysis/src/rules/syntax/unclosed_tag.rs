use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A tag without its `%}`.
    ///
    /// ## What it does
    ///
    /// Reports `{%` without `%}`.
    ///
    /// ## Why it matters
    ///
    /// Liquid reads on to the next `%}` and rejects the template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign greeting = 'Hello'}
    /// {{ greeting }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign greeting = 'Hello' %}
    /// {{ greeting }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: with `%}`, Liquid accepts the template, and the message is sent. It is
    /// offered if half of the `%}` is there.
    ///
    /// ## Source
    ///
    /// Braze: Liquid syntax, and its own samples (reference, sections 7.1 and 7.4).
    name: "unclosed-tag", level: Error, check: Check::Parser,
}
