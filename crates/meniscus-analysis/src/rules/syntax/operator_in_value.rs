use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An operator in `assign` or in an output.
    ///
    /// Values take filters, no operators: Liquid skips the operator and what stands behind it. Use
    /// `plus`, `minus` or `times`; for a comparison, an `if`.
    ///
    /// Source: the reference's sections 2.8, 3.12 and 7.1.
    ///
    /// ```liquid bad
    /// {% assign often = custom_attribute.${visits} > 10 %}{% if often %}Welcome back.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% assign often = false %}{% if custom_attribute.${visits} > 10 %}{% assign often = true %}{% endif %}{% if often %}Welcome back.{% endif %}
    /// ```
    name: "operator-in-value", level: Error, check: Check::Parser,
}
