use crate::analyze::{ComparisonUse, Model};
use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Shape, Values};
use crate::syntax::ast::{Expr, ExprKind, Operator};
use crate::value::View;

/// The states of a subscription in Braze.
const STATES: [&str; 3] = ["subscribed", "unsubscribed", "opted_in"];

rule! {
    /// A documented value written in the wrong letter case: `iOS` for `ios`.
    ///
    /// ## What it does
    ///
    /// Reports a comparison with a documented value in a different letter case: Braze's platforms
    /// and subscription states, and the values that SessionM lists. A message that compares with
    /// both spellings is left alone.
    ///
    /// ## Why it matters
    ///
    /// Liquid compares strings letter by letter: `'iOS'` isn't `ios`, so the branch is never taken.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "push"
    /// ```
    ///
    /// ```liquid bad
    /// {% if targeted_device.${platform} == 'iOS' %}Open Wallet.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if targeted_device.${platform} == 'ios' %}Open Wallet.{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the comparison can then be true, so some customers get a different text.
    ///
    /// ## Source
    ///
    /// Braze: Other namespaces; Operators and truth (reference, sections 1.4 and 4).
    name: "platform-case", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for comparison in &model.comparisons {
            let ComparisonUse { left, right, .. } = *comparison;
            report(model, comparison, (left, &comparison.left_shape), right, findings);
            report(model, comparison, (right, &comparison.right_shape), left, findings);
        }
    }
}

fn report(
    model: &Model<'_>,
    comparison: &ComparisonUse<'_>,
    (side, shape): (&Expr, &Shape),
    other: &Expr,
    findings: &mut Findings<'_>,
) {
    let ExprKind::Str(span) = other.kind else { return };
    let source = comparison.at.source;
    let (name, written) = (source.slice(side.span), source.slice(span));
    if !matches!(comparison.operator, Operator::Equal | Operator::NotEqual | Operator::Contains) {
        return;
    }
    let Some(known) = in_other_case(name, shape, written) else { return };
    // A message that tests both spellings handles the difference.
    let both = model.comparisons.iter().any(|one| {
        let text = |expr: &Expr| one.at.source.slice(expr.span);
        let is_known = |expr: &Expr| text(expr).trim_matches(['\'', '"']) == known;
        (text(one.left) == name && is_known(one.right))
            || (text(one.right) == name && is_known(one.left))
    });
    if both {
        return;
    }
    let message = format!("`{name}` is never `{written}`; the documented value is `{known}`");
    let title = format!("use `{known}`");
    findings
        .report(model, comparison.at.at(other.span), message)
        .label("wrong letter case")
        .help(title.as_str())
        .fix(Fix::replace(title.as_str(), Safety::Unsafe, span, known));
}

/// Returns the documented value that differs only in case.
fn in_other_case<'s>(name: &str, shape: &'s Shape, written: &str) -> Option<&'s str> {
    let same = |known: &&str| known.eq_ignore_ascii_case(written);
    if name.contains("subscribed_state.${") {
        return STATES.into_iter().find(same).filter(|known| *known != written);
    }
    shape.scalar.as_ref().filter(|scalar| scalar.known == Values::Documented)?;
    let values = || {
        shape.examples().filter_map(|value| match value {
            View::Str(text) => Some(text),
            _ => None,
        })
    };
    let known = values().find(same)?;
    // An enumeration may contain both.
    (!values().any(|value| value == written)).then_some(known)
}
