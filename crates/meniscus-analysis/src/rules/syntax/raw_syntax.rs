use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Something after `raw` or `doc`.
    ///
    /// ## What it does
    ///
    /// Reports a `raw` or `doc` tag with anything after its name.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% raw as is %}{{ name }}{% endraw %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% raw %}{{ name }}{% endraw %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: abort type `template_parse_error` (reference, section 9A).
    name: "raw-syntax", level: Error, check: Check::Parser,
}
