//! Rules about how templates are written.

mod single_equals;
mod unknown_rule;
mod unused_suppression;

use super::Rule;

/// The rules of this group.
pub(super) static RULES: &[&Rule] =
    &[&single_equals::RULE, &unknown_rule::RULE, &unused_suppression::RULE];

/// The rule about comments that allow what is not reported.
pub(super) fn unused_suppression() -> &'static Rule {
    &unused_suppression::RULE
}

/// The rule about comments that allow what is no rule.
pub(super) fn unknown_rule() -> &'static Rule {
    &unknown_rule::RULE
}
