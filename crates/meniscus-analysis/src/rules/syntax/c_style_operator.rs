use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// `&&` or `||`, which are no operators of Liquid.
    ///
    /// Liquid skips what stands behind them: of `a && b` only `a` is asked, and customers get what
    /// was meant for others. Write `and` and `or`; in an output, `default` gives a value where one
    /// is missing.
    ///
    /// Source: the reference's sections 4 and 7.1.
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} && custom_attribute.${has_app} %}Open the app.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} and custom_attribute.${has_app} %}Open the app.{% endif %}
    /// ```
    name: "c-style-operator", level: Error, check: Check::Parser,
}
