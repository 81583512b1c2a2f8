use std::time::Duration;

use meniscus_preview::page::refusal::Refusal;
use rmcp::schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json};

use super::desk::Desk;
use super::schema::{input_schema, output_schema};

/// When a single render is given up.
pub(super) const LONGEST_RENDER: Duration = Duration::from_secs(10);

/// What a tool does besides answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Reads,
    /// It may call hosts.
    Calls,
    /// It may add or change files.
    Writes,
}

/// A tool: its name, and what it takes and returns.
pub(super) trait Tool {
    const NAME: &'static str;
    const TITLE: &'static str;
    const DESCRIPTION: &'static str;
    const EFFECT: Effect;
    /// When a call is given up.
    const LONGEST: Option<Duration> = None;
    type Input: DeserializeOwned + JsonSchema;
    type Output: Serialize + JsonSchema;

    /// Answers a call.
    ///
    /// # Errors
    /// If that isn't possible, with what to do.
    fn run(desk: &Desk, input: Self::Input) -> Result<Self::Output, Refusal>;
}

/// A tool in the list of all.
pub(super) struct Entry {
    pub name: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub effect: Effect,
    pub longest: Option<Duration>,
    pub input: fn() -> Map<String, Json>,
    pub output: fn() -> Map<String, Json>,
    pub call: fn(&Desk, Map<String, Json>) -> Result<Json, Refusal>,
}

impl Entry {
    pub const fn of<T: Tool>() -> Entry {
        Entry {
            name: T::NAME,
            title: T::TITLE,
            description: T::DESCRIPTION,
            effect: T::EFFECT,
            longest: T::LONGEST,
            input: input_schema::<T::Input>,
            output: output_schema::<T::Output>,
            call: call::<T>,
        }
    }
}

fn call<T: Tool>(desk: &Desk, arguments: Map<String, Json>) -> Result<Json, Refusal> {
    let input = serde_json::from_value(Json::Object(arguments)).map_err(|error| {
        Refusal::wrong(format!("wrong arguments for `{}`: {error}", T::NAME))
            .help("check its input schema")
    })?;
    let output = T::run(desk, input)?;
    serde_json::to_value(output)
        .map_err(|error| Refusal::wrong(format!("can't write the result: {error}")))
}
