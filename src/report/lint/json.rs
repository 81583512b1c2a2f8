use serde_json::{Value, json};

use super::{Findings, Summary, shown_fix};
use crate::diagnostic::{Diagnostic, Safety};
use crate::report::json::{diagnostic_json, span_json};

/// Diagnostics as JSON: `{"version": 1, "diagnostics": [{rule, level, message, path, span, labels,
/// help, docs, fixes}], "summary": {…}}`.
///
/// Lines and columns count from 1, in characters; offsets are bytes. The ends of spans are exclusive.
#[must_use]
pub fn json(findings: &Findings<'_>) -> Value {
    let diagnostics = findings.diagnostics.iter().map(|diagnostic| {
        let mut value = diagnostic_json(diagnostic);
        value["docs"] = findings.docs_of(diagnostic).into();
        value["fixes"] = fixes_json(diagnostic);
        value
    });
    let diagnostics = diagnostics.collect::<Vec<_>>();
    json!({ "version": 1, "diagnostics": diagnostics, "summary": summary_json(findings) })
}

fn fixes_json(diagnostic: &Diagnostic) -> Value {
    let source = &diagnostic.primary.source;
    let fixes = shown_fix(diagnostic).into_iter().map(|fix| {
        let edits = fix.edits.iter();
        let edits =
            edits.map(|edit| json!({ "span": span_json(source, edit.span), "text": edit.text }));
        json!({
            "title": fix.title,
            "safety": safety(fix.safety),
            "edits": edits.collect::<Vec<_>>(),
        })
    });
    Value::from(fixes.collect::<Vec<_>>())
}

/// The word that programs read for it.
pub(super) fn safety(safety: Safety) -> &'static str {
    match safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe",
    }
}

fn summary_json(findings: &Findings<'_>) -> Value {
    let summary = Summary::of(findings);
    json!({
        "files": summary.files,
        "files_with_findings": summary.files_with_findings,
        "errors": summary.errors,
        "warnings": summary.warnings,
        "infos": summary.infos,
        "fixable": summary.fixable,
        "fixable_unsafe": summary.fixable_unsafe,
        "hidden": summary.hidden,
        "stale": summary.stale,
        "rules": summary.rules,
    })
}
