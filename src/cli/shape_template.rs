use std::path::Path;

use anyhow::Result;
use meniscus::contract::{Contract, PartEnd, VariableEnd, ends};
use meniscus::project::Message;
use meniscus::report::{draw_read_shape, schema_members};
use serde_json::{Map, Value as Json, json};

use super::contract::{messages_at, workspace_around};
use super::reading::knowledge;
use super::terminal::print;

/// Whether a name is that of a template or message.
pub(super) fn is_template(what: &str) -> bool {
    let path = Path::new(what);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let is_text = path.is_file() && matches!(ending, "liquid" | "html" | "txt" | "toml");
    is_text || path.is_dir()
}

/// Shows the variables of a template at its end, and what is read from each response.
pub(super) fn run(path: &Path, schema: bool) -> Result<()> {
    let workspace = workspace_around(path)?;
    let known = knowledge(&workspace);
    let mut text = String::new();
    let mut definitions = Map::new();
    let messages = messages_at(&workspace, path)?;
    for message in &messages {
        let contract = Contract::of(&known, [message]);
        for part in ends(&known, message, &contract) {
            if schema {
                let several = messages.len() > 1;
                define(message, &part, several, &mut definitions);
            } else {
                draw(&part, &contract, &mut text);
            }
        }
    }
    if schema {
        let title = messages.iter().map(|message| message.name.as_str()).collect::<Vec<_>>();
        let document = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title.join(", "),
            "$defs": definitions,
        });
        text = format!("{document:#}\n");
    }
    print(&text)
}

fn define(message: &Message, part: &PartEnd, several: bool, all: &mut Map<String, Json>) {
    for variable in &part.variables {
        let owner = if several { format!("{}.", message.name) } else { String::new() };
        let name = format!("{owner}{}.{}", part.name, variable.name);
        all.insert(name, schema_members(&variable.shape));
    }
}

fn draw(part: &PartEnd, contract: &Contract, text: &mut String) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&format!("── {} ──\n", part.source.name()));
    if part.variables.is_empty() {
        text.push_str("no variable is set at the end\n");
    }
    for variable in &part.variables {
        draw_variable(variable, contract, text);
    }
}

fn draw_variable(variable: &VariableEnd, contract: &Contract, text: &mut String) {
    let call = variable.call.and_then(|place| contract.calls.get(place));
    let from = match call {
        Some(call) => {
            let method = call.method.as_deref().unwrap_or("{{…}}");
            let endpoint = call.endpoint.as_deref().map(|name| format!(" ({name})"));
            Some(format!("the response of {method} {}{}", call.url, endpoint.unwrap_or_default()))
        }
        None => variable.from.as_ref().map(|from| format!("from {from}")),
    };
    let set = variable.set_at.as_ref().map(|at| format!("set at {at}"));
    let said = from.into_iter().chain(set).collect::<Vec<_>>().join(" · ");
    text.push_str(&format!("\n{}: {said}\n", variable.name));
    let mut drawn = String::new();
    if variable.shape.is_any() {
        drawn.push_str("its value is unknown\n");
    } else {
        draw_read_shape(&variable.shape, variable.read.as_ref(), &mut drawn);
    }
    for line in drawn.lines() {
        text.push_str(&format!("  {line}\n"));
    }
}
