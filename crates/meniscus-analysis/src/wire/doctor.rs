use serde::Serialize;

/// What `meniscus doctor --format json` prints.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct DoctorDocument<'a> {
    /// The version of this format: 1.
    pub version: u32,
    /// What is missing, by purpose.
    pub missing: &'a [Missing],
}

/// What a missing item is needed for, in output order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum Purpose {
    /// To render messages.
    Render,
    /// To call live.
    Live,
    /// To trigger messages.
    Trigger,
    /// To tag customers.
    Tags,
    /// To redact recordings.
    Redact,
}

/// A missing item, and the line that adds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Missing {
    /// What it is needed for.
    pub purpose: Purpose,
    /// What is missing.
    pub what: String,
    /// Where the line belongs: a table in meniscus.toml, the environment, or a command to run.
    pub place: String,
    /// The line.
    pub line: String,
}
