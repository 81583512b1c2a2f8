use crate::analyze::{Model, Site};
use crate::rules::reading::dates::{format_of, is_number, looks_like_date};
use crate::rules::reading::filters::facts_of;
use crate::rules::reading::origin::origin;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{ExprKind, Pipeline};

rule! {
    /// A calculation with a date that isn't a number.
    ///
    /// `plus: 7` reads as many digits as a string begins with: `2026-03-01` counts as 2026, and
    /// customers read `2033` where the author means a week later. `date: '%s'` gives seconds, which
    /// one can calculate with.
    ///
    /// Source: the reference's sections 3.2 and 3.8; Ruby's Liquid 5.
    ///
    /// ```liquid bad
    /// Valid until {{ 'now' | date: '%Y-%m-%d' | plus: 7 }}.
    /// ```
    ///
    /// ```liquid good
    /// Valid until {{ 'now' | date: '%s' | plus: 604800 | date: '%Y-%m-%d' }}.
    /// ```
    name: "math-on-date-string", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for output in &model.outputs {
            look(model, output.at, output.pipeline, findings);
        }
        for definition in &model.definitions {
            if let Some(value) = definition.value {
                look(model, definition.at, value, findings);
            }
        }
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
                    .report(model, place.at(call.span), format!("`{name}` calculates with {what}"))
                    .label("only the digits at its beginning count")
                    .help("make seconds of it first: `| date: '%s'`, and a date again at the end");
            }
            continue;
        }
        before = match format_of(call, place) {
            Some(format) if !is_number(format) => Some(format!("a date in the format `{format}`")),
            _ => None,
        };
    }
}
