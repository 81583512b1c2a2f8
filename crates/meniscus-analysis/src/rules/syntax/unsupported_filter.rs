use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter that Braze lists as not supported.
    ///
    /// Shopify's documentation has it, Braze's says that it does not work: the value comes through
    /// unchanged, or the message is not sent.
    ///
    /// Source: the reference's section 3.10.
    ///
    /// ```liquid bad
    /// {{ ' summer' | lstrip }}
    /// ```
    ///
    /// ```liquid good
    /// {{ ' summer' | strip }}
    /// ```
    ///
    /// ```liquid bad
    /// {% assign seats = custom_attribute.${seats} | default: 2 %}{{ seats }} {{ seats | pluralize: 'seat', 'seats' }}
    /// ```
    ///
    /// ```liquid good
    /// {% assign seats = custom_attribute.${seats} | default: 2 %}{{ seats }} {% if seats == 1 %}seat{% else %}seats{% endif %}
    /// ```
    name: "unsupported-filter", level: Error, check: Check::Parser,
}
