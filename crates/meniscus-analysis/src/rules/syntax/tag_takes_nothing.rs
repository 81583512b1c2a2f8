use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Something after a tag that takes no arguments.
    ///
    /// ## What it does
    ///
    /// Reports anything after the name of a tag that takes no arguments, such as `break`.
    ///
    /// ## Why it matters
    ///
    /// Liquid ignores it: `{% break if … %}` always breaks.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% for i in (1..3) %}{{ i }}{% break if i == 2 %}{% endfor %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% for i in (1..3) %}{{ i }}{% if i == 2 %}{% break %}{% endif %}{% endfor %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5.
    name: "tag-takes-nothing", level: Warn, check: Check::Parser,
}
