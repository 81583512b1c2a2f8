use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter inside of `[ ]`.
    ///
    /// An index takes a value alone; with a filter in it, another item is read or none. Assign the
    /// filtered value to a variable first.
    ///
    /// Source: the reference's sections 3.12 and 7.1.
    ///
    /// ```liquid bad
    /// {% assign last = 3 %}{% if custom_attribute.${wishes}[last | minus: 1] == 'A' %}A{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% assign last = 3 | minus: 1 %}{% if custom_attribute.${wishes}[last] == 'A' %}A{% endif %}
    /// ```
    name: "filter-in-index", level: Error, check: Check::Parser,
}
