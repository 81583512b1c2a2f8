use std::collections::HashSet;

use crate::analyze::{ComparisonUse, Model, OriginRoot, OriginStep};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Kinds, Shape};
use crate::syntax::ast::{ExprKind, Operator};
use crate::text::Span;
use crate::value::{Value, View};

rule! {
    /// A list compared with a string.
    ///
    /// ## What it does
    ///
    /// Reports `==` and `!=` between a list and a string.
    ///
    /// ## Why it matters
    ///
    /// A list never equals a string, so the branch is never taken, and customers get the text meant
    /// for others. `contains` checks whether the string is one of the items.
    ///
    /// ## Example
    ///
    /// ```toml scenario
    /// [custom_attribute]
    /// favourites = ["rye", "spelt"]
    /// ```
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${favourites} == 'rye' %}Your rye is ready{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${favourites} contains 'rye' %}Your rye is ready{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it replaces `==` with `contains`, so customers get a branch that never
    /// ran before.
    ///
    /// ## Source
    ///
    /// Braze: Operators (reference, section 4).
    name: "array-equals", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let asked = tested_by_contains(model);
        for comparison in &model.comparisons {
            let equal = comparison.operator == Operator::Equal;
            if !equal && comparison.operator != Operator::NotEqual {
                continue;
            }
            let (left, right) = (&comparison.left_shape, &comparison.right_shape);
            if !is_text(right) {
                continue;
            }
            if left.kinds.is_any() {
                by_its_use(subject, model, comparison, &asked, findings);
                continue;
            }
            if !is_list(left) {
                continue;
            }
            let name = comparison.at.at(comparison.left.span).text();
            let message = format!("`{name}` is a list, which never equals a string");
            let at = comparison.at.at(comparison.right.span);
            let between = comparison.left.span.end..comparison.right.span.start;
            let mut report = findings
                .report(model, at, message)
                .help(format!("use `{name} contains {}`", at.text()));
            let operator =
                comparison.at.source.text().get(between.start as usize..between.end as usize);
            // In a `when`, the left side is elsewhere.
            if let Some(place) = operator.and_then(|text| text.find("==")).filter(|_| equal) {
                let start = between.start as usize + place;
                let span = Span::new(start, start + 2);
                report = report.fix(Fix::replace(
                    "replace `==` with `contains`",
                    Safety::Unsafe,
                    span,
                    "contains",
                ));
            }
            if let Some(place) = left.place.as_deref() {
                report.evidence(place, "it is a list here");
            }
        }
    }
}

/// Values, by their origin.
type Asked = HashSet<(OriginRoot, Vec<OriginStep>)>;

/// Returns the values that `contains` searches for an item.
fn tested_by_contains(model: &Model<'_>) -> Asked {
    let asks = model.comparisons.iter().filter(|one| one.operator == Operator::Contains);
    let reads = asks.filter_map(|one| model.read_at(one.at, one.left.span));
    let origins = reads.filter_map(|read| read.origin.as_deref());
    origins.map(|origin| (origin.root.clone(), origin.steps.clone())).collect()
}

/// Reports comparing a value used as a list elsewhere, in a loop or with `contains`.
fn by_its_use(
    subject: &Subject<'_>,
    model: &Model<'_>,
    comparison: &ComparisonUse<'_>,
    asked: &Asked,
    findings: &mut Findings<'_>,
) {
    let mut side = comparison.left;
    while let ExprKind::Nested(pipeline) = &side.kind
        && pipeline.filters.is_empty()
    {
        side = &pipeline.subject;
    }
    let read = model.read_at(comparison.at, side.span);
    let origin = read.and_then(|read| read.origin.as_deref());
    let Some(origin) = origin.filter(|origin| !origin.derived && !origin.steps.is_empty()) else {
        return;
    };
    let looped = model.uses(&origin.root, &origin.steps).looped;
    let asked = asked.contains(&(origin.root.clone(), origin.steps.clone()));
    // `contains` also searches a string, which is the intent for attributes Braze documents as
    // strings.
    let is_profile = read.and_then(|read| subject.family_of(&read.root)) == Some("");
    if !looped && (!asked || is_profile) {
        return;
    }
    let name = comparison.at.at(side.span).text();
    let at = comparison.at.at(comparison.right.span);
    let elsewhere =
        if looped { "a loop iterates over it" } else { "`contains` looks for an item in it" };
    let report = findings
        .report(
            model,
            at,
            format!("`{name}` is likely a list, which never equals a string: {elsewhere}"),
        )
        .help(format!("use `{name} contains {}`", at.text()));
    if !looped {
        report.at_most(Severity::Info);
    }
}

fn is_list(shape: &Shape) -> bool {
    shape.kinds.without(Kinds::NIL) == Kinds::LIST
}

fn is_text(shape: &Shape) -> bool {
    matches!(shape.as_constant().map(Value::view), Some(View::Str(text)) if !text.is_empty())
}
