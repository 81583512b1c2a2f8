//! Custom events as a schema: their names, with what Braze says of each.

use serde_json::{Map, Value as Json, json};

use super::files::{Pulled, PulledFile};
use super::kinds::text;
use crate::project::Paths;

/// Returns the schema of the names of custom events. Braze's API doesn't tell their properties.
///
/// # Errors
/// If an event has no name.
pub(super) fn schema(json: &Json, paths: &Paths) -> Result<Pulled, String> {
    let rows = json.get("events").and_then(Json::as_array);
    let mut named = Vec::new();
    for row in rows.into_iter().flatten() {
        named.push((text(row, "name").ok_or("an event has no name")?, row));
    }
    named.sort_by(|a, b| a.0.cmp(&b.0));
    let events = named.into_iter().map(|(name, row)| {
        let mut event = Map::from_iter([("const".to_owned(), Json::from(name))]);
        let status = text(row, "status").filter(|status| status != "Active");
        let status = status.map(|status| format!("Status in Braze: {status}."));
        let about = text(row, "description").into_iter().chain(status).collect::<Vec<_>>();
        if !about.is_empty() {
            event.insert("description".to_owned(), Json::from(about.join(" ")));
        }
        Json::Object(event)
    });
    let events = events.collect::<Vec<_>>();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Names of custom events in Braze",
        "$comment": "Written by `meniscus pull`.",
        "type": "string",
    });
    // An empty `anyOf` isn't a schema.
    if !events.is_empty() {
        schema["anyOf"] = Json::from(events);
    }
    let path = format!("{}/custom_events.schema.json", paths.schemas);
    let contents = format!("{schema:#}\n");
    let file = PulledFile { path, contents, is_placeholder: false };
    Ok(Pulled { files: vec![file], gaps: Vec::new() })
}
