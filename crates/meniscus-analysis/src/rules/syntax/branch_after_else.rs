use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// An `elsif` behind `else`.
    ///
    /// `else` takes all that is left, so what stands behind it is never sent. Put `else` last.
    ///
    /// Source: Ruby's Liquid 5.
    ///
    /// ```liquid bad
    /// {% if ${language} == 'de' %}Hallo{% else %}Hello{% elsif ${language} == 'fr' %}Salut{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if ${language} == 'de' %}Hallo{% elsif ${language} == 'fr' %}Salut{% else %}Hello{% endif %}
    /// ```
    name: "branch-after-else", level: Warn, check: Check::Parser,
}
