use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A tag without its `%}`.
    ///
    /// Liquid runs on to the next `%}` and refuses the template, so nobody gets the message.
    ///
    /// Source: the reference's sections 7.1 and 7.4.
    ///
    /// ```liquid bad
    /// {% assign greeting = 'Hello'}
    /// {{ greeting }}
    /// ```
    ///
    /// ```liquid good
    /// {% assign greeting = 'Hello' %}
    /// {{ greeting }}
    /// ```
    name: "unclosed-tag", level: Error, check: Check::Parser,
}
