//! What a message reads of a recipient, as a form: each field with its kind and an example.

use serde::Serialize;
use serde_json::Value as Json;

use super::ask::Ask;
use super::refusal::Refusal;
use crate::contract::{Contract, Node};
use crate::dialect::families::FAMILIES;
use crate::recipients::{Trial, examples};
use crate::session::Session;
use crate::shape::Kinds;
use crate::value::{View, to_json};

/// A field of the form.
#[derive(Debug, Serialize)]
pub struct FormField {
    /// The table of a recipient's file: `custom_attribute`.
    table: String,
    name: String,
    /// What it is, in a word: `text`.
    kind: &'static str,
    /// `required`, `sometimes`, `optional`, `tested` or `read`.
    need: Option<&'static str>,
    /// A value such as others have it, or an invented one.
    example: Json,
}

/// Returns the fields that a message reads of a recipient.
///
/// # Errors
/// If the message doesn't exist.
pub fn fields(session: &Session, ask: &Ask) -> Result<Vec<FormField>, Refusal> {
    let message = ask.message(session)?;
    let contract = Contract::of(&session.known, [&*message]);
    let examples = examples(&Trial::new(&session.known, &message), &contract);
    let mut fields = Vec::new();
    for (table, values) in examples.iter() {
        let View::Object(values) = values.view() else { continue };
        for (name, value) in values.iter() {
            let node = node_of(&contract, table, name);
            fields.push(FormField {
                table: table.to_string(),
                name: name.to_string(),
                kind: kind(node, value.view()),
                need: node.map(|node| node.need.word()),
                example: to_json(value.view()),
            });
        }
    }
    Ok(fields)
}

fn node_of<'c>(contract: &'c Contract, table: &str, name: &str) -> Option<&'c Node> {
    if table == "variables" {
        return contract.variables.get(name).map(|read| &read.node);
    }
    let mut families = FAMILIES.iter().filter(|family| family.table == table);
    families.find_map(|family| contract.families.get(family.name)?.fields.get(name))
}

/// Returns the kind of a field: what the message does with it, else that of the example.
fn kind(node: Option<&Node>, example: View<'_>) -> &'static str {
    let known = node.map_or(Kinds::ANY, Node::kinds);
    let kinds = if known.is_any() { Kinds::of(example) } else { known };
    match () {
        () if kinds.within(Kinds::BOOL) => "yes or no",
        () if kinds.within(Kinds::NUMBER) => "number",
        () if kinds.within(Kinds::LIST) => "list",
        () if kinds.within(Kinds::OBJECT) => "object",
        () if kinds.within(Kinds::TEXT) => "text",
        () => "text or number",
    }
}
