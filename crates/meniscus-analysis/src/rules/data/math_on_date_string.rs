use crate::analyze::{Model, OutputUse, Site};
use crate::rules::reading::dates::{format_of, is_number, looks_like_date};
use crate::rules::reading::filters::facts_of;
use crate::rules::reading::origin::origin;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{ExprKind, Pipeline};

rule! {
    /// A calculation with a date that isn't a number.
    ///
    /// ## What it does
    ///
    /// Reports arithmetic on a date that is a string, such as `2026-03-01`.
    ///
    /// ## Why it matters
    ///
    /// `plus: 7` reads only the digits that a string starts with: `2026-03-01` counts as 2026.
    /// Customers read `2033` instead of the date a week later. `date: '%s'` returns seconds, which
    /// filters can calculate with.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// Valid until {{ 'now' | date: '%Y-%m-%d' | plus: 7 }}.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// Valid until {{ 'now' | date: '%s' | plus: 604800 | date: '%Y-%m-%d' }}.
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Math, and date and time (reference, sections 3.2 and 3.8). Shopify Liquid 5.
    name: "math-on-date-string", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for output in &model.outputs {
            look(model, output.at, output.pipeline, findings);
            past_the_month(model, output, findings);
        }
        for definition in &model.definitions {
            if let Some(value) = definition.value {
                look(model, definition.at, value, findings);
            }
        }
    }
}

/// Reports a printed day or month that a number is added to: the 25th and two weeks are the 39th.
fn past_the_month<'a>(model: &Model<'a>, output: &OutputUse<'a>, findings: &mut Findings<'_>) {
    let source = output.at.source;
    let Some((last, before)) = output.pipeline.filters.split_last() else { return };
    let is_added = source.slice(last.name) == "plus"
        && matches!(last.arguments.first().map(|one| &one.value.kind), Some(ExprKind::Int(1..)));
    let format = before.last().and_then(|call| format_of(call, output.at)).unwrap_or_default();
    let what = match format.trim() {
        "%d" | "%-d" | "%e" => "day",
        "%m" | "%-m" => "month",
        _ => return,
    };
    if is_added {
        findings
            .report(
                model,
                output.at.at(last.span),
                format!("`plus` on a {what} goes past the last one"),
            )
            .label(if what == "day" { "the 39th, for example" } else { "the 13th, for example" })
            .help(
                "convert it to seconds with `| date: '%s'` first, and format it again at the end",
            );
    }
}

fn look<'a>(model: &Model<'a>, at: Site<'a>, pipeline: &'a Pipeline, findings: &mut Findings<'_>) {
    let origin = origin(model, at, pipeline);
    let applied = origin.applied();
    let text = match origin.subject.kind {
        ExprKind::Str(span) => origin.at.source.slice(span),
        _ => "",
    };
    let mut before = if looks_like_date(text) || matches!(text, "now" | "today") {
        Some(format!("the date `{text}`"))
    } else {
        None
    };
    for (name, call, place) in applied {
        let is_own = std::ptr::eq(place.source, at.source)
            && pipeline.span.start <= call.span.start
            && call.span.end <= pipeline.span.end;
        if facts_of(name).calculates {
            if let Some(what) = before.take().filter(|_| is_own) {
                findings
                    .report(
                        model,
                        place.at(call.span),
                        format!("`{name}` calculates with {what}, which isn't a number"),
                    )
                    .label("only the digits at its start count")
                    .help(
                        "convert it to seconds with `| date: '%s'` first, and format it again at \
                         the end",
                    );
            }
            continue;
        }
        before = match format_of(call, place) {
            Some(format) if !is_number(format) => Some(format!("a date in the format `{format}`")),
            _ => None,
        };
    }
}
