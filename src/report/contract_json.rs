use indexmap::IndexSet;
use serde_json::{Map, Value as Json, json};

use crate::analyze::Usage;
use crate::contract::{Body, CallRead, Contract, Member, Need, Node, Use};
use crate::http::secret::is_secret_field;
use crate::report::contract::is_secret_variable;
use crate::report::shape_schema::type_names;
use crate::shape::Kinds;
use crate::value::to_json;

/// Examples that are kept of a value.
const MOST_EXAMPLES: usize = 5;

/// What messages read, as JSON.
#[must_use]
pub fn contract_json(contract: &Contract) -> Json {
    let families = contract.families.iter().map(|(name, node)| {
        let name = if name.is_empty() { "profile" } else { name };
        (name.to_owned(), fields(node))
    });
    let blocks = contract.blocks.iter().map(|(name, block)| {
        json!({
            "name": name,
            "path": block.source.as_ref().map(|source| source.name().to_owned()),
            "included_at": uses(&block.uses),
        })
    });
    let variables = contract.variables.iter().map(|(name, variable)| {
        let value = variable.shape.as_ref().and_then(|shape| shape.as_constant());
        let value = value.filter(|_| !is_secret_variable(name)).map(|value| to_json(value.view()));
        json!({
            "name": **name,
            "known": variable.shape.is_some(),
            "value": value,
            "read_at": uses(&variable.node.uses),
        })
    });
    json!({
        "messages": contract.messages,
        "broken": contract.broken,
        "families": families.collect::<Map<_, _>>(),
        "calls": contract.calls.iter().map(call).collect::<Vec<_>>(),
        "content_blocks": blocks.collect::<Vec<_>>(),
        "variables": variables.collect::<Vec<_>>(),
    })
}

fn call(call: &CallRead) -> Json {
    let members = |form: &str, members: &[Member]| {
        let members =
            members.iter().map(|Member { name, value }| json!({"name": name, "value": value}));
        json!({ "form": form, "members": members.collect::<Vec<_>>() })
    };
    let body = call.body.as_ref().map(|body| match body {
        Body::Json(all) => members("json", all),
        Body::Form(all) => members("form", all),
        Body::Other(text) => json!({ "form": "text", "text": text }),
    });
    json!({
        "method": call.method,
        "url": call.url,
        "endpoint": call.endpoint.as_deref(),
        "access": call.access.map(|access| access.word()),
        "options": call.options.iter().collect::<Vec<_>>(),
        "body": body,
        "saved_as": call.targets.iter().collect::<Vec<_>>(),
        "called_at": uses(&call.uses),
        "reads": fields(&call.answer),
    })
}

fn fields(node: &Node) -> Json {
    node.fields.iter().map(|(name, node)| field(name, node)).collect()
}

fn field(name: &str, node: &Node) -> Json {
    let mut value = json!({
        "name": name,
        "types": types(node),
        "need": node.need.word(),
        "examples": examples(name, node),
        "read_at": uses(&node.uses),
    });
    if node.stops {
        value["stops_without"] = json!(true);
    }
    if !node.compared.is_empty() && !is_secret_field(name) {
        value["compared_with"] = node.compared.iter().map(|value| to_json(value.view())).collect();
    }
    if !node.fields.is_empty() {
        value["fields"] = fields(node);
    }
    if let Some(item) = &node.item {
        value["items"] = field("[]", item);
    }
    if let Some(any) = &node.any_field {
        value["any_field"] = field("*", any);
    }
    value
}

fn uses(uses: &IndexSet<Use>) -> Json {
    let uses = uses.iter().map(|used| {
        let at = used.position();
        json!({
            "path": used.source.name(),
            "line": at.line,
            "column": at.column,
            "usage": usage_word(used.usage),
            "guarded": used.guarded,
        })
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
    known.take(MOST_EXAMPLES).map(to_json).collect()
}

/// The names of the types in JSON Schema; none where anything may stand.
fn types(node: &Node) -> Vec<&'static str> {
    let kinds = node.kinds();
    if kinds.is_any() { Vec::new() } else { type_names(kinds) }
}

/// What is read of a value, as JSON Schema (2020-12): what one hands to who sends it.
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
        // Where something stands for what is missing, it stands for `null` as well.
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

/// An item; that it may be missing, its list says.
fn item_schema(item: &Node) -> Json {
    let mut schema = Map::new();
    if item.kinds().within(Kinds::OBJECT) {
        schema.insert("type".to_owned(), json!("object"));
    }
    schema.extend(inside(item));
    Json::Object(schema)
}

/// What the message does with a value, and where.
fn description(node: &Node) -> String {
    let said = match node.need {
        Need::Required if node.stops => "the message is not sent without it",
        Need::Required => "used without a default",
        Need::Sometimes => "used without a default where a condition holds",
        Need::Optional => "used with a default or a guard",
        Need::Tested => "only tested",
        Need::Read => "read",
    };
    let places = super::contract::places(&node.uses);
    if places.is_empty() { said.to_owned() } else { format!("{said}: {places}") }
}
