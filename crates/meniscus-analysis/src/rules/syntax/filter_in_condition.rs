use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter in a condition.
    ///
    /// ## What it does
    ///
    /// Reports a filter in `if`, `elsif`, `unless`, `case`, or `when`.
    ///
    /// ## Why it matters
    ///
    /// Liquid ignores the filter and any comparison after it, so customers get a message meant for
    /// others. In the example, the number of wishes isn't tested: the text is sent to anyone who
    /// has a list.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${wishes} | size > 3 %}A long list.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Assign the filtered value to a variable first. Or put the value and its filter in their own
    /// braces: `{% if {{wishes | size}} > 3 %}`.
    ///
    /// ```liquid good
    /// {% assign wishes = custom_attribute.${wishes} | size %}
    /// {% if wishes > 3 %}A long list.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: where filters may be used (reference, sections 3.12 and 7.1).
    name: "filter-in-condition", level: Error, check: Check::Parser,
}
