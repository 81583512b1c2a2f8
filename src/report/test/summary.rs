use std::collections::HashSet;

use crate::report::counted;
use crate::snapshot::Results;

/// Summarizes a run in three lines: how much was tested, the result, and what to do.
#[must_use]
pub fn summary(results: &Results, is_check: bool) -> [String; 3] {
    let messages = results.tested.iter().map(|tested| &tested.case.part.message);
    let messages = messages.collect::<HashSet<_>>().len();
    let scenarios = results.tested.iter().map(|tested| &tested.case.scenario.scenario.name);
    let scenarios = scenarios.collect::<HashSet<_>>().len();
    let tested = format!(
        "tested {}: {} for {}",
        counted(results.tested.len(), "text", "texts"),
        counted(messages, "message", "messages"),
        counted(scenarios, "scenario", "scenarios"),
    );
    let (met, unmet) = results.claims();
    let tested = match met + unmet {
        0 => tested,
        claims => format!("{tested}, {}", counted(claims, "expectation", "expectations")),
    };
    let words = [
        (results.count("same"), "as accepted"),
        (results.count("changed"), "changed"),
        (results.count("new"), "new"),
        (results.count("missing"), "missing"),
        (results.orphans().count(), "orphaned"),
        (results.count("refused"), "with a syntax error"),
        (results.count("unreadable"), "with an unreadable snapshot"),
        (unmet, if unmet == 1 { "expectation not met" } else { "expectations not met" }),
    ];
    let counts = words.iter().filter(|(count, _)| *count > 0);
    let mut counts = counts.map(|(count, word)| format!("{count} {word}")).collect::<Vec<_>>();
    if !results.problems.is_empty() {
        let problems = results.problems.len();
        counts.push(counted(problems, "unusable file", "unusable files"));
    }
    let stands = if counts.is_empty() { "nothing to test".to_owned() } else { counts.join(", ") };
    [tested, stands, advice(results, is_check)]
}

fn advice(results: &Results, is_check: bool) -> String {
    let pending = results.tested.iter().any(|tested| tested.status.pending().is_some());
    let orphaned = results.orphans().next().is_some();
    let broken = !results.problems.is_empty() || results.count("refused") > 0;
    let word = match (pending || orphaned, is_check) {
        (true, true) => {
            "nothing was written; run `meniscus test --review` or `--accept`, then commit"
        }
        (true, false) if results.claims().1 > 0 => {
            "review each with `meniscus test --review`, or accept all with `--accept`; fix the \
             unmet expectations or the messages"
        }
        (true, false) => "review each with `meniscus test --review`, or accept all with `--accept`",
        (false, _) if results.count("unreadable") > 0 => "fix or delete the unreadable snapshots",
        (false, _) if results.claims().1 > 0 => {
            "fix the messages, or the expectations if they are wrong"
        }
        (false, _) if broken => "fix the errors above",
        (false, _) if results.tested.is_empty() => "write a scenario, or choose another path",
        (false, _) => "nothing to do",
    };
    word.to_owned()
}
