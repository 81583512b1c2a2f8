use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A variable name that Liquid cuts short.
    ///
    /// ## What it does
    ///
    /// Reports names in `assign` and `capture` that Liquid reads only in part, such as `2nd line`.
    ///
    /// ## Why it matters
    ///
    /// Names contain ASCII letters, digits, and `_`. Liquid sets a variable named after the part
    /// that it can read. An output with the whole name renders as blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% capture 2nd line %}Hello{% endcapture %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% capture line_2 %}Hello{% endcapture %}{{ line_2 }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: variable names (reference, sections 1.1 and 7.1).
    name: "variable-name", level: Error, check: Check::Parser,
}
