use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A name that Liquid cuts before it sets the variable.
    ///
    /// Names have ASCII letters, digits and `_`. Liquid sets the variable of what it can read of
    /// the name, and what is read later under the whole name is empty.
    ///
    /// Source: the reference's sections 1.1 and 7.1.
    ///
    /// ```liquid bad
    /// {% capture 2nd line %}Hello{% endcapture %}
    /// ```
    ///
    /// ```liquid good
    /// {% capture line_2 %}Hello{% endcapture %}{{ line_2 }}
    /// ```
    name: "variable-name", level: Error, check: Check::Parser,
}
