use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `case` without a value, or with something after its `else`.
    ///
    /// ## What it does
    ///
    /// Reports a `case` tag without a value, and an `else` in a `case` that has something after it.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% case %}{% when 'de' %}Hallo{% else %}Hello{% endcase %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Name the value that the `when` branches are compared with.
    ///
    /// ```liquid good
    /// {% case ${language} %}{% when 'de' %}Hallo{% else %}Hello{% endcase %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: abort type `template_parse_error` (reference, section 9A).
    name: "case-syntax", level: Error, check: Check::Parser,
}
