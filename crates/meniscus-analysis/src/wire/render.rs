use indexmap::IndexMap;
use serde::Serialize;

use super::{Call, Finding, Place, Places};
use crate::render;

/// What `meniscus render --format json` prints.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct RenderDocument<'a> {
    /// 1.
    pub version: u32,
    /// What was rendered, in order.
    pub renders: Vec<RenderedPart<'a>>,
}

/// A part of a message for a scenario.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct RenderedPart<'a> {
    /// The message.
    pub message: &'a str,
    /// The part.
    pub part: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// What a customer gets; null where the message is aborted.
    pub output: Option<&'a str>,
    /// Why it is aborted.
    pub aborted: Option<Abort<'a>>,
    /// What the tag `message_extras` adds, by key.
    #[cfg_attr(test, ts(type = "Record<string, string>"))]
    pub message_extras: &'a IndexMap<String, String>,
    /// The calls, in order.
    pub calls: Vec<Call<'a>>,
    /// What `--why` and `--trace` say, a line each; null where they were not asked for.
    pub why: Option<Vec<&'a str>>,
    /// What rendering found.
    pub diagnostics: Vec<Finding<'a>>,
}

/// Why a message is not sent.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Abort<'a> {
    /// Braze's name for it: `liquid_abort_message`.
    #[serde(rename = "type")]
    pub kind: &'a str,
    /// The reason that the template gives, or what went wrong.
    pub reason: &'a str,
    /// Where.
    pub at: Option<Place<'a>>,
}

impl<'a> Abort<'a> {
    /// Converts the reason why a message isn't sent.
    #[must_use]
    pub fn of(places: &Places, abort: &'a render::Abort) -> Abort<'a> {
        let at = abort.at.as_ref().map(|at| places.place(at));
        Abort { kind: abort.kind.name(), reason: &abort.reason, at }
    }
}
