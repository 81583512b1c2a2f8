//! Custom attributes as a schema with their kinds.

use serde_json::{Map, Value as Json, json};

use super::files::{Pulled, PulledFile};
use super::kinds::text;
use crate::project::Paths;

/// Returns the schema of what Braze knows of custom attributes.
///
/// # Errors
/// If an attribute has no name.
pub(super) fn schema(json: &Json, paths: &Paths) -> Result<Pulled, String> {
    let rows = json.get("attributes").and_then(Json::as_array);
    let mut named = Vec::new();
    for row in rows.into_iter().flatten() {
        named.push((text(row, "name").ok_or("an attribute has no name")?, row));
    }
    named.sort_by(|a, b| a.0.cmp(&b.0));
    let properties = named.into_iter().map(|(name, row)| {
        let mut schema = kind_of(text(row, "data_type").unwrap_or_default().as_str());
        let status = text(row, "status").filter(|status| status != "Active");
        let status = status.map(|status| format!("Status in Braze: {status}."));
        let about = text(row, "description").into_iter().chain(status).collect::<Vec<_>>();
        if !about.is_empty() {
            schema.insert("description".to_owned(), Json::from(about.join(" ")));
        }
        (name, Json::Object(schema))
    });
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Custom attributes in Braze",
        "$comment": "Written by `meniscus pull`.",
        "x-family": "custom_attribute",
        "x-openness": "closed-observed",
        "type": "object",
        "properties": properties.collect::<Map<_, _>>(),
    });
    let path = format!("{}/custom_attributes.schema.json", paths.schemas);
    let contents = format!("{schema:#}\n");
    let file = PulledFile { path, contents, is_placeholder: false };
    Ok(Pulled { files: vec![file], gaps: Vec::new() })
}

/// Returns the schema of a kind, which Braze writes as `String (Automatically Detected)`.
fn kind_of(kind: &str) -> Map<String, Json> {
    let schema = match kind.split('(').next().unwrap_or_default().trim() {
        "String" => json!({"type": "string"}),
        "Number" => json!({"type": "number"}),
        "Boolean" => json!({"type": "boolean"}),
        "Time" | "Date" => json!({"type": "string", "format": "date-time"}),
        "Array" => json!({"type": "array"}),
        "Object Array" | "Array of Objects" => {
            json!({"type": "array", "items": {"type": "object"}})
        }
        "Object" => json!({"type": "object"}),
        _ => json!({}),
    };
    schema.as_object().cloned().unwrap_or_default()
}
