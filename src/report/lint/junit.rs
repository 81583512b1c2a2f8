use std::collections::BTreeMap;

use super::{Findings, with_help};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::explain::place;
use crate::report::junit::{Outcome, Problem, Suite, document};

/// Writes diagnostics as JUnit XML: a suite for each file, a test for each diagnostic.
///
/// A file without findings is a passing test, so a run never looks as if it tested nothing. Hints
/// pass too, and are in the test's output.
#[must_use]
pub fn junit(findings: &Findings<'_>) -> String {
    let mut files = BTreeMap::<&str, Vec<&Diagnostic>>::new();
    for file in findings.files {
        files.entry(file).or_default();
    }
    for diagnostic in findings.diagnostics {
        files.entry(diagnostic.primary.source.name()).or_default().push(diagnostic);
    }
    let suites = files.into_iter().map(|(name, diagnostics)| {
        let mut suite = Suite::new(name);
        if diagnostics.is_empty() {
            suite.add("lint", Outcome::Passed);
        }
        diagnostics.into_iter().for_each(|diagnostic| add(diagnostic, &mut suite));
        suite
    });
    document(&suites.collect::<Vec<_>>())
}

fn add(diagnostic: &Diagnostic, suite: &mut Suite) {
    let position = diagnostic.primary.source.position(diagnostic.primary.span.start as usize);
    let name = format!("{} at {}:{}", diagnostic.code, position.line, position.column);
    let mut text = format!("{}: {}", place(&diagnostic.primary), with_help(diagnostic));
    for label in diagnostic.related.iter().filter(|label| !label.text.is_empty()) {
        text.push_str(&format!("\n{}: {}", place(label), label.text));
    }
    let outcome = match diagnostic.severity {
        Severity::Info => Outcome::Noted(text),
        severity => Outcome::Failed(Problem {
            message: diagnostic.message.clone(),
            kind: severity.word(),
            text: Some(text),
        }),
    };
    suite.add(name, outcome);
}
