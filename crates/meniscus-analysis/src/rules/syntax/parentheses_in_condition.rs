use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// Parentheses in a condition.
    ///
    /// ## What it does
    ///
    /// Reports `(` and `)` in a condition.
    ///
    /// ## Why it matters
    ///
    /// Liquid doesn't support them. It ignores the parentheses, or everything inside them, and
    /// tests something other than what is written.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if (${language} == 'de' or ${language} == 'fr') and custom_attribute.${is_member} %}Hello{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Nest two `if` tags, or put part of the condition in a variable.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}{% if ${language} == 'de' or ${language} == 'fr' %}Hello{% endif %}{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is safe: it removes one pair of parentheses around the whole condition, which Liquid
    /// ignores anyway. Other parentheses have no fix.
    ///
    /// ## Source
    ///
    /// Braze: operators (reference, sections 4 and 7.1).
    name: "parentheses-in-condition", level: Error, check: Check::Parser,
}
