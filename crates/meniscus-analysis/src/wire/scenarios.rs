use serde::Serialize;

/// What `meniscus scenarios list --format json` prints.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ScenariosDocument<'a> {
    /// The version of this format: 1.
    pub version: u32,
    /// The scenarios, by name.
    pub scenarios: Vec<ListedScenario<'a>>,
    /// Messages that no scenario applies to.
    pub messages_without_scenario: Vec<&'a str>,
}

/// A scenario of the workspace.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ListedScenario<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its file, relative to the workspace.
    pub file: Option<&'a str>,
    /// The clock, as written.
    pub now: Option<&'a str>,
    /// The recordings to answer from; null for all.
    pub recordings: Option<&'a [String]>,
    /// The messages it applies to.
    pub messages: Vec<&'a str>,
}

/// What `meniscus scenarios edge --format json` prints.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct EdgesDocument<'a> {
    /// The version of this format: 1.
    pub version: u32,
    /// The edge cases of each message.
    pub edges: Vec<EdgeScenario<'a>>,
}

/// An edge-case recipient, and how it affects a message.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct EdgeScenario<'a> {
    /// The message.
    pub message: &'a str,
    /// The name of the case.
    pub case: &'a str,
    /// The scenario's file, as TOML.
    pub scenario: String,
    /// Each part of the message.
    pub parts: Vec<EdgePart<'a>>,
}

/// How an edge case affects a part.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct EdgePart<'a> {
    /// The part.
    pub part: &'a str,
    /// Whether its output differs from the base scenario's.
    pub differs: bool,
    /// What is worse than in the base scenario.
    pub effects: Vec<EdgeEffect>,
}

/// What an edge case makes worse.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct EdgeEffect {
    /// `aborted`, `error`, `broken_json`, `broken_call`, `empty`, `unbalanced_html`, or `holes`.
    pub kind: &'static str,
    /// The same in words.
    pub message: String,
}

/// What `meniscus scenarios suggest --format json` prints.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct SuggestDocument<'a> {
    /// The version of this format: 1.
    pub version: u32,
    /// The messages.
    pub messages: Vec<MessageSuggestions<'a>>,
}

/// Scenarios that would reach more of a message.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct MessageSuggestions<'a> {
    /// The message.
    pub message: &'a str,
    /// Number of its coverage points.
    pub points: usize,
    /// Number of points that no scenario reaches.
    pub missed: usize,
    /// Scenarios that reach some of them, fewest changes first.
    pub suggestions: Vec<SuggestedScenario<'a>>,
    /// Points that no suggestion reaches.
    pub unreached: Vec<UnreachedPoint<'a>>,
}

/// A scenario that reaches more of a message.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct SuggestedScenario<'a> {
    /// Its name.
    pub name: &'a str,
    /// The scenario that it extends.
    pub extends: Option<&'a str>,
    /// How it differs from that scenario, line by line.
    pub changes: &'a [String],
    /// The names of new recordings that it needs.
    pub recordings: Vec<&'a str>,
    /// Its file, as TOML.
    pub scenario: String,
    /// The points that it reaches.
    pub reaches: Vec<ReachedPoint<'a>>,
}

/// A coverage point that a scenario reaches.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ReachedPoint<'a> {
    /// File and line: `templates/a.liquid:3`.
    pub at: &'a str,
    /// The point in words.
    pub point: &'a str,
}

/// A coverage point that no suggestion reaches.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct UnreachedPoint<'a> {
    /// File and line: `templates/a.liquid:3`.
    pub at: &'a str,
    /// The point in words.
    pub point: &'a str,
    /// Why nothing reaches it, if that is known.
    pub reason: &'a str,
}
