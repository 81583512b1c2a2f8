use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Something behind a tag that takes nothing.
    ///
    /// Liquid skips it: `{% break if … %}` breaks always.
    ///
    /// Source: Ruby's Liquid 5.
    ///
    /// ```liquid bad
    /// {% for i in (1..3) %}{{ i }}{% break if i == 2 %}{% endfor %}
    /// ```
    ///
    /// ```liquid good
    /// {% for i in (1..3) %}{{ i }}{% if i == 2 %}{% break %}{% endif %}{% endfor %}
    /// ```
    name: "tag-takes-nothing", level: Warn, check: Check::Parser,
}
