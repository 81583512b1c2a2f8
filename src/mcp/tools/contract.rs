use meniscus_preview::page::refusal::Refusal;
use rmcp::schemars::{self, JsonSchema};
use serde::{Deserialize, Serialize};

use crate::contract;
use crate::mcp::answer::{DATA, page_of_text};
use crate::mcp::desk::{Desk, Texts, message_of};
use crate::mcp::tool::{Effect, Tool};
use crate::report;

pub(in crate::mcp) struct Contract;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::mcp) struct Input {
    /// Message, or one of its files.
    message: String,
    /// New or changed text by path.
    files: Option<Texts>,
    /// Character to continue from.
    from: Option<usize>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::mcp) struct Output {
    /// One value per line: name, kind, need, sample values, and where it is read.
    reads: String,
    /// Files with syntax errors, which may read more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    broken: Vec<String>,
    /// Where it continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
    note: &'static str,
}

impl Tool for Contract {
    const NAME: &'static str = "contract";
    const TITLE: &'static str = "List what a message reads";
    const DESCRIPTION: &'static str = "Lists what a message needs: attributes, trigger \
        properties, content blocks, and calls with the response fields it reads.";
    const EFFECT: Effect = Effect::Reads;
    type Input = Input;
    type Output = Output;

    fn run(desk: &Desk, input: Input) -> Result<Output, Refusal> {
        let session = desk.read(input.files.as_ref())?;
        let message = message_of(&session, &input.message)?;
        let contract = contract::Contract::of(&session.known, [&**message]);
        let reads = desk.hide(&report::contract(&contract));
        let (reads, next) = page_of_text(&reads, input.from.unwrap_or(0));
        Ok(Output { reads, broken: contract.broken, next, note: DATA })
    }
}
