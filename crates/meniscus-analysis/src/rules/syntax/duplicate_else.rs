use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A second `else` in one block.
    ///
    /// ## What it does
    ///
    /// Reports a second `else` in the same block.
    ///
    /// ## Why it matters
    ///
    /// Only one of them is ever sent.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} %}A{% else %}B{% else %}C{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Keep one `else`, as the last branch.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}A{% else %}B{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5.
    name: "duplicate-else", level: Warn, check: Check::Parser,
}
