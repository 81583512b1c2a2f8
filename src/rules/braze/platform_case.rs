use crate::analyze::{ComparisonUse, Model};
use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::values::{assigned, path_of, read_of, subject};
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Expr, ExprKind, Operator, Path, Root};
use crate::text::Source;

/// Attributes whose values Braze writes in one way: the family, the name, the values.
const KNOWN: [(&str, &str, &[&str]); 3] = [
    ("targeted_device", "platform", PLATFORMS),
    ("most_recently_used_device", "platform", PLATFORMS),
    ("subscribed_state", "", &["subscribed", "unsubscribed", "opted_in"]),
];
const PLATFORMS: &[&str] = &["ios", "android", "kindle", "android_china", "web", "tvos"];

rule! {
    /// A platform or subscription state that is written in other letters than Braze's.
    ///
    /// Liquid compares texts letter by letter: `'iOS'` is not `ios`, so the branch is never taken.
    ///
    /// Source: the reference's sections 1.4 and 4.
    ///
    /// ```toml message
    /// channel = "push"
    /// ```
    ///
    /// ```liquid bad
    /// {% if targeted_device.${platform} == 'iOS' %}Open Wallet.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if targeted_device.${platform} == 'ios' %}Open Wallet.{% endif %}
    /// ```
    name: "platform-case", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for comparison in &model.comparisons {
            let ComparisonUse { left, right, .. } = *comparison;
            for (side, other) in [(left, right), (right, left)] {
                report(model, comparison, side, other, findings);
            }
        }
    }
}

fn report(
    model: &Model<'_>,
    comparison: &ComparisonUse<'_>,
    side: &Expr,
    other: &Expr,
    findings: &mut Findings<'_>,
) {
    let ExprKind::Str(span) = other.kind else { return };
    let source = comparison.at.source;
    let written = source.slice(span);
    if !written.chars().any(char::is_uppercase)
        || !matches!(comparison.operator, Operator::Equal | Operator::NotEqual | Operator::Contains)
    {
        return;
    }
    let Some(path) = path_of(side) else { return };
    let mut values = values_of(path, source);
    if let (None, Some(read)) = (values, read_of(model, source, side.span))
        && let Some((pipeline, at)) = assigned(model, read)
        && pipeline.filters.iter().all(|call| at.source.slice(call.name) == "default")
    {
        values = path_of(subject(pipeline)).and_then(|path| values_of(path, at.source));
    }
    let lower = written.to_lowercase();
    let Some(known) = values.and_then(|values| values.iter().find(|value| **value == lower)) else {
        return;
    };
    let message = format!("found `'{written}'`, which Braze writes `{known}`");
    let title = format!("write `'{known}'`");
    findings
        .report(model, comparison.at.at(other.span), message)
        .label("never the same")
        .help(title.as_str())
        .fix(Fix::replace(title.as_str(), Safety::Unsafe, span, *known));
}

fn values_of(path: &Path, source: &Source) -> Option<&'static [&'static str]> {
    let Root::Attribute(attribute) = &path.root else { return None };
    if !path.segments.is_empty() {
        return None;
    }
    let family = source.slice(attribute.family?);
    let name = source.slice(attribute.name);
    let known =
        KNOWN.iter().find(|(of, field, _)| *of == family && (*field == name || field.is_empty()));
    known.map(|(_, _, values)| *values)
}
