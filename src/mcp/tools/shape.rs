use meniscus_preview::page::refusal::Refusal;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use crate::endpoint::{Found, find};
use crate::mcp::answer::{DATA, page, page_of_text};
use crate::mcp::desk::{Desk, Texts};
use crate::mcp::tool::{Effect, Tool};
use crate::report::draw_shape;

pub(in crate::mcp) struct Shape;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// Endpoint, recording, or URL such as `POST /offers/api/2.0/offers/get_user_offers`; without
    /// it, all endpoints and recordings.
    of: Option<String>,
    /// New or changed text by path.
    files: Option<Texts>,
    /// Character, or endpoint, to continue from.
    from: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Number of recordings it is known from.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<String>,
    /// One field per line: name, kind, how often seen, and sample values.
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<String>,
    /// Names to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known: Vec<String>,
    /// Where it continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
    note: &'static str,
}

impl Tool for Shape {
    const NAME: &'static str = "shape";
    const TITLE: &'static str = "Show response fields";
    const DESCRIPTION: &'static str = "Shows the fields of a response, from schemas and \
        recordings. Use it before you write a field path.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        let session = desk.read(input.files.as_ref())?;
        let endpoints = &session.known.endpoints;
        let from = input.from.unwrap_or_default();
        let Some(of) = input.of else {
            let packs = endpoints.packs().endpoints();
            let packs =
                packs.map(|known| format!("{} ({} {})", known.name, known.method, known.path));
            let recordings = endpoints.recordings().iter();
            let recordings = recordings.map(|known| format!("recording {}", known.name()));
            let (known, next) = page(recordings.chain(packs).collect(), from);
            return Ok(Output {
                title: None,
                evidence: None,
                fields: None,
                known,
                next,
                note: DATA,
            });
        };
        let name = of.strip_prefix("recording ").unwrap_or(&of);
        let Found { title, answered } = find(endpoints, name).map_err(|error| {
            let help = match &error.near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "call `shape` without `of` to list all names".to_owned(),
            };
            Refusal::missing(error.to_string()).help(help)
        })?;
        let mut drawn = String::new();
        if !answered.shape.is_any() {
            draw_shape(&answered.shape, &mut drawn);
        }
        let (fields, next) = page_of_text(&desk.hide(&drawn), from);
        Ok(Output {
            title: Some(title),
            evidence: Some(answered.evidence()),
            fields: Some(fields),
            known: Vec::new(),
            next,
            note: DATA,
        })
    }
}
