//! Generates `docs/reference/schemas/`: JSON Schemas of the files that people write, for editors.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::schema::{keep, keep_here};
use crate::dialect::families::FAMILIES;
use crate::project::{Config, EXPECTATION_KEYS, MessageFile, TABLES};
use crate::rules::RULES;

const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

fn schema_of<T: JsonSchema>(title: &str) -> Value {
    let generator = SchemaSettings::draft07().for_deserialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    schema["title"] = json!(title);
    schema
}

/// `meniscus.toml`, with the names of all rules.
fn config() -> Value {
    let mut schema = schema_of::<Config>("meniscus.toml");
    let level = json!({ "enum": ["off", "info", "warn", "error"] });
    let rules = RULES.iter().map(|rule| {
        let mut level = level.clone();
        level["description"] = json!(rule.summary());
        level["default"] = json!(rule.level.word());
        (rule.name.to_owned(), level)
    });
    let rules = json!({
        "type": "object",
        "description": "Levels of rules",
        "properties": rules.collect::<serde_json::Map<_, _>>(),
        "additionalProperties": false,
    });
    schema["properties"]["rules"] = rules.clone();
    schema["definitions"]["Override"]["properties"]["rules"] = rules;
    schema
}

/// Says what a key of `[[expect]]` claims.
fn about_expectation(key: &str) -> &'static str {
    match key {
        "message" => "A name or pattern among the scenario's messages; all by default",
        "part" => "One part; the whole message by default",
        "contains" => "The text contains this string, or all of these",
        "not_contains" => "The text contains neither this string, nor any of these",
        "matches" => "The text matches this regular expression",
        "json_path" => "The text is JSON and has a value at this path",
        "equals" => "The value at `json_path`",
        "aborts" => "Whether the message isn't sent, or the reason",
        "abort_type" => "The abort type",
        "max_length" => "The text has at most this many characters",
        "max_sms_segments" => "The text takes at most this many segments as an SMS",
        "calls" => "Exactly this many requests are made",
        "calls_to" => "With `calls`: only requests whose URL contains this string count",
        "why" => "The reason for the expectation, shown if it fails",
        other => panic!("say what `{other}` claims"),
    }
}

/// A recipient: `scenarios/NAME.toml` or `.json`.
fn scenario() -> Value {
    let strings = |about: &str| json!({ "type": "array", "items": { "type": "string" }, "description": about });
    let mut properties = json!({
        "extends": { "type": "string", "description": "The scenario that this one extends" },
        "now": { "type": "string", "description": "The clock, such as 2026-03-01T09:00:00Z" },
        "seed": { "type": "integer", "minimum": 0, "description": "The random seed" },
        "templates": strings("The messages it is for; all by default"),
        "recordings": strings("The recordings it uses; all by default"),
        "without": strings("Values of the extended scenario to remove, such as user.first_name"),
        "expect": {
            "type": "array",
            "description": "Checks on the rendered messages",
            "items": {
                "type": "object",
                "properties": EXPECTATION_KEYS.iter().map(|key| {
                    ((*key).to_owned(), json!({ "description": about_expectation(key) }))
                }).collect::<serde_json::Map<_, _>>(),
                "additionalProperties": false,
            },
        },
    });
    for table in TABLES {
        let family = FAMILIES.iter().find(|family| family.table == table && !family.is_blocks());
        let fields = family.map(|family| family.fields).unwrap_or_default();
        let fields = fields.iter().map(|field| ((*field).to_owned(), json!({})));
        let mut schema = json!({ "type": "object" });
        if let Some(family) = family {
            schema["description"] = json!(family.summary);
            schema["properties"] = Value::Object(fields.collect());
            if family.closed {
                schema["additionalProperties"] = json!(false);
            }
        }
        if table == "user" {
            schema["type"] = json!(["object", "string"]);
        }
        properties[table] = schema;
    }
    json!({
        "$schema": DRAFT,
        "title": "A meniscus scenario",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// A schema as hover and completion need it: `about`, `keys` (by name), `each` (of a map or list),
/// `values`, and `default`.
fn outline(schema: &Value, root: &Value) -> Value {
    let reference = schema["$ref"].as_str().and_then(|name| name.strip_prefix('#'));
    let inner = [&schema["allOf"][0], &schema["anyOf"][0]];
    let inner = inner.into_iter().find(|one| one.is_object());
    let inner = reference.and_then(|path| root.pointer(path)).or(inner);
    let mut made = inner.map_or_else(|| json!({}), |inner| outline(inner, root));
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            made[name] = value;
        }
    };
    put("about", schema["description"].clone());
    put("values", schema["enum"].clone());
    if let Some(all) = schema["oneOf"].as_array() {
        put("values", all.iter().map(|one| one["const"].clone()).collect());
    }
    if !schema["default"].is_object() {
        put("default", schema["default"].clone());
    }
    if schema["type"] == "boolean" {
        put("values", json!([true, false]));
    }
    for each in ["items", "additionalProperties"] {
        if schema[each].is_object() {
            put("each", outline(&schema[each], root));
            put("is_list", if each == "items" { json!(true) } else { Value::Null });
        }
    }
    if let Some(keys) = schema["properties"].as_object() {
        let keys = keys.iter().map(|(name, one)| (name.clone(), outline(one, root)));
        put("keys", Value::Object(keys.collect()));
    }
    made
}

/// What hover and completion know of settings.
fn settings() -> Value {
    let message = schema_of::<MessageFile>("message.toml");
    let mut config = schema_of::<Config>("meniscus.toml");
    // The rules themselves are at hand.
    let rules = json!({ "type": "object", "description": "Levels of rules" });
    config["properties"]["rules"] = rules.clone();
    config["definitions"]["Override"]["properties"]["rules"] = rules;
    json!({
        "meniscus.toml": outline(&config, &config),
        "message.toml": outline(&message, &message),
        "scenario": outline(&scenario(), &json!({})),
    })
}

fn text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

#[test]
fn schemas_of_workspace_files_are_in_step() {
    let stale = [
        keep("schemas/meniscus.schema.json", &text(&config())).err(),
        keep("schemas/message.schema.json", &text(&schema_of::<MessageFile>("message.toml"))).err(),
        keep("schemas/scenario.schema.json", &text(&scenario())).err(),
        keep_here("src/language/settings.json", &text(&settings())).err(),
    ];
    let stale = stale.into_iter().flatten().collect::<Vec<_>>();
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}
