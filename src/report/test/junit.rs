use super::human::human_case;
use super::{message, orphan_message};
use crate::report::human::Look;
use crate::report::lint::escaped;
use crate::snapshot::{Results, Status, Tested};

/// How a difference looks in a test report.
const LOOK: Look = Look { color: false, width: 100 };

/// Results as JUnit XML: a suite for each message part, a test for each scenario; one more suite
/// for what no case is: orphaned snapshots, and files that cannot be used.
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
    if others.tests > 0 {
        inner.push_str(&head("workspace", others.tests, others.failures, others.errors));
        inner.push_str(&others.text);
        inner.push_str("  </testsuite>\n");
    }
    let tests = results.tested.len() + others.tests;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"meniscus\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">\n{inner}</testsuites>\n"
    )
}

struct Suite<'r> {
    name: String,
    tests: Vec<&'r Tested>,
}

fn head(name: &str, tests: usize, failures: usize, errors: usize) -> String {
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

#[derive(Default)]
struct Others {
    tests: usize,
    failures: usize,
    errors: usize,
    text: String,
}

fn others(results: &Results) -> Others {
    let mut others = Others::default();
    for orphan in results.orphans() {
        others.failures += 1;
        let (name, message) = (escaped(&orphan.shown), escaped(&orphan_message(orphan)));
        others.add(&name, "failure", "orphaned", &message);
    }
    for problem in &results.problems {
        others.errors += 1;
        let help = problem.error.help().map_or(String::new(), |help| format!(" ({help})"));
        let message = escaped(&format!("{}{help}", problem.error));
        others.add(&escaped(&problem.shown), "error", "unusable", &message);
    }
    others
}

impl Others {
    fn add(&mut self, name: &str, element: &str, kind: &str, message: &str) {
        self.tests += 1;
        self.text.push_str(&format!(
            "    <testcase classname=\"workspace\" name=\"{name}\">\n      <{element} message=\"{message}\" type=\"{kind}\"/>\n    </testcase>\n"
        ));
    }
}
