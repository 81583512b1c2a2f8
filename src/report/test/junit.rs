use std::sync::Arc;

use super::human::human_case;
use super::{message, orphan_message, unmet_text};
use crate::project::Unusable;
use crate::report::explain::place;
use crate::report::human::Look;
use crate::report::junit::{Outcome, Problem, Suite, document};
use crate::snapshot::{Expected, Results, Status, Tested};

/// The style of a diff in a test report.
const LOOK: Look = Look::plain(100);

/// Writes results as JUnit XML: a suite for each message part, a test for each scenario; another
/// suite for expectations, with a test for each message and scenario; and one for orphaned
/// snapshots and unusable files.
#[must_use]
pub fn junit(results: &Results) -> String {
    let title =
        |tested: &Tested| format!("{} · {}", tested.case.part.message, tested.case.part.part.name);
    let of_parts = results.tested.chunk_by(|one, next| title(one) == title(next));
    let suites = of_parts.map(|of_part| {
        let mut suite = Suite::new(title(&of_part[0]));
        for tested in of_part {
            suite.add(&tested.case.scenario.scenario.name, outcome(results, tested));
        }
        suite
    });
    let mut suites = suites.collect::<Vec<_>>();
    if !results.expected.is_empty() {
        let mut suite = Suite::new("expectations");
        for expected in &results.expected {
            let name = format!("{} · {}", expected.message, expected.scenario);
            suite.add(name, outcome_of_expectations(expected));
        }
        suites.push(suite);
    }
    let mut workspace = Suite::new("workspace");
    for orphan in results.orphans() {
        let message = orphan_message(orphan);
        let orphaned = Problem { message, kind: "orphaned", text: None };
        workspace.add(&orphan.shown, Outcome::Failed(orphaned));
    }
    add_unusable(&results.problems, &mut workspace);
    suites.extend(Some(workspace).filter(|suite| !suite.tests.is_empty()));
    document(&suites)
}

fn outcome(results: &Results, tested: &Tested) -> Outcome {
    let Some(message) = message(tested) else { return Outcome::Passed };
    let mut text = String::new();
    human_case(results, tested, true, LOOK, &mut text);
    text.truncate(text.trim_end().len());
    let problem = Problem { message, kind: tested.status.name(), text: Some(text) };
    match tested.status {
        Status::Unreadable(_) => Outcome::Broken(problem),
        _ => Outcome::Failed(problem),
    }
}

/// A scenario's expectations of a message are one test.
fn outcome_of_expectations(expected: &Expected) -> Outcome {
    if expected.unmet.is_empty() {
        return Outcome::Passed;
    }
    let unmet = expected.unmet.iter().map(|unmet| &unmet.diagnostic);
    let texts =
        unmet.clone().map(|found| format!("{}: {}", place(&found.primary), unmet_text(found)));
    // Readers show one failure per test, so it lists all.
    Outcome::Failed(Problem {
        message: unmet.clone().map(|found| found.message.as_str()).collect::<Vec<_>>().join("; "),
        kind: "expectation",
        text: Some(texts.collect::<Vec<_>>().join("\n\n")),
    })
}

/// Makes tests from unusable files.
pub(super) fn add_unusable(problems: &[Arc<Unusable>], suite: &mut Suite) {
    for problem in problems {
        let help = problem.error.help().map_or(String::new(), |help| format!(" ({help})"));
        let message = format!("{}{help}", problem.error);
        let unusable = Problem { message, kind: "unusable", text: None };
        suite.add(&problem.shown, Outcome::Broken(unusable));
    }
}
