use serde_json::{Value, json};

use super::text_diff::{Side, text_diff};
use super::why::why;
use super::{message, orphan_message, unmet_text};
use crate::report::json::diagnostic_json;
use crate::snapshot::{Cause, Expected, Results, Status, Tested, ValueOf};

/// Writes results as JSON: `{"version": 1, "cases": [{message, part, scenario, status, snapshot,
/// …}], "expectations": […], "orphans": […], "problems": […], "untested": […], "summary": {…}}`.
///
/// A case that differs has `says` (a sentence); a changed one has `causes` (each with its `kind`,
/// its fields, and `says`) and `diff` (hunks of lines, each `[side, number, text]` with the side `"
/// "`, `"-"`, or `"+"`); one that can be accepted has its `text`.
#[must_use]
pub fn json(results: &Results) -> Value {
    let cases = results.tested.iter().map(|tested| case(results, tested)).collect::<Vec<_>>();
    let orphans = results.orphans().map(|orphan| {
        json!({
            "snapshot": orphan.shown,
            "gone": orphan.gone.word(),
            "name": orphan.name,
            "says": orphan_message(orphan),
        })
    });
    let problems = results.problems.iter().map(|problem| {
        json!({
            "name": problem.name,
            "path": problem.shown,
            "says": problem.error.to_string(),
            "help": problem.error.help(),
        })
    });
    let expectations = results.expected.iter().map(expected_json).collect::<Vec<_>>();
    let (met, unmet) = results.claims();
    json!({
        "version": 1,
        "cases": cases,
        "expectations": expectations,
        "orphans": orphans.collect::<Vec<_>>(),
        "problems": problems.collect::<Vec<_>>(),
        "untested": results.untested,
        "summary": {
            "cases": results.tested.len(),
            "same": results.count("same"),
            "changed": results.count("changed"),
            "new": results.count("new"),
            "missing": results.count("missing"),
            "refused": results.count("refused"),
            "unreadable": results.count("unreadable"),
            "expectations_met": met,
            "expectations_unmet": unmet,
            "orphaned": results.orphans().count(),
            "problems": results.problems.len(),
        },
    })
}

/// Writes the expectations about a message: the number of claims that hold, and each failed one
/// with its key, its part, a text with the actual result, and a diagnostic in the scenario's file.
fn expected_json(expected: &Expected) -> Value {
    let unmet = expected.unmet.iter().map(|unmet| {
        let mut value = diagnostic_json(&unmet.diagnostic);
        value["part"] = unmet.part.as_deref().into();
        value["key"] = unmet.key.into();
        value["says"] = unmet_text(&unmet.diagnostic).into();
        value
    });
    json!({
        "message": expected.message,
        "scenario": expected.scenario,
        "met": expected.met,
        "unmet": unmet.collect::<Vec<_>>(),
    })
}

fn case(results: &Results, tested: &Tested) -> Value {
    let part = &tested.case.part;
    let mut value = json!({
        "message": part.message,
        "part": part.part.name,
        "scenario": tested.case.scenario.scenario.name,
        "template": part.part.source().name(),
        "snapshot": tested.shown,
        "status": tested.status.name(),
    });
    if let Some(says) = message(tested) {
        value["says"] = says.into();
    }
    if let Some(now) = tested.status.pending() {
        value["text"] = now.text.as_str().into();
    }
    match &tested.status {
        Status::Changed { before, now, causes } => {
            let causes = causes.iter().map(|cause| cause_json(results, tested, cause));
            value["causes"] = causes.collect::<Vec<_>>().into();
            value["diff"] = diff(&before.text, &now.text);
        }
        Status::Refused(found) => {
            value["diagnostics"] = found.iter().map(diagnostic_json).collect::<Vec<_>>().into();
        }
        _ => {}
    }
    value
}

fn cause_json(results: &Results, tested: &Tested, cause: &Cause) -> Value {
    let mut value = match cause {
        Cause::Text { block, lines, gone } => json!({
            "kind": if block.is_some() { "content_block" } else { "template" },
            "name": block,
            "lines": lines,
            "gone_behind": gone,
        }),
        Cause::Block { name, is_new } => {
            json!({ "kind": "included_block", "name": name, "is_new": is_new })
        }
        Cause::Recording { name, lines, gone } => json!({
            "kind": "recording",
            "name": name,
            "lines": lines,
            "gone_behind": gone,
        }),
        Cause::Answers { before, now } => {
            json!({ "kind": "answers", "before": before, "now": now })
        }
        Cause::Value { of, path, before, now } => {
            let kind = match of {
                ValueOf::Scenario => "scenario",
                ValueOf::Variables => "variable",
                ValueOf::Settings => "setting",
            };
            json!({ "kind": kind, "path": path, "before": before, "now": now })
        }
        Cause::Version { before } => json!({ "kind": "version", "before": before }),
    };
    value["says"] =
        why(&results.recordings, tested, cause).first().cloned().unwrap_or_default().into();
    value
}

fn diff(before: &str, now: &str) -> Value {
    let hunks = text_diff(before, now).into_iter().map(|hunk| {
        let lines = hunk.lines.into_iter().map(|line| {
            let side = match line.side {
                Side::Both => " ",
                Side::Old => "-",
                Side::New => "+",
            };
            let text = line.pieces.into_iter().map(|piece| piece.text).collect::<String>();
            json!([side, line.number, text])
        });
        Value::from(lines.collect::<Vec<_>>())
    });
    hunks.collect::<Vec<_>>().into()
}
