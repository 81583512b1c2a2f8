use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter that Braze lists as not supported.
    ///
    /// ## What it does
    ///
    /// Reports the filters that Braze's documentation says don't work.
    ///
    /// ## Why it matters
    ///
    /// Shopify's documentation has the filter, but Braze's says that it doesn't work. The value
    /// passes through unchanged, or the message isn't sent.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ ' summer' | lstrip }}
    /// ```
    ///
    /// ```liquid bad
    /// {% assign seats = custom_attribute.${seats} | default: 2 %}{{ seats }} {{ seats | pluralize: 'seat', 'seats' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{ ' summer' | strip }}
    /// ```
    ///
    /// ```liquid good
    /// {% assign seats = custom_attribute.${seats} | default: 2 %}{{ seats }} {% if seats == 1 %}seat{% else %}seats{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it writes the name of a supported filter, such as `strip` for `lstrip`,
    /// which changes what is sent.
    ///
    /// ## Source
    ///
    /// Braze: filters listed as not supported (reference, section 3.10).
    name: "unsupported-filter", level: Error, check: Check::Parser,
}
