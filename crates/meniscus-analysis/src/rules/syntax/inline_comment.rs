use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A line of a `{% # … %}` comment that does not begin with `#`.
    ///
    /// Liquid refuses the whole template, so nobody gets the message. Begin every line with `#`, or
    /// write `{% comment %}`.
    ///
    /// Source: Ruby's Liquid 5; Braze's pages do not mention inline comments (the reference's
    /// section 2.8).
    ///
    /// ```liquid bad
    /// {% # for the spring
    ///    campaign %}Hello
    /// ```
    ///
    /// ```liquid good
    /// {% # for the spring
    ///    # campaign %}Hello
    /// ```
    name: "inline-comment", level: Error, check: Check::Parser,
}
