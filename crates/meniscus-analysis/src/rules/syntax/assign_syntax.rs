use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `assign` without a name and a value.
    ///
    /// ## What it does
    ///
    /// Reports an `assign` tag without `name = value`.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign greeting %}Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write a name, `=`, and the value.
    ///
    /// ```liquid good
    /// {% assign greeting = 'Hello' %}{{ greeting }}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: abort type `template_parse_error` (reference, section 9A).
    name: "assign-syntax", level: Error, check: Check::Parser,
}
