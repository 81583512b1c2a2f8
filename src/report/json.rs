use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::render::{Call, CallResult, Outcome};
use crate::text::{Source, Span};

/// One render, with what was rendered.
#[derive(Debug)]
pub struct Rendered<'a> {
    /// The message.
    pub message: &'a str,
    /// The part.
    pub part: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// What came of it.
    pub outcome: &'a Outcome,
    /// What `--why` and `--trace` say of it, where they were asked for: a line each.
    pub why: Option<&'a str>,
}

/// Renders as JSON: `{"version": 1, "renders": [{message, part, scenario, output, aborted,
/// message_extras, calls, why, diagnostics}]}`.
///
/// `output` is `null` where the message is aborted. Lines and columns count from 1, in
/// characters; offsets are bytes. Secrets in requests are masked.
#[must_use]
pub fn to_json(renders: &[Rendered<'_>]) -> Value {
    let renders = renders.iter().map(render_json).collect::<Vec<_>>();
    json!({ "version": 1, "renders": renders })
}

fn render_json(rendered: &Rendered<'_>) -> Value {
    let Rendered { message, part, scenario, outcome, why } = rendered;
    let aborted = outcome.abort.as_ref().map(|abort| {
        let at = abort.at.as_ref().map(label_json);
        json!({ "type": abort.kind.name(), "reason": abort.reason, "at": at })
    });
    let output = if aborted.is_some() { Value::Null } else { Value::from(&*outcome.output) };
    json!({
        "message": message,
        "part": part,
        "scenario": scenario,
        "output": output,
        "aborted": aborted,
        "message_extras": outcome.extras,
        "calls": outcome.calls.iter().map(call_json).collect::<Vec<_>>(),
        "why": why.map(|why| why.lines().collect::<Vec<_>>()),
        "diagnostics": outcome.diagnostics.iter().map(diagnostic_json).collect::<Vec<_>>(),
    })
}

fn call_json(call: &Call) -> Value {
    let result = match &call.result {
        CallResult::Answered { recording, path: _, status, note } => {
            json!({ "kind": "answered", "recording": recording, "status": status, "note": note })
        }
        CallResult::Cached { call } => json!({ "kind": "cached", "call": call }),
        CallResult::Unanswered(unanswered) => {
            json!({ "kind": "unanswered", "problem": unanswered.problem })
        }
        CallResult::Refused(reason) => json!({ "kind": "refused", "reason": reason }),
    };
    json!({
        "at": label_json(&call.at),
        "times": call.times,
        "method": call.request.method,
        "url": crate::http::secret::mask_url(&call.request.url),
        "request": call.request.to_http(),
        "result": result,
        "saved_as": call.saved_as,
    })
}

/// A diagnostic, as all of the program's JSON has it: `{rule, level, message, path, span, labels,
/// help}`.
pub(super) fn diagnostic_json(diagnostic: &Diagnostic) -> Value {
    let labels = diagnostic.related.iter().map(label_json).collect::<Vec<_>>();
    let at = diagnostic.primary.in_file();
    json!({
        "rule": diagnostic.code,
        "level": level(diagnostic.severity),
        "message": diagnostic.message,
        "path": at.source.name(),
        "span": span_json(&at.source, at.span),
        "labels": labels,
        "help": diagnostic.help,
    })
}

/// The word that settings and JSON have for it.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warn",
        Severity::Error => "error",
    }
}

fn label_json(label: &Label) -> Value {
    let Label { source, span, text } = label.in_file();
    json!({ "path": source.name(), "span": span_json(&source, span), "text": text })
}

/// A span as `{start: {line, column, offset}, end: {…}}`.
pub(super) fn span_json(source: &Source, span: Span) -> Value {
    let point = |offset: u32| {
        let position = source.position(offset as usize);
        json!({ "line": position.line, "column": position.column, "offset": offset })
    };
    json!({ "start": point(span.start), "end": point(span.end) })
}
