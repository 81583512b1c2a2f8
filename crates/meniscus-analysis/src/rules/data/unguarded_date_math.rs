use std::collections::HashSet;

use crate::analyze::{ComparisonUse, Model, OutputUse, Read, ReadRoot, Site};
use crate::diagnostic::Severity;
use crate::rules::reading::dates::{format_of, is_number};
use crate::rules::reading::evidence::{is_customers, is_tested_anywhere, may_be_missing};
use crate::rules::reading::filters::facts_of;
use crate::rules::reading::origin::{TracedValue, origin, origin_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Expr, ExprKind, Operator};

rule! {
    /// A calculation with a date that some customers don't have.
    ///
    /// ## What it does
    ///
    /// Reports a date that may be missing, if a calculation uses it and the result is printed or
    /// compared. A condition on the attribute, or a `default`, is enough.
    ///
    /// ## Why it matters
    ///
    /// If the attribute is missing, `date: '%s'` returns nothing, which counts as 0. Customers read
    /// that something ended 20,000 days ago, or a condition takes the wrong branch.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign now = 'now' | date: '%s' %}
    /// Your trial ends in {{ custom_attribute.${trial_end} | date: '%s' | minus: now | divided_by: 86400 }} days.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign now = 'now' | date: '%s' %}
    /// {% if custom_attribute.${trial_end} != blank %}Your trial ends in {{ custom_attribute.${trial_end} | date: '%s' | minus: now | divided_by: 86400 }} days.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Date and time, and default (reference, sections 3.8 and 3.9). Shopify Liquid 5.
    name: "unguarded-date-math", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let (more, less) = (bounded(model, requires_more), bounded(model, requires_less));
        let mut said = HashSet::new();
        for output in &model.outputs {
            let found = origin(model, output.at, output.pipeline);
            let how = "printed";
            if !prints(model, output, &more) {
                look(model, &found, how, &mut said, findings);
            }
            if !prints(model, output, &less) {
                for argument in arguments(model, &found) {
                    check_value(model, &argument, true, how, &mut said, findings);
                }
            }
        }
        for comparison in &model.comparisons {
            for side in [comparison.left, comparison.right] {
                let found = origin_of(model, comparison.at, side);
                let how = "compared";
                // Subtracted from the current time, a missing value makes the result large.
                if !requires_more(comparison, side) {
                    look(model, &found, how, &mut said, findings);
                }
                if !requires_less(comparison, side) {
                    for argument in arguments(model, &found) {
                        check_value(model, &argument, true, how, &mut said, findings);
                    }
                }
            }
        }
    }
}

/// Returns variables that a condition compares with a number in one direction.
fn bounded<'a>(model: &Model<'a>, asks: fn(&ComparisonUse<'_>, &Expr) -> bool) -> HashSet<&'a str> {
    let sides = model
        .comparisons
        .iter()
        .flat_map(|comparison| [comparison.left, comparison.right].map(|side| (comparison, side)));
    let asked = sides.filter(|(comparison, side)| asks(comparison, side));
    asked.map(|(comparison, side)| comparison.at.source.slice(side.span)).collect()
}

/// Whether an output prints one of these variables.
fn prints(model: &Model<'_>, output: &OutputUse<'_>, names: &HashSet<&str>) -> bool {
    let printed = output.read.and_then(|read| model.reads.get(read));
    matches!(printed.map(|read| read.root), Some(ReadRoot::Variable { name, .. }) if names.contains(name))
}

/// Whether a comparison requires more than a number: a missing value counts as 0 and is less than
/// any time.
fn requires_more(comparison: &ComparisonUse<'_>, side: &Expr) -> bool {
    asks_for_the_greater(comparison, std::ptr::eq(comparison.left, side))
}

/// Whether a comparison requires less than a number.
fn requires_less(comparison: &ComparisonUse<'_>, side: &Expr) -> bool {
    asks_for_the_greater(comparison, !std::ptr::eq(comparison.left, side))
}

fn asks_for_the_greater(comparison: &ComparisonUse<'_>, is_left: bool) -> bool {
    matches!(
        (comparison.operator, is_left),
        (Operator::Greater | Operator::GreaterOrEqual | Operator::Equal, true)
            | (Operator::Less | Operator::LessOrEqual | Operator::Equal, false)
    )
}

fn look<'a>(
    model: &Model<'a>,
    found: &TracedValue<'_, 'a>,
    how: &str,
    said: &mut HashSet<String>,
    findings: &mut Findings<'_>,
) {
    check_value(model, found, false, how, said, findings);
}

fn check_value<'a>(
    model: &Model<'a>,
    found: &TracedValue<'_, 'a>,
    mut calculated: bool,
    how: &str,
    said: &mut HashSet<String>,
    findings: &mut Findings<'_>,
) {
    let Some(read) = found.read.filter(|read| may_be_missing(read)) else { return };
    let mut date: Option<Site<'a>> = None;
    for (name, call, place) in found.applied() {
        match name {
            "default" if date.is_none() => return,
            "date" if date.is_none() => {
                if !format_of(call, place).is_some_and(is_number) {
                    return;
                }
                date = Some(place.at(call.span));
            }
            name if date.is_some() && facts_of(name).calculates => {
                let argument = call.arguments.first().map(|argument| &argument.value.kind);
                // `plus: 0` only converts to a number.
                calculated |= !matches!(argument, None | Some(ExprKind::Int(0)));
            }
            _ => {}
        }
    }
    let Some(date) = date.filter(|_| calculated) else { return };
    let shown = found.at.text();
    if is_tested_anywhere(model, read)
        || is_result_tested(model, read)
        || !said.insert(shown.to_owned())
    {
        return;
    }
    let report = findings
        .report(
            model,
            date,
            format!("`{shown}` may be missing, but a calculation with this date is {how}"),
        )
        .label("counts as 0 if it is missing")
        .help(format!("put it inside `{{% if {shown} != blank %}}`"));
    // The trigger may always include it.
    if !is_customers(read) {
        report.at_most(Severity::Info);
    }
}

/// Whether a condition asks for what a missing date becomes: nothing, 0, or a year that nobody has.
fn is_result_tested(model: &Model<'_>, read: &Read<'_>) -> bool {
    let Some(origin) = read.origin.as_deref() else { return false };
    let is_of_date = |comparison: &ComparisonUse<'_>, side: &Expr| {
        let read = model.read_at(comparison.at, side.span);
        read.and_then(|read| read.origin.as_deref())
            .is_some_and(|own| own.derived && own.root == origin.root && own.steps == origin.steps)
    };
    model.comparisons.iter().any(|comparison| {
        let asks = match comparison.right.kind {
            ExprKind::Blank | ExprKind::Nil | ExprKind::Empty => true,
            ExprKind::Str(span) => span.is_empty(),
            ExprKind::Int(0) => {
                matches!(comparison.operator, Operator::Equal | Operator::NotEqual)
            }
            ExprKind::Int(1_000..=1_970) => true,
            _ => false,
        };
        asks && is_of_date(comparison, comparison.left)
    })
}

/// Follows dates passed as arguments to calculating filters.
fn arguments<'m, 'a>(
    model: &'m Model<'a>,
    found: &TracedValue<'m, 'a>,
) -> Vec<TracedValue<'m, 'a>> {
    let calls = found.applied().into_iter().filter(|(name, ..)| facts_of(name).calculates);
    let all = calls.flat_map(|(_, call, at)| call.arguments.iter().map(move |one| (one, at)));
    all.map(|(argument, at)| origin_of(model, at, &argument.value)).collect()
}
