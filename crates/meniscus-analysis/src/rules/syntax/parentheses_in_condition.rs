use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Parentheses in a condition.
    ///
    /// Liquid has none: it skips them, or all that stands in them, and asks something else than
    /// what is written. Nest two `if` tags, or keep a part of the condition in a variable.
    ///
    /// Source: the reference's sections 4 and 7.1.
    ///
    /// ```liquid bad
    /// {% if (${language} == 'de' or ${language} == 'fr') and custom_attribute.${is_member} %}Hello{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}{% if ${language} == 'de' or ${language} == 'fr' %}Hello{% endif %}{% endif %}
    /// ```
    name: "parentheses-in-condition", level: Error, check: Check::Parser,
}
