use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An operator in `assign` or in an output.
    ///
    /// ## What it does
    ///
    /// Reports operators such as `>` and `+` in the value of `assign` or of an output.
    ///
    /// ## Why it matters
    ///
    /// Values take filters, not operators: Liquid ignores the operator and everything after it.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign often = custom_attribute.${visits} > 10 %}{% if often %}Welcome back.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Use `plus`, `minus`, or `times`. For a comparison, use `if`.
    ///
    /// ```liquid good
    /// {% assign often = false %}{% if custom_attribute.${visits} > 10 %}{% assign often = true %}{% endif %}{% if often %}Welcome back.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: tags, and where operators may be used (reference, sections 2.8, 3.12, and 7.1).
    name: "operator-in-value", level: Error, check: Check::Parser,
}
