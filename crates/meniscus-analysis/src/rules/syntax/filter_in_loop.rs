use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter on the list of a loop.
    ///
    /// ## What it does
    ///
    /// Reports a filter after the list in `for … in` and `tablerow … in`.
    ///
    /// ## Why it matters
    ///
    /// Liquid ignores the filter and loops over the list as it is.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% for wish in custom_attribute.${wishes} | reverse %}{{ wish }} {% endfor %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Assign the filtered list to a variable first.
    ///
    /// ```liquid good
    /// {% assign wishes = custom_attribute.${wishes} | reverse %}
    /// {% for wish in wishes %}{{ wish }} {% endfor %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: where filters may be used (reference, sections 3.12 and 7.1).
    name: "filter-in-loop", level: Error, check: Check::Parser,
}
