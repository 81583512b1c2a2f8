use crate::project::Scenario;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::{DataPath, Span};
use crate::value::{Value, to_json};

/// What Braze takes, in bytes.
const MAX: usize = 50 * 1024;

/// The objects that a trigger brings along.
const TABLES: [&str; 3] = ["api_trigger_properties", "context", "canvas_entry_properties"];

rule! {
    /// Trigger properties of more than 50 KB.
    ///
    /// Braze refuses the request that brings them, so nobody gets the message. They are counted as
    /// JSON, scenario by scenario.
    ///
    /// Source: the reference's section 6.
    ///
    /// ```liquid good
    /// You bought {{api_trigger_properties.${lines}.size}} things.
    /// ```
    ///
    /// ```toml scenario order times 1500
    /// [[api_trigger_properties.lines]]
    /// name = "Large popcorn, salted, in a paper bag"
    /// ```
    ///
    /// ```liquid bad
    /// You bought {{api_trigger_properties.${lines}.size}} things.
    /// ```
    name: "trigger-properties-size", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for scenario in subject.scenarios() {
        // A file far below the limit can't exceed it.
        let written = scenario.sources.iter().map(|source| source.text().len()).sum::<usize>();
        if written < MAX / 2 {
            continue;
        }
        for table in TABLES {
            if let Some(value) = scenario.tables.get(table) {
                report(scenario, table, value, findings);
            }
        }
    }
}

fn report(scenario: &Scenario, table: &str, value: &Value, findings: &mut Findings<'_>) {
    let size = to_json(value.view()).to_string().len();
    if size <= MAX {
        return;
    }
    let Some(source) = scenario.sources.first() else { return };
    let (source, span) =
        scenario.locate(&DataPath::of_keys(&[table])).unwrap_or((source, Span::empty(0)));
    let line = source.slice(span).lines().next().unwrap_or_default().len();
    let span = Span::new(span.start as usize, span.start as usize + line);
    let message = format!(
        "the `{table}` of the scenario `{}` have {size} bytes as JSON, expected {MAX} at most",
        scenario.name
    );
    findings.report_in(source, span, message).help("send less, or ask for it by a call");
}
