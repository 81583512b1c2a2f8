use serde_json::{Value, json};

use super::text_diff::{Side, text_diff};
use super::{message, orphan_message, unmet_text};
use crate::diagnostic::Diagnostic;
use crate::snapshot::why;
use crate::snapshot::{Cause, Expected, Orphan, Results, Status, Tested, ValueOf};
use crate::wire::{
    Change, ChangedLines, ChangedValue, DiffedLine, Finding, OrphanedSnapshot, Places, TestCase,
    TestCause, TestDocument, TestSummary, TestedExpectations, UnmetClaim, UnusableFile, in_files,
};

/// Writes results as a [`TestDocument`].
#[must_use]
pub fn json(results: &Results) -> Value {
    let places = Places::default();
    let refused = results.tested.iter().map(|tested| match &tested.status {
        Status::Refused(found) => in_files(found),
        _ => Vec::new(),
    });
    let refused = refused.collect::<Vec<_>>();
    let unmet = results.expected.iter();
    let unmet = unmet.map(|expected| in_files(expected.unmet.iter().map(|one| &one.diagnostic)));
    let unmet = unmet.collect::<Vec<_>>();
    let cases = results.tested.iter().zip(&refused);
    let expectations = results.expected.iter().zip(&unmet);
    json!(TestDocument {
        version: 1,
        cases: cases.map(|(tested, found)| case(&places, results, tested, found)).collect(),
        expectations: expectations
            .map(|(expected, found)| expectations_of(&places, expected, found))
            .collect(),
        orphans: results.orphans().map(orphan).collect(),
        problems: results.problems.iter().map(|problem| UnusableFile::of(problem)).collect(),
        untested: &results.untested,
        summary: summary(results),
    })
}

fn summary(results: &Results) -> TestSummary {
    let (expectations_met, expectations_unmet) = results.claims();
    TestSummary {
        cases: results.tested.len(),
        same: results.count("same"),
        changed: results.count("changed"),
        new: results.count("new"),
        missing: results.count("missing"),
        refused: results.count("refused"),
        unreadable: results.count("unreadable"),
        expectations_met,
        expectations_unmet,
        orphaned: results.orphans().count(),
        problems: results.problems.len(),
    }
}

fn orphan(orphan: &Orphan) -> OrphanedSnapshot<'_> {
    OrphanedSnapshot {
        snapshot: &orphan.shown,
        gone: orphan.gone.word(),
        name: &orphan.name,
        says: orphan_message(orphan),
    }
}

/// Converts the expectations about a message; `found` are the failures, located in files.
fn expectations_of<'a>(
    places: &Places,
    expected: &'a Expected,
    found: &'a [Diagnostic],
) -> TestedExpectations<'a> {
    let unmet = expected.unmet.iter().zip(found).map(|(unmet, found)| UnmetClaim {
        finding: Finding::of(places, found, unmet.part.as_deref()),
        key: unmet.key,
        says: unmet_text(&unmet.diagnostic),
    });
    TestedExpectations {
        message: &expected.message,
        scenario: &expected.scenario,
        met: expected.met,
        unmet: unmet.collect(),
    }
}

/// Converts a case; `refused` are its syntax errors, located in files.
fn case<'a>(
    places: &Places,
    results: &'a Results,
    tested: &'a Tested,
    refused: &'a [Diagnostic],
) -> TestCase<'a> {
    let part = &tested.case.part;
    let mut case = TestCase {
        message: &part.message,
        part: &part.part.name,
        scenario: &tested.case.scenario.scenario.name,
        template: part.part.source().name(),
        snapshot: &tested.shown,
        status: tested.status.name(),
        says: message(tested),
        text: tested.status.pending().map(|now| now.text.as_str()),
        causes: None,
        diff: None,
        diagnostics: None,
    };
    match &tested.status {
        Status::Changed { before, now, causes } => {
            let causes = causes.iter().map(|cause| TestCause {
                change: change(cause),
                says: why(&results.recordings, tested, cause)
                    .into_iter()
                    .next()
                    .unwrap_or_default(),
            });
            case.causes = Some(causes.collect());
            case.diff = Some(diff(&before.text, &now.text));
        }
        Status::Refused(_) => {
            let found = refused.iter().map(|found| Finding::of(places, found, None));
            case.diagnostics = Some(found.collect());
        }
        _ => {}
    }
    case
}

fn change(cause: &Cause) -> Change<'_> {
    match cause {
        Cause::Text { block, lines, gone } => {
            let lines = ChangedLines { name: block.as_deref(), lines, gone_behind: gone };
            if block.is_some() { Change::ContentBlock(lines) } else { Change::Template(lines) }
        }
        Cause::Block { name, is_new } => Change::IncludedBlock { name, is_new: *is_new },
        Cause::Recording { name, lines, gone } => {
            Change::Recording(ChangedLines { name: Some(name), lines, gone_behind: gone })
        }
        Cause::Answers { before, now } => Change::Answers { before, now },
        Cause::Value { of, path, before, now } => {
            let value = ChangedValue { path, before: before.as_deref(), now: now.as_deref() };
            match of {
                ValueOf::Scenario => Change::Scenario(value),
                ValueOf::Variables => Change::Variable(value),
                ValueOf::Settings => Change::Setting(value),
            }
        }
        Cause::Version { before } => Change::Version { before },
    }
}

fn diff(before: &str, now: &str) -> Vec<Vec<DiffedLine>> {
    let hunks = text_diff(before, now).into_iter().map(|hunk| {
        let lines = hunk.lines.into_iter().map(|line| {
            let side = match line.side {
                Side::Both => " ",
                Side::Old => "-",
                Side::New => "+",
            };
            let text = line.pieces.into_iter().map(|piece| piece.text).collect();
            DiffedLine(side, line.number, text)
        });
        lines.collect()
    });
    hunks.collect()
}
