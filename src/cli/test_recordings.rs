use anyhow::Result;
use meniscus::report::test as formats;
use meniscus::session::Session;
use meniscus::snapshot::{Combined, Plan, combine};

use super::Verdict;
use super::progress::LateBar;
use super::terminal::{look_of_output, paths_of, print_as};
use super::test_arguments::TestFormat;

/// Renders a plan with every recording, and reports which leave blanks.
pub(super) fn run(session: &Session, plan: Plan, format: TestFormat) -> Result<Verdict> {
    let cases = plan.cases.iter().map(|case| Combined {
        message: &case.part.message,
        part: &case.part.part.name,
        scenario: &case.scenario.scenario.name,
        template: &case.part.part.template,
        world: &case.scenario.world,
    });
    let cases = cases.collect::<Vec<_>>();
    let bar = LateBar::new(cases.len(), "texts");
    let found = combine(&session.known, &cases, || bar.advance());
    bar.finish();
    let text = match format {
        TestFormat::Human => formats::blanks_human(&found, &plan.problems, look_of_output()),
        TestFormat::Json => format!("{:#}\n", formats::blanks_json(&found, &plan.problems)),
        TestFormat::Junit => {
            let parts = cases.iter().map(|case| format!("{} · {}", case.message, case.part));
            formats::blanks_junit(&found, &plan.problems, &parts.collect::<Vec<_>>())
        }
        TestFormat::Github => {
            formats::blanks_github(&found, &plan.problems, &paths_of(&session.workspace))
        }
    };
    print_as(format.is_report(), &text)?;
    Ok(match (plan.problems.is_empty(), found.blanks.is_empty()) {
        (false, _) => Verdict::CouldNotRun,
        (true, false) => Verdict::Found,
        (true, true) => Verdict::Fine,
    })
}
