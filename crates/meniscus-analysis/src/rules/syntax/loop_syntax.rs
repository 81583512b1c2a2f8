use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `for` or `tablerow` without `item in items`.
    ///
    /// ## What it does
    ///
    /// Reports a `for` or `tablerow` tag without `item in items`.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% for custom_attribute.${wishes} %}A wish{% endfor %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% for wish in custom_attribute.${wishes} %}{{ wish }} {% endfor %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: abort type `template_parse_error` (reference, section 9A).
    name: "loop-syntax", level: Error, check: Check::Parser,
}
