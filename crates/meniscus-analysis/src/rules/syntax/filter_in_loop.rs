use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A filter behind the collection of a loop.
    ///
    /// Liquid skips it and loops over the list as it is. Assign the filtered list to a variable
    /// first.
    ///
    /// Source: the reference's sections 3.12 and 7.1.
    ///
    /// ```liquid bad
    /// {% for wish in custom_attribute.${wishes} | reverse %}{{ wish }} {% endfor %}
    /// ```
    ///
    /// ```liquid good
    /// {% assign wishes = custom_attribute.${wishes} | reverse %}
    /// {% for wish in wishes %}{{ wish }} {% endfor %}
    /// ```
    name: "filter-in-loop", level: Error, check: Check::Parser,
}
