use serde::Serialize;

/// What `meniscus rules --format json` prints.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct RulesDocument<'a> {
    /// The version of this format: 1.
    pub version: u32,
    /// The rules, by name.
    pub rules: Vec<ListedRule<'a>>,
}

/// A rule.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ListedRule<'a> {
    /// Its name.
    pub rule: &'a str,
    /// Its default level: `error`, `warn`, `info`, or `off`.
    pub level: &'static str,
    /// Its summary, in one sentence.
    pub summary: &'a str,
    /// Its documentation, as Markdown.
    pub docs: &'a str,
}
