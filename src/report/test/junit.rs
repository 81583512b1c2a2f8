use super::human::human_case;
use super::{message, orphan_message, unmet_text};
use std::sync::Arc;

use crate::project::Unusable;
use crate::report::explain::place;
use crate::report::human::Look;
use crate::report::lint::escaped;
use crate::snapshot::{Expected, Results, Status, Tested};

/// The style of a diff in a test report.
const LOOK: Look = Look { color: false, width: 100 };

/// Writes results as JUnit XML: a suite for each message part, a test for each scenario; another
/// suite for expectations, with a test for each message and scenario; and one for orphaned
/// snapshots and unusable files.
#[must_use]
pub fn junit(results: &Results) -> String {
    let mut suites: Vec<Suite<'_>> = Vec::new();
    for tested in &results.tested {
        let name = format!("{} · {}", tested.case.part.message, tested.case.part.part.name);
        match suites.last_mut().filter(|suite| suite.name == name) {
            Some(suite) => suite.tests.push(tested),
            None => suites.push(Suite { name, tests: vec![tested] }),
        }
    }
    let others = others(results);
    let (mut failures, mut errors) = (others.failures, others.errors);
    let mut inner = String::new();
    for suite in &suites {
        let failed = suite.tests.iter().filter(|tested| is_failure(tested)).count();
        let broken = suite.tests.iter().filter(|tested| is_error(tested)).count();
        failures += failed;
        errors += broken;
        inner.push_str(&head(&suite.name, suite.tests.len(), failed, broken));
        suite.tests.iter().for_each(|tested| case(results, &suite.name, tested, &mut inner));
        inner.push_str("  </testsuite>\n");
    }
    if !results.expected.is_empty() {
        let unmet = results.expected.iter().filter(|expected| !expected.unmet.is_empty()).count();
        failures += unmet;
        inner.push_str(&head("expectations", results.expected.len(), unmet, 0));
        results.expected.iter().for_each(|expected| expectations(expected, &mut inner));
        inner.push_str("  </testsuite>\n");
    }
    if others.tests > 0 {
        inner.push_str(&head("workspace", others.tests, others.failures, others.errors));
        inner.push_str(&others.text);
        inner.push_str("  </testsuite>\n");
    }
    let tests = results.tested.len() + results.expected.len() + others.tests;
    document(tests, failures, errors, &inner)
}

/// Writes a whole report with these suites.
pub(super) fn document(tests: usize, failures: usize, errors: usize, suites: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"meniscus\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">\n{suites}</testsuites>\n"
    )
}

struct Suite<'r> {
    name: String,
    tests: Vec<&'r Tested>,
}

/// Writes the start of a suite.
pub(super) fn head(name: &str, tests: usize, failures: usize, errors: usize) -> String {
    let name = escaped(name);
    format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\">\n"
    )
}

fn is_failure(tested: &Tested) -> bool {
    tested.status.pending().is_some() || matches!(tested.status, Status::Refused(_))
}

fn is_error(tested: &Tested) -> bool {
    matches!(tested.status, Status::Unreadable(_))
}

fn case(results: &Results, suite: &str, tested: &Tested, out: &mut String) {
    let name = &tested.case.scenario.scenario.name;
    let (suite, name) = (escaped(suite), escaped(name));
    let open = format!("    <testcase classname=\"{suite}\" name=\"{name}\"");
    let Some(message) = message(tested) else {
        out.push_str(&format!("{open}/>\n"));
        return;
    };
    let mut text = String::new();
    human_case(results, tested, true, LOOK, &mut text);
    let element = if is_error(tested) { "error" } else { "failure" };
    out.push_str(&format!(
        "{open}>\n      <{element} message=\"{}\" type=\"{}\">{}</{element}>\n    </testcase>\n",
        escaped(&message),
        tested.status.name(),
        escaped(text.trim_end())
    ));
}

/// A scenario's expectations of a message are one test.
fn expectations(expected: &Expected, out: &mut String) {
    let name = escaped(&format!("{} · {}", expected.message, expected.scenario));
    let open = format!("    <testcase classname=\"expectations\" name=\"{name}\"");
    if expected.unmet.is_empty() {
        out.push_str(&format!("{open}/>\n"));
        return;
    }
    let unmet = expected.unmet.iter().map(|unmet| &unmet.diagnostic);
    let texts =
        unmet.clone().map(|found| format!("{}: {}", place(&found.primary), unmet_text(found)));
    let texts = texts.collect::<Vec<_>>().join("\n\n");
    // Readers show one failure per test, so it lists all.
    let message = unmet.map(|found| found.message.as_str()).collect::<Vec<_>>().join("; ");
    out.push_str(&format!(
        "{open}>\n      <failure message=\"{}\" type=\"expectation\">{}</failure>\n    </testcase>\n",
        escaped(&message),
        escaped(&texts)
    ));
}

/// Tests that aren't cases.
#[derive(Default)]
pub(super) struct Others {
    pub tests: usize,
    pub failures: usize,
    pub errors: usize,
    pub text: String,
}

fn others(results: &Results) -> Others {
    let mut others = Others::default();
    for orphan in results.orphans() {
        others.failures += 1;
        let (name, message) = (escaped(&orphan.shown), escaped(&orphan_message(orphan)));
        others.add(&name, "failure", "orphaned", &message);
    }
    add_unusable(&results.problems, &mut others);
    others
}

/// Makes tests from unusable files.
pub(super) fn unusable(problems: &[Arc<Unusable>]) -> Others {
    let mut others = Others::default();
    add_unusable(problems, &mut others);
    others
}

fn add_unusable(problems: &[Arc<Unusable>], others: &mut Others) {
    for problem in problems {
        others.errors += 1;
        let help = problem.error.help().map_or(String::new(), |help| format!(" ({help})"));
        let message = escaped(&format!("{}{help}", problem.error));
        others.add(&escaped(&problem.shown), "error", "unusable", &message);
    }
}

impl Others {
    fn add(&mut self, name: &str, element: &str, kind: &str, message: &str) {
        self.tests += 1;
        self.text.push_str(&format!(
            "    <testcase classname=\"workspace\" name=\"{name}\">\n      <{element} message=\"{message}\" type=\"{kind}\"/>\n    </testcase>\n"
        ));
    }
}
