use indexmap::IndexSet;
use serde_json::{Map, Value as Json, json};

use crate::analyze::Usage;
use crate::contract::{Body, CallRead, Contract, Member, Need, Node, Use};
use crate::http::secret::is_secret_field;
use crate::report::contract::is_secret_variable;
use crate::report::shape_schema::type_names;
use crate::shape::Kinds;
use crate::value::to_json;
use crate::wire::{
    BlockContract, BodyContract, CallContract, FieldContract, MemberContract, MessageContract,
    UseContract, VariableContract,
};

/// Most examples kept for a value.
const MAX_EXAMPLES: usize = 5;

/// Converts what messages read to JSON.
#[must_use]
pub fn contract_json(contract: &Contract) -> MessageContract<'_> {
    let families = contract.families.iter().map(|(name, node)| {
        let name = if name.is_empty() { "profile" } else { name };
        (name, fields(node))
    });
    let blocks = contract.blocks.iter().map(|(name, block)| BlockContract {
        name,
        path: block.source.as_ref().map(|source| source.name()),
        included_at: uses(&block.uses),
    });
    let variables = contract.variables.iter().map(|(name, variable)| {
        let value = variable.shape.as_ref().and_then(|shape| shape.as_constant());
        let value = value.filter(|_| !is_secret_variable(name));
        VariableContract {
            name,
            known: variable.shape.is_some(),
            value: value.map(|value| to_json(value.view())),
            read_at: uses(&variable.node.uses),
        }
    });
    MessageContract {
        messages: &contract.messages,
        broken: &contract.broken,
        families: families.collect(),
        calls: contract.calls.iter().map(call).collect(),
        content_blocks: blocks.collect(),
        variables: variables.collect(),
    }
}

fn call(call: &CallRead) -> CallContract<'_> {
    let body = call.body.as_ref().map(|body| match body {
        Body::Json(all) => BodyContract::Json { members: all.iter().map(body_member).collect() },
        Body::Form(all) => BodyContract::Form { members: all.iter().map(body_member).collect() },
        Body::Other(text) => BodyContract::Text { text },
    });
    CallContract {
        method: call.method.as_deref(),
        url: &call.url,
        endpoint: call.endpoint.as_deref(),
        access: call.access.map(|access| access.word()),
        options: call.options.iter().map(String::as_str).collect(),
        body,
        saved_as: call.targets.iter().map(String::as_str).collect(),
        called_at: uses(&call.uses),
        reads: fields(&call.answer),
    }
}

fn body_member(member: &Member) -> MemberContract<'_> {
    MemberContract { name: &member.name, value: member.value.as_deref() }
}

fn fields(node: &Node) -> Vec<FieldContract<'_>> {
    node.fields.iter().map(|(name, node)| field(name, node)).collect()
}

fn field<'n>(name: &'n str, node: &'n Node) -> FieldContract<'n> {
    let compared = node.compared.iter().filter(|_| !is_secret_field(name));
    FieldContract {
        name,
        types: types(node),
        need: node.need.word(),
        examples: examples(name, node),
        read_at: uses(&node.uses),
        stops_without: node.stops,
        compared_with: compared.map(|value| to_json(value.view())).collect(),
        fields: fields(node),
        items: node.item.as_ref().map(|item| Box::new(field("[]", item))),
        any_field: node.any_field.as_ref().map(|any| Box::new(field("*", any))),
    }
}

fn uses(uses: &IndexSet<Use>) -> Vec<UseContract<'_>> {
    let uses = uses.iter().map(|used| {
        let at = used.position();
        UseContract {
            path: used.source.name(),
            line: at.line,
            column: at.column,
            usage: usage_word(used.usage),
            guarded: used.guarded,
        }
    });
    uses.collect()
}

fn usage_word(usage: Usage) -> &'static str {
    match usage {
        Usage::Printed => "printed",
        Usage::Tested => "tested",
        Usage::Looped => "looped",
        Usage::Assigned => "assigned",
        Usage::Argument => "argument",
        Usage::Indexed => "indexed",
        Usage::Interpolated => "interpolated",
    }
}

fn examples(name: &str, node: &Node) -> Vec<Json> {
    if is_secret_field(name) {
        return Vec::new();
    }
    let known = node.known.iter().flat_map(|known| known.shape.examples());
    known.take(MAX_EXAMPLES).map(to_json).collect()
}

/// Returns the type names in JSON Schema; empty for any type.
fn types(node: &Node) -> Vec<&'static str> {
    let kinds = node.kinds();
    if kinds.is_any() { Vec::new() } else { type_names(kinds) }
}

/// Describes what is read from a value as JSON Schema (2020-12), for whoever sends it.
#[must_use]
pub fn contract_schema(title: &str, node: &Node) -> Json {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".to_owned(), json!(title));
    schema.insert("type".to_owned(), json!("object"));
    schema.extend(inside(node));
    Json::Object(schema)
}

fn member(name: &str, node: &Node) -> Json {
    let mut schema = Map::new();
    schema.insert("description".to_owned(), json!(description(node)));
    let mut types = types(node);
    if node.need < Need::Required && !types.is_empty() {
        // A fallback for missing values also covers `null`.
        types.push("null");
    }
    match &types[..] {
        [] => {}
        [one] => {
            schema.insert("type".to_owned(), json!(one));
        }
        many => {
            schema.insert("type".to_owned(), json!(many));
        }
    }
    let examples = examples(name, node);
    if !examples.is_empty() {
        schema.insert("examples".to_owned(), Json::Array(examples));
    }
    schema.extend(inside(node));
    Json::Object(schema)
}

fn inside(node: &Node) -> Map<String, Json> {
    let mut schema = Map::new();
    if !node.fields.is_empty() {
        let fields = node.fields.iter().map(|(name, node)| (name.to_string(), member(name, node)));
        schema.insert("properties".to_owned(), fields.collect());
        let required = node.fields.iter().filter(|(_, node)| node.need == Need::Required);
        let required = required.map(|(name, _)| json!(**name)).collect::<Vec<_>>();
        if !required.is_empty() {
            schema.insert("required".to_owned(), Json::Array(required));
        }
    }
    if let Some(any) = &node.any_field {
        schema.insert("additionalProperties".to_owned(), member("", any));
    }
    if let Some(item) = &node.item {
        schema.insert("items".to_owned(), item_schema(item));
    }
    schema
}

/// Describes an item; whether it may be missing is up to its list.
fn item_schema(item: &Node) -> Json {
    let mut schema = Map::new();
    if item.kinds().within(Kinds::OBJECT) {
        schema.insert("type".to_owned(), json!("object"));
    }
    schema.extend(inside(item));
    Json::Object(schema)
}

/// Describes what the message does with a value, and where.
fn description(node: &Node) -> String {
    let said = match node.need {
        Need::Required if node.stops => "the message isn't sent without it",
        Need::Required => "used without a default",
        Need::Sometimes => "used without a default if a condition is true",
        Need::Optional => "used with a default or a guard",
        Need::Tested => "only used in conditions",
        Need::Read => "read",
    };
    let places = super::contract::places(&node.uses);
    if places.is_empty() { said.to_owned() } else { format!("{said}: {places}") }
}
