use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter in a condition.
    ///
    /// Liquid skips it and compares the value as it is, so customers get what was meant for others.
    /// Assign the filtered value to a variable first, or put value and filter in braces of their
    /// own.
    ///
    /// Source: the reference's sections 3.12 and 7.1.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${wishes} | size > 3 %}A long list.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% assign wishes = custom_attribute.${wishes} | size %}
    /// {% if wishes > 3 %}A long list.{% endif %}
    /// ```
    name: "filter-in-condition", level: Error, check: Check::Parser,
}
