use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `capture` without a name.
    ///
    /// ## What it does
    ///
    /// Reports a `capture` tag without a variable name.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% capture %}Hello{% endcapture %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% capture greeting %}Hello{% endcapture %}{{ greeting }}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: abort type `template_parse_error` (reference, section 9A).
    name: "capture-syntax", level: Error, check: Check::Parser,
}
