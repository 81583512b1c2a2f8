use serde::Serialize;

use super::Finding;
use crate::project::Unusable;

/// What `meniscus test --format json` prints.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TestDocument<'a> {
    /// The version of this format: 1.
    pub version: u32,
    /// Each part for each scenario.
    pub cases: Vec<TestCase<'a>>,
    /// The expectations of scenarios, by message.
    pub expectations: Vec<TestedExpectations<'a>>,
    /// Snapshots whose message, part, or scenario no longer exists.
    pub orphans: Vec<OrphanedSnapshot<'a>>,
    /// Files that can't be used.
    pub problems: Vec<UnusableFile<'a>>,
    /// Messages without scenarios.
    pub untested: &'a [String],
    /// The counts.
    pub summary: TestSummary,
}

/// A part for a scenario, compared with its snapshot.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TestCase<'a> {
    /// The message.
    pub message: &'a str,
    /// The part.
    pub part: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// The template's file, relative to the workspace.
    pub template: &'a str,
    /// The snapshot's file, relative to the workspace.
    pub snapshot: &'a str,
    /// `same`, `new`, `missing`, `changed`, `refused`, or `unreadable`.
    pub status: &'static str,
    /// What is wrong; absent if the status is `same`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub says: Option<String>,
    /// The text that would be accepted, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub text: Option<&'a str>,
    /// Why it changed; present if the status is `changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub causes: Option<Vec<TestCause<'a>>>,
    /// Hunks of lines; present if the status is `changed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub diff: Option<Vec<Vec<DiffedLine>>>,
    /// The syntax errors; present if the status is `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub diagnostics: Option<Vec<Finding<'a>>>,
}

/// A line of a diff: `" "`, `"-"` or `"+"`, its number from 1 (in the new text unless it was
/// removed), and its text.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct DiffedLine(pub &'static str, pub usize, pub String);

/// Why an output changed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TestCause<'a> {
    /// The kind, with its details.
    #[serde(flatten)]
    pub change: Change<'a>,
    /// The same in words.
    pub says: String,
}

/// What changed since a snapshot was accepted.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum Change<'a> {
    /// Lines of the template; `name` is null.
    Template(ChangedLines<'a>),
    /// Lines of a content block.
    ContentBlock(ChangedLines<'a>),
    /// A content block was added or removed.
    IncludedBlock {
        /// Its name.
        name: &'a str,
        /// Whether it is included now.
        is_new: bool,
    },
    /// Lines of a recording.
    Recording(ChangedLines<'a>),
    /// Different recordings answer.
    Answers {
        /// Recordings that no longer answer.
        before: &'a [String],
        /// Recordings that answer now.
        now: &'a [String],
    },
    /// A value of the scenario.
    Scenario(ChangedValue<'a>),
    /// A variable of the workspace.
    Variable(ChangedValue<'a>),
    /// A setting of the workspace.
    Setting(ChangedValue<'a>),
    /// Nothing but the version of meniscus that wrote the snapshot.
    Version {
        /// That version.
        before: &'a str,
    },
}

/// Changed lines of a file.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ChangedLines<'a> {
    /// The name of the content block or recording.
    pub name: Option<&'a str>,
    /// Runs of new or changed lines as first and last, from 1.
    pub lines: &'a [(usize, usize)],
    /// Lines after which some were removed.
    pub gone_behind: &'a [usize],
}

/// A changed value.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ChangedValue<'a> {
    /// Its path or name.
    pub path: &'a str,
    /// The value when the snapshot was accepted; null if it wasn't set.
    pub before: Option<&'a str>,
    /// The value now; null if it isn't set.
    pub now: Option<&'a str>,
}

/// The expectations of a scenario about a message.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TestedExpectations<'a> {
    /// The message.
    pub message: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// Number of claims that pass.
    pub met: usize,
    /// The claims that fail.
    pub unmet: Vec<UnmetClaim<'a>>,
}

/// A claim that fails.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct UnmetClaim<'a> {
    /// The failure, at the claim in the scenario's file.
    #[serde(flatten)]
    pub finding: Finding<'a>,
    /// The claim's key: `contains`.
    pub key: &'static str,
    /// The actual result and the places that show it, line by line.
    pub says: String,
}

/// A snapshot whose message, part, or scenario no longer exists.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct OrphanedSnapshot<'a> {
    /// Its file, relative to the workspace.
    pub snapshot: &'a str,
    /// What no longer exists: `message`, `part`, or `scenario`.
    pub gone: &'static str,
    /// Its name.
    pub name: &'a str,
    /// The same in words.
    pub says: String,
}

/// A file that can't be used.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct UnusableFile<'a> {
    /// The name of the message, scenario, or content block.
    pub name: &'a str,
    /// Its file or folder, relative to the workspace.
    pub path: &'a str,
    /// What is wrong.
    pub says: String,
    /// What to do.
    pub help: Option<&'a str>,
}

impl<'a> UnusableFile<'a> {
    /// Describes a file that can't be used.
    #[must_use]
    pub fn of(problem: &'a Unusable) -> UnusableFile<'a> {
        UnusableFile {
            name: &problem.name,
            path: &problem.shown,
            says: problem.error.to_string(),
            help: problem.error.help(),
        }
    }
}

/// The result of a test run in numbers.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TestSummary {
    /// Cases.
    pub cases: usize,
    /// Cases whose output equals their snapshot.
    pub same: usize,
    /// Cases whose output differs from their snapshot.
    pub changed: usize,
    /// Cases without a snapshot.
    pub new: usize,
    /// Cases without a snapshot whose part has other snapshots.
    pub missing: usize,
    /// Cases that Braze would refuse for a syntax error.
    pub refused: usize,
    /// Cases whose snapshot can't be read.
    pub unreadable: usize,
    /// Claims that pass.
    pub expectations_met: usize,
    /// Claims that fail.
    pub expectations_unmet: usize,
    /// Snapshots without a case.
    pub orphaned: usize,
    /// Files that can't be used.
    pub problems: usize,
}
