use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter inside `[ ]`.
    ///
    /// ## What it does
    ///
    /// Reports a filter inside the brackets of an index.
    ///
    /// ## Why it matters
    ///
    /// An index takes a plain value. With a filter in it, Liquid reads another item, or none.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign last = 3 %}{% if custom_attribute.${wishes}[last | minus: 1] == 'A' %}A{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Assign the filtered value to a variable first.
    ///
    /// ```liquid good
    /// {% assign last = 3 | minus: 1 %}{% if custom_attribute.${wishes}[last] == 'A' %}A{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: where filters may be used (reference, sections 3.12 and 7.1).
    name: "filter-in-index", level: Error, check: Check::Parser,
}
