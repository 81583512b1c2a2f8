use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `when` without a value.
    ///
    /// ## What it does
    ///
    /// Reports a `when` tag without a value.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% case ${language} %}{% when %}Hallo{% else %}Hello{% endcase %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% case ${language} %}{% when 'de' %}Hallo{% else %}Hello{% endcase %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: abort type `template_parse_error` (reference, section 9A).
    name: "when-syntax", level: Error, check: Check::Parser,
}
