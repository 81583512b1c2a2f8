use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `cycle` without values.
    ///
    /// ## What it does
    ///
    /// Reports a `cycle` tag without values.
    ///
    /// ## Why it matters
    ///
    /// Liquid rejects the whole template, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% for i in (1..2) %}{% cycle %}{% endfor %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% for i in (1..2) %}{% cycle 'odd', 'even' %}{% endfor %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: abort type `template_parse_error` (reference, section 9A).
    name: "cycle-syntax", level: Error, check: Check::Parser,
}
