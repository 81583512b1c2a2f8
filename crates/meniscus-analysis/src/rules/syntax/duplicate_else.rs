use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A second `else` in one block.
    ///
    /// Only one of them is ever sent. Keep one, as the last branch.
    ///
    /// Source: Ruby's Liquid 5.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} %}A{% else %}B{% else %}C{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}A{% else %}B{% endif %}
    /// ```
    name: "duplicate-else", level: Warn, check: Check::Parser,
}
