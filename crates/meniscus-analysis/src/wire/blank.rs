use serde::Serialize;

use super::{Finding, UnusableFile};

/// What `meniscus test --all-recordings --format json` prints.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct BlanksDocument<'a> {
    /// The version of this format: 1.
    pub version: u32,
    /// The blanks, by message, part, and location.
    pub holes: Vec<Blank<'a>>,
    /// Files that can't be used.
    pub problems: Vec<UnusableFile<'a>>,
    /// The counts.
    pub summary: BlanksSummary,
}

/// An output that renders as blank with another recording.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Blank<'a> {
    /// The message.
    pub message: &'a str,
    /// The part.
    pub part: &'a str,
    /// The scenarios in which it is blank.
    pub scenarios: Vec<&'a str>,
    /// The name of the recording.
    pub recording: &'a str,
    /// Its file, relative to the workspace.
    pub recording_path: &'a str,
    /// The missing value, as in the template: `offer.name`.
    pub expression: &'a str,
    /// Where it is missing: the path in the response (`$.payload.user_offers[1].name`), or else the
    /// expression, or the variable that the call didn't set.
    pub missing: &'a str,
    /// The same as a finding, at the output.
    pub diagnostic: Finding<'a>,
}

/// The result of rendering with all recordings, in numbers.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct BlanksSummary {
    /// Parts and scenarios.
    pub texts: usize,
    /// Parts and scenarios without calls.
    pub without_calls: usize,
    /// Renders with another recording.
    pub renders: usize,
    /// Renders with a blank where there is output otherwise.
    pub holes: usize,
    /// Renders with a different output, without blanks.
    pub other: usize,
    /// Renders with the same output.
    pub same: usize,
    /// Renders whose message isn't sent.
    pub aborted: usize,
    /// Renders with an error.
    pub failed: usize,
    /// Recordings that weren't tried, because a call has too many.
    pub recordings_left_out: usize,
}
