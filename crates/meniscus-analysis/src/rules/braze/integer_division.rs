use std::collections::HashSet;
use std::sync::Arc;

use crate::analyze::{FilterUse, Model};
use crate::diagnostic::Severity;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;
use crate::text::Span;
use crate::value::{Value, View};

/// Divisors that turn one unit of time into another: their author counts whole ones.
const TIMES: [i64; 12] = [
    60, 3_600, 86_400, 604_800, 1_000, 1_440, 10_080, 60_000, 3_600_000, 86_400_000, 2_592_000,
    31_536_000,
];

/// Filters searched after this one in a pipeline.
const NEAR: usize = 32;

rule! {
    /// A division of whole numbers that drops the fraction.
    ///
    /// ## What it does
    ///
    /// Reports `divided_by` with a whole number on both sides, if the result is shown or becomes a
    /// percentage. Divisions by a unit of time, divisions of a list's size, and results that are
    /// rounded down on purpose are left alone.
    ///
    /// ## Why it matters
    ///
    /// `7 | divided_by: 2` is 3: with whole numbers on both sides, Liquid rounds down. That's right
    /// for counts, but rarely for an average, a price, or a share.
    ///
    /// ## Example
    ///
    /// ```toml scenario
    /// [custom_attribute]
    /// visits = 7
    /// ```
    ///
    /// ```liquid bad
    /// {% assign visits = custom_attribute.${visits} | default: 0 %}
    /// That makes {{ visits | divided_by: 12 }} visits a month.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign visits = custom_attribute.${visits} | default: 0 %}
    /// That makes {{ visits | divided_by: 12.0 | round: 1 }} visits a month.
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Math (reference, section 3.2).
    name: "integer-division", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let shares = shares(model);
        for (index, filter) in model.filters.iter().enumerate() {
            if filter.at.source.slice(filter.call.name) != "divided_by" {
                continue;
            }
            let Some(by) = whole_divisor(filter) else { continue };
            let is_percentage = is_percentage(model, index, by);
            let is_share = is_percentage || shares.contains(&filter.call.span);
            let whole = filter.input.kinds.without(Kinds::NIL).within(Kinds::INT);
            if !is_share && (!whole || counts(model, index)) {
                continue;
            }
            let decimal = match by {
                Some(by) => format!("use `divided_by: {by}.0`, then round the result"),
                None => "add `times: 1.0` before it, then round the result".to_owned(),
            };
            let message = match by {
                Some(by) if is_percentage => {
                    format!("this percentage is 0 for everything less than {by}")
                }
                _ => "both sides are whole numbers, so the fraction is lost".to_owned(),
            };
            let report = findings.report(model, filter.at, message).label("rounds down");
            let report = report.help(decimal);
            if !is_percentage {
                report.at_most(Severity::Info);
            }
        }
    }
}

/// Whether the next filter makes a percentage of a quotient: `divided_by: 500 | times: 100`.
fn is_percentage(model: &Model<'_>, index: usize, by: Option<i64>) -> bool {
    let filter = &model.filters[index];
    let next = model.filters[index + 1..].iter().take(NEAR).find(|next| {
        Arc::ptr_eq(next.at.source, filter.at.source)
            && next.left.start == filter.left.start
            && next.call.span.start >= filter.call.span.end
    });
    let times = next.filter(|next| next.at.source.slice(next.call.name) == "times");
    let number = times.and_then(|next| next.arguments.first()?.as_constant().map(Value::view));
    matches!(number, Some(View::Int(100))) && by != Some(100)
}

/// Returns divisions whose result is later turned into a percentage: `ratio | times: 100`.
fn shares(model: &Model<'_>) -> HashSet<Span> {
    let hundreds = model.filters.iter().filter(|later| {
        let by = later.arguments.first().and_then(|by| by.as_constant()).map(Value::view);
        later.at.source.slice(later.call.name) == "times" && matches!(by, Some(View::Int(100)))
    });
    let names = hundreds.map(|later| {
        let left = later.at.source.slice(later.left);
        left.trim_matches(|c: char| c == '|' || c.is_whitespace())
    });
    let names = names.collect::<HashSet<_>>();
    let set = model.definitions.iter().filter(|set| names.contains(set.name));
    let last = set.filter_map(|set| set.value?.filters.last());
    last.map(|call| call.span).collect()
}

/// Returns the divisor if it is whole: `Some(None)` if it isn't a literal.
fn whole_divisor(filter: &FilterUse<'_>) -> Option<Option<i64>> {
    let by = filter.arguments.first()?;
    match by.as_constant().map(Value::view) {
        Some(View::Int(by)) if TIMES.contains(&by) || by == 1 || by == 0 => None,
        Some(View::Int(by)) => Some(Some(by)),
        _ => by.kinds.without(Kinds::NIL).within(Kinds::INT).then_some(None),
    }
}

/// Whether surrounding filters suggest that a whole number is intended.
fn counts(model: &Model<'_>, index: usize) -> bool {
    let filter = &model.filters[index];
    let same = |other: &&FilterUse<'_>| {
        other.left.start == filter.left.start && Arc::ptr_eq(other.at.source, filter.at.source)
    };
    fn name<'a>(other: &FilterUse<'a>) -> &'a str {
        other.at.source.slice(other.call.name)
    }
    let before = filter.at.source.slice(filter.left);
    // The rest of the pipeline follows, with filters of arguments in between.
    let mut later = model.filters[index + 1..].iter().take(NEAR).filter(same).map(name);
    let shown = filter.printed || later.clone().any(|name| matches!(name, "round" | "money"));
    let sized = before.contains("| size") || before.trim_end_matches([' ', '|']).ends_with(".size");
    let cut = before.contains("modulo") || before.contains("'%s'") || before.contains("\"%s\"");
    // `{{ x | divided_by: 5 | times: 5 }}` rounds down to the next step.
    let floors = later.any(|name| matches!(name, "floor" | "ceil" | "modulo" | "times"));
    !shown || sized || cut || floors
}
