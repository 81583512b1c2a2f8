//! What a calibration tells, for people.

use crate::calibrate::{Judged, Outcome};

/// Says which of our choices hold.
#[must_use]
pub fn calibrate(judged: &Judged) -> String {
    let mut out = String::new();
    let count = |is: fn(&Outcome) -> bool| {
        judged.outcomes.iter().filter(|(_, outcome)| is(outcome)).count()
    };
    let asked = judged.outcomes.len() - count(|outcome| *outcome == Outcome::Lost);
    out.push_str(&format!(
        "{} of {asked} choices match Braze\n",
        count(|outcome| *outcome == Outcome::Holds)
    ));
    for setting in judged.settings.iter().filter(|setting| !setting.is_default) {
        match setting.value {
            Some(value) => out.push_str(&format!("\n[dialect] {} = {value}\n", setting.name)),
            None => out.push_str(&format!(
                "\n[dialect] {}: the probes contradict each other\n",
                setting.name
            )),
        }
    }
    let differing = judged.outcomes.iter().filter_map(|(probe, outcome)| match outcome {
        Outcome::Differs { expected, found } => Some((probe, expected, found)),
        _ => None,
    });
    for (place, (probe, expected, found)) in differing.enumerate() {
        if place == 0 {
            out.push_str("\nBraze differs\n");
        }
        out.push_str(&format!(
            "  {:03} {} (tests/spec/{})\n      expected {}\n      found    {}\n",
            probe.number,
            probe.about,
            probe.spec,
            quoted(expected),
            quoted(found)
        ));
    }
    let lost = judged.outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Lost);
    let lost = lost.map(|(probe, _)| format!("{:03}", probe.number)).collect::<Vec<_>>();
    if !lost.is_empty() {
        out.push_str(&format!("\nnot in the result: {}\n", lost.join(", ")));
    }
    out
}

/// Writes what can be attached to an issue: probes and texts of ours, nothing of a person.
#[must_use]
pub fn calibration_report(judged: &Judged) -> String {
    let rows = judged.outcomes.iter().map(|(probe, outcome)| {
        let (word, expected, found) = match outcome {
            Outcome::Holds => ("matches", String::new(), String::new()),
            Outcome::Set => ("a setting", String::new(), String::new()),
            Outcome::Lost => ("not in the result", String::new(), String::new()),
            Outcome::Differs { expected, found } => ("differs", cell(expected), cell(found)),
        };
        format!("| {:03} | {} | {word} | {expected} | {found} |\n", probe.number, probe.about)
    });
    let settings = judged.settings.iter().map(|setting| {
        format!("- `{}` = `{}`\n", setting.name, setting.value.unwrap_or("unknown"))
    });
    format!(
        "# Calibration of meniscus {}\n\n{}\n| probe | our choice | in Braze | expected | found |\n|---|---|---|---|---|\n{}",
        env!("CARGO_PKG_VERSION"),
        settings.collect::<String>(),
        rows.collect::<String>()
    )
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn cell(text: &str) -> String {
    format!("`{}`", quoted(text).replace('|', "\\|").replace('`', "'"))
}
