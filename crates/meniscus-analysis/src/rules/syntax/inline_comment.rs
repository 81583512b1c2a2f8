use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A line of a `{% # … %}` comment that doesn't start with `#`.
    ///
    /// ## What it does
    ///
    /// Reports lines of an inline comment that don't start with `#`.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% # for the spring
    ///    campaign %}Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// Start every line with `#`, or use `{% comment %}`.
    ///
    /// ```liquid good
    /// {% # for the spring
    ///    # campaign %}Hello
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze's pages don't mention inline comments (reference, section 2.8).
    name: "inline-comment", level: Error, check: Check::Parser,
}
