use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A comment that allows a rule which does not exist.
    ///
    /// It allows nothing: the name is misspelt, or the rule has another name by now.
    ///
    /// ```liquid bad
    /// {% comment %} meniscus: allow unknown-feild — the field comes next month {% endcomment %}
    /// ```
    ///
    /// ```liquid good
    /// Hello
    /// ```
    name: "unknown-rule", level: Warn, check: Check::Suppression,
}
