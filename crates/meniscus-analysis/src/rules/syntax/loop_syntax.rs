use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A `for` or `tablerow` without `item in items`.
    ///
    /// Liquid refuses the whole template, so nobody gets the message.
    ///
    /// Source: Ruby's Liquid; the reference's section 9A, `template_parse_error`.
    ///
    /// ```liquid bad
    /// {% for custom_attribute.${wishes} %}A wish{% endfor %}
    /// ```
    ///
    /// ```liquid good
    /// {% for wish in custom_attribute.${wishes} %}{{ wish }} {% endfor %}
    /// ```
    name: "loop-syntax", level: Error, check: Check::Parser,
}
