use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A comment that allows a rule that doesn't exist.
    ///
    /// ## What it does
    ///
    /// Reports the name of an unknown rule in a `meniscus: allow` comment.
    ///
    /// ## Why it matters
    ///
    /// The comment allows nothing: the name is misspelled, or the rule was renamed.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% comment %} meniscus: allow unknown-feild — the field comes next month {% endcomment %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// Hello
    /// ```
    ///
    /// ## Source
    ///
    /// meniscus itself: `meniscus rules` lists all rules.
    name: "unknown-rule", level: Warn, check: Check::Suppression,
}
