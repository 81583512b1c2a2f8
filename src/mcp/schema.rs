//! JSON Schemas that every client reads, from the types of inputs and outputs.

use rmcp::schemars::JsonSchema;
use rmcp::schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json};

/// Members that tell a client nothing.
const IDLE: [&str; 4] = ["$schema", "title", "format", "default"];

/// Returns the schema of what a client sends.
pub(super) fn input_schema<T: JsonSchema>() -> Map<String, Json> {
    schema_of::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

/// Returns the schema of what a client gets.
pub(super) fn output_schema<T: JsonSchema>() -> Map<String, Json> {
    schema_of::<T>(SchemaSettings::draft2020_12().for_serialize())
}

/// Returns the schema of a type, inlined, without lists of types, which some clients reject.
fn schema_of<T: JsonSchema>(settings: SchemaSettings) -> Map<String, Json> {
    let settings = settings.with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    simplify(&mut schema, true);
    match schema {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}

/// Takes away what is idle. A member that may be left out isn't also `null`.
fn simplify(schema: &mut Json, is_schema: bool) {
    match schema {
        Json::Object(members) => {
            if is_schema {
                IDLE.iter().for_each(|name| drop(members.shift_remove(*name)));
                members.retain(|name, _| name != "minimum");
                if let Some(Json::Array(types)) = members.get_mut("type") {
                    types.retain(|one| one != "null");
                    if let [one] = &types[..] {
                        let one = one.clone();
                        members.insert("type".to_owned(), one);
                    }
                }
                if let Some(Json::String(text)) = members.get_mut("description") {
                    *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
                }
            }
            for (name, member) in members.iter_mut() {
                // The members of `properties` are named by us.
                simplify(member, name != "properties");
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| simplify(item, true)),
        _ => {}
    }
}
