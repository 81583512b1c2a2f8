use crate::project::Scenario;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::{DataPath, Span};
use crate::value::{Value, to_json};

/// The largest object that Braze accepts, in bytes.
const MAX: usize = 50 * 1024;

/// The objects sent with a trigger.
const TABLES: [&str; 3] = ["api_trigger_properties", "context", "canvas_entry_properties"];

rule! {
    /// Trigger properties larger than 50 KB.
    ///
    /// ## What it does
    ///
    /// Reports a scenario whose trigger properties have more than 50 KB (51,200 bytes) as JSON.
    ///
    /// ## Why it matters
    ///
    /// Braze refuses the request with these properties, so nobody gets the message.
    ///
    /// ## Example
    ///
    /// ```toml scenario order times 1500
    /// [[api_trigger_properties.lines]]
    /// name = "Large popcorn, salted, in a paper bag"
    /// ```
    ///
    /// ```liquid bad
    /// You bought {{api_trigger_properties.${lines}.size}} things.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```toml scenario order
    /// [[api_trigger_properties.lines]]
    /// name = "Large popcorn, salted, in a paper bag"
    /// ```
    ///
    /// ```liquid good
    /// You bought {{api_trigger_properties.${lines}.size}} things.
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Limits (reference, section 6).
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
        "`{table}` in the scenario `{}` has {size} bytes as JSON; the limit is {MAX}",
        scenario.name
    );
    findings.report_in(source, span, message).help("send less, or fetch it with a call");
}
