use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::junit::add_unusable;

use crate::diagnostic::Diagnostic;
use crate::project::{ProjectError, Unusable};
use crate::report::explain::place;
use crate::report::human::{Look, draw};
use crate::report::junit::{Outcome, Problem, Suite, document};
use crate::report::lint::{Findings, data, github, property};
use crate::report::{Paths, counted};
use crate::snapshot::{Blank, Combination};
use crate::wire::{self, BlanksDocument, BlanksSummary, Finding, Places, UnusableFile, in_files};

/// Most blanks that are drawn; the rest are counted.
const MAX_DRAWN: usize = 50;

/// Writes blanks for people: each at its output, and a summary of three lines.
#[must_use]
pub fn blanks_human(found: &Combination, problems: &[Arc<Unusable>], look: Look) -> String {
    let mut text = String::new();
    for blank in found.blanks.iter().take(MAX_DRAWN) {
        draw(&blank.diagnostic, look, &mut text);
    }
    if let Some(more) = found.blanks.len().checked_sub(MAX_DRAWN).filter(|more| *more > 0) {
        text.push_str(&format!("note: {more} more; see all with `--format json`\n"));
    }
    super::human::unusable(problems, look, &mut text);
    for line in blanks_summary(found) {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Says what was rendered, the result, and what to do.
fn blanks_summary(found: &Combination) -> [String; 3] {
    let counts = found.counts;
    let mut rendered = format!(
        "rendered {} with every recording of their calls: {}",
        counted(counts.cases - counts.without_calls, "text", "texts"),
        counted(counts.renders(), "render", "renders"),
    );
    if counts.without_calls > 0 {
        rendered.push_str(&format!(
            "; {} no calls",
            counted(counts.without_calls, "text makes", "texts make")
        ));
    }
    let words = [
        (counts.with_blanks, "with blanks"),
        (counts.other, "with different text"),
        (counts.same, "with the same text"),
        (counts.aborted, "not sent"),
        (counts.failed, "with an error"),
    ];
    let came = words.iter().filter(|(count, _)| *count > 0);
    let came = came.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>();
    let mut came = if came.is_empty() { "nothing to render".to_owned() } else { came.join(", ") };
    if counts.left_out > 0 {
        let left_out = counted(counts.left_out, "recording", "recordings");
        came.push_str(&format!("; {left_out} skipped, because one call has more than 1,000"));
    }
    let advice = match found.blanks.len() {
        0 => "no recording leaves a blank".to_owned(),
        blanks => format!(
            "{}: give each a `default`, or check it with `if`",
            counted(blanks, "blank", "blanks")
        ),
    };
    [rendered, came, advice]
}

/// Writes blanks as a [`BlanksDocument`].
#[must_use]
pub fn blanks_json(found: &Combination, problems: &[Arc<Unusable>]) -> Value {
    let places = Places::default();
    let diagnostics = in_files(found.blanks.iter().map(|blank| &blank.diagnostic));
    let blanks = found.blanks.iter().zip(&diagnostics).map(|(blank, diagnostic)| wire::Blank {
        message: &blank.message,
        part: &blank.part,
        scenarios: std::iter::once(&blank.scenario)
            .chain(&blank.also)
            .map(String::as_str)
            .collect(),
        recording: &blank.recording,
        recording_path: &blank.file,
        expression: &blank.expression,
        missing: &blank.path,
        diagnostic: Finding::of(&places, diagnostic, None),
    });
    let counts = found.counts;
    json!(BlanksDocument {
        version: 1,
        holes: blanks.collect(),
        problems: problems.iter().map(|problem| UnusableFile::of(problem)).collect(),
        summary: BlanksSummary {
            texts: counts.cases,
            without_calls: counts.without_calls,
            renders: counts.renders(),
            holes: counts.with_blanks,
            other: counts.other,
            same: counts.same,
            aborted: counts.aborted,
            failed: counts.failed,
            recordings_left_out: counts.left_out,
        },
    })
}

/// Writes blanks as JUnit XML: a suite for each message part, a test for each blank; a part without
/// one is a passing test. `parts` are the titles of the rendered parts.
#[must_use]
pub fn blanks_junit(found: &Combination, problems: &[Arc<Unusable>], parts: &[String]) -> String {
    let mut of_parts: IndexMap<String, Vec<&Blank>> = IndexMap::new();
    for part in parts {
        of_parts.entry(part.clone()).or_default();
    }
    for blank in &found.blanks {
        of_parts.entry(blank.part_title()).or_default().push(blank);
    }
    let suites = of_parts.into_iter().map(|(name, blanks)| {
        let mut suite = Suite::new(name);
        if blanks.is_empty() {
            suite.add("every recording", Outcome::Passed);
        }
        blanks.into_iter().for_each(|blank| add(blank, &mut suite));
        suite
    });
    let mut workspace = Suite::new("workspace");
    add_unusable(problems, &mut workspace);
    let workspace = Some(workspace).filter(|suite| !suite.tests.is_empty());
    document(&suites.chain(workspace).collect::<Vec<_>>())
}

fn add(blank: &Blank, suite: &mut Suite) {
    let diagnostic = &blank.diagnostic;
    let at = place(&diagnostic.primary);
    let hole = Problem {
        message: diagnostic.message.clone(),
        kind: "hole",
        text: Some(format!("{at}: {}\n{}", diagnostic.message, diagnostic.primary.text)),
    };
    let name = format!("{} with {} at {at}", blank.expression, blank.recording);
    suite.add(name, Outcome::Failed(hole));
}

/// Writes blanks as GitHub Actions workflow commands at their outputs; the summary goes to the log.
#[must_use]
pub fn blanks_github(found: &Combination, problems: &[Arc<Unusable>], paths: &Paths) -> String {
    let mut diagnostics = diagnostics(found, problems);
    paths.name_in(&mut diagnostics);
    let mut out = github(&findings(&diagnostics, &[]));
    for problem in problems.iter().filter(|problem| content(problem).is_none()) {
        let (file, text) =
            (property(&paths.seen(&problem.shown)), data(&problem.error.to_string()));
        out.push_str(&format!("::error file={file},line=1,title=unusable::{text}\n"));
    }
    out.push_str(&blanks_summary(found).join("\n"));
    out.push('\n');
    out
}

fn findings<'a>(diagnostics: &'a [Diagnostic], files: &'a [String]) -> Findings<'a> {
    Findings { diagnostics, files, rules: &[], hidden: 0, stale: 0 }
}

fn content(problem: &Unusable) -> Option<&Diagnostic> {
    match &problem.error {
        ProjectError::Content(diagnostic) => Some(diagnostic),
        _ => None,
    }
}

/// Returns blanks, and problems with locations.
fn diagnostics(found: &Combination, problems: &[Arc<Unusable>]) -> Vec<Diagnostic> {
    let blanks = found.blanks.iter().map(|blank| blank.diagnostic.clone());
    blanks.chain(problems.iter().filter_map(|problem| content(problem)).cloned()).collect()
}
