use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A condition behind `else`.
    ///
    /// `else` takes no condition: Liquid skips it and sends the branch to everybody else. Write
    /// `elsif`.
    ///
    /// Source: Ruby's Liquid 5.
    ///
    /// ```liquid bad
    /// {% if ${language} == 'de' %}Hallo{% else if ${language} == 'fr' %}Salut{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if ${language} == 'de' %}Hallo{% elsif ${language} == 'fr' %}Salut{% endif %}
    /// ```
    name: "else-takes-nothing", level: Warn, check: Check::Parser,
}
