use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A tag without a name.
    ///
    /// ## What it does
    ///
    /// Reports a tag with nothing after `{%`.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% %}Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write what the tag does. To print a value, use two braces.
    ///
    /// ```liquid good
    /// {% assign greeting = 'Hello' %}{{ greeting }}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: abort type `template_parse_error` (reference, section 9A).
    name: "nameless-tag", level: Error, check: Check::Parser,
}
