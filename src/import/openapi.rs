//! API descriptions: OpenAPI 3.0 and 3.1, and Swagger 2, as JSON, converted to a pack of endpoints
//! with its schemas.
//!
//! <https://spec.openapis.org/oas/v3.1.0>, <https://swagger.io/specification/v2/>

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::document::{Document, ImportError, kind_of, list, text};
use super::openapi_schema::Schemas;
use super::{Input, Skipped};
use crate::text::Step;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// First words of operation names that only read, even with POST.
const READING: [&str; 8] = ["get", "list", "find", "search", "fetch", "lookup", "query", "read"];

#[derive(Debug, Clone)]
pub struct OpenApi {
    /// The name of the pack, and possibly of its folder.
    pub name: String,
    /// `pack.toml`.
    pub pack: String,
    /// The name of the schemas file.
    pub schemas_file: String,
    /// The contents of the schemas file.
    pub schemas: String,
    pub endpoints: usize,
    /// What was skipped, and why.
    pub skipped: Vec<Skipped>,
}

/// Parses a description.
///
/// # Errors
///
/// If it isn't one, or has an unsupported version.
pub fn read_openapi(input: &Input<'_>) -> Result<OpenApi, ImportError> {
    let text_of = input.text.strip_prefix('\u{feff}').unwrap_or(input.text);
    let document = Document::parse(&Input { text: text_of, ..*input })?;
    let root = &document.json;
    let (key, version) = match (root.get("openapi"), root.get("swagger")) {
        (Some(version), _) => ("openapi", version),
        (None, Some(version)) => ("swagger", version),
        (None, None) => {
            let message = "the file isn't an API description: it has neither `openapi` nor \
                `swagger`";
            let help = "name an OpenAPI document, or remove `--openapi` to import responses";
            return Err(document.wrong(&[], message, help));
        }
    };
    let said = version.as_str().map_or_else(|| version.to_string(), str::to_owned);
    let known = if key == "openapi" {
        said.starts_with("3.0") || said.starts_with("3.1")
    } else {
        said.starts_with('2')
    };
    if !known {
        let message = format!(
            "`{key}` version `{said}` isn't supported: use OpenAPI 3.0 or 3.1, or Swagger 2"
        );
        return Err(document.wrong(&[Step::Key(key)], message, "convert it to OpenAPI 3.1"));
    }
    let Some(Value::Object(paths)) = root.get("paths") else {
        let found = root.get("paths").map_or("nothing", kind_of);
        let message = format!("`paths` is {found} instead of an object");
        return Err(document.wrong(
            &[Step::Key("paths")],
            message,
            "use a document with endpoints",
        ));
    };
    let title =
        root.pointer("/info/title").and_then(Value::as_str).unwrap_or("API").trim().to_owned();
    let name = slug(&title);
    let mut pack = Pack {
        schemas: Schemas::new(root),
        names: BTreeSet::new(),
        text: String::new(),
        endpoints: 0,
        skipped: Vec::new(),
        file: format!("{name}.schemas.json"),
    };
    pack.text.push_str(&format!(
        "# Imported from {}. `access` of POST endpoints is guessed from their names: check it.\n\
         name = {}\ntitle = {}\n",
        input.name(),
        toml_text(&name),
        toml_text(&title)
    ));
    let prefix = prefix(root);
    for (path, item) in paths {
        pack.add_path(&prefix, path, item);
    }
    let Pack { mut schemas, text, endpoints, mut skipped, file, .. } = pack;
    skipped.append(&mut schemas.skipped);
    let schemas = format!(
        "{:#}\n",
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, "$defs": schemas.into_defs()})
    );
    Ok(OpenApi { name, pack: text, schemas_file: file, schemas, endpoints, skipped })
}

struct Pack<'d> {
    schemas: Schemas<'d>,
    names: BTreeSet<String>,
    text: String,
    endpoints: usize,
    skipped: Vec<Skipped>,
    file: String,
}

impl<'d> Pack<'d> {
    fn add_path(&mut self, prefix: &str, path: &str, item: &'d Value) {
        let item = self.schemas.target(item);
        for method in METHODS {
            let Some(operation) = item.get(method) else { continue };
            let place = format!("{} {path}", method.to_ascii_uppercase());
            if !path.starts_with('/') || path.contains('?') {
                let reason = "its path can't be part of a URL".to_owned();
                self.skipped.push(Skipped { place, reason });
                continue;
            }
            let name = self.name_of(operation, method, path);
            self.add_operation(&name, method, &format!("{prefix}{path}"), item, operation);
        }
    }

    fn add_operation(
        &mut self,
        name: &str,
        method: &str,
        path: &str,
        item: &'d Value,
        operation: &'d Value,
    ) {
        let title = [text(operation, "summary"), text(operation, "description"), name];
        let title = title.iter().filter_map(|text| text.trim().lines().next());
        let title = title.map(str::trim).find(|line| !line.is_empty()).unwrap_or(name);
        let last = path.rsplit('/').find(|part| !part.is_empty() && !part.starts_with('{'));
        let reads = |name: &str| READING.iter().any(|start| starts_with_word(name, start));
        let read = method == "get"
            || (method == "post"
                && (reads(text(operation, "operationId")) || last.is_some_and(reads)));
        self.text.push_str(&format!(
            "\n[[endpoint]]\nname = {}\ntitle = {}\nmethod = \"{}\"\npath = {}\naccess = \"{}\"\n",
            toml_text(name),
            toml_text(title),
            method.to_ascii_uppercase(),
            toml_text(path),
            if read { "read" } else { "write" },
        ));
        let parts =
            [("request", self.request(item, operation)), ("response", self.response(operation))];
        for (part, schema) in parts {
            if let Some(schema) = schema {
                let def = self.schemas.place(schema, &format!("{name}.{part}"));
                let reference = format!("{}#/$defs/{def}", self.file);
                self.text.push_str(&format!("{part} = {}\n", toml_text(&reference)));
            }
        }
        self.endpoints += 1;
    }

    /// Returns the schema of the request body.
    fn request(&self, item: &'d Value, operation: &'d Value) -> Option<&'d Value> {
        if let Some(body) = operation.get("requestBody") {
            return schema_of_content(self.schemas.target(body));
        }
        let parameters = list(operation, "parameters").iter().chain(list(item, "parameters"));
        let mut parameters = parameters.map(|parameter| self.schemas.target(parameter));
        parameters.find(|parameter| text(parameter, "in") == "body")?.get("schema")
    }

    /// Returns the schema of the successful response.
    fn response(&self, operation: &'d Value) -> Option<&'d Value> {
        let responses = operation.get("responses")?.as_object()?;
        let good = best(responses)?;
        let response = self.schemas.target(good);
        schema_of_content(response).or_else(|| response.get("schema"))
    }

    fn name_of(&mut self, operation: &Value, method: &str, path: &str) -> String {
        let id = slug(text(operation, "operationId"));
        let base = if id == "api" { slug(&format!("{method} {path}")) } else { id };
        let mut name = base.clone();
        let mut number = 1;
        while !self.names.insert(name.clone()) {
            number += 1;
            name = format!("{base}_{number}");
        }
        name
    }
}

/// Returns the response for 200, otherwise the lowest success status, otherwise the default.
fn best(responses: &Map<String, Value>) -> Option<&Value> {
    let lowest = responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .min_by_key(|(status, _)| *status);
    responses
        .get("200")
        .or_else(|| lowest.map(|(_, response)| response))
        .or_else(|| responses.get("default"))
}

fn schema_of_content(body: &Value) -> Option<&Value> {
    let content = body.get("content")?.as_object()?;
    let json = content.iter().find(|(kind, _)| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.ends_with("json") || kind == "*/*"
    });
    json.and_then(|(_, media)| media.get("schema"))
}

/// Returns the prefix of all paths: from the first server, or `basePath`.
fn prefix(root: &Value) -> String {
    let server = list(root, "servers").first().map_or("", |server| text(server, "url"));
    let path = match server.split_once("://") {
        Some((_, rest)) => {
            rest.split_once('/').map_or(String::new(), |(_, path)| format!("/{path}"))
        }
        None if server.starts_with('/') => server.to_owned(),
        None => text(root, "basePath").to_owned(),
    };
    let path = path.trim_end_matches('/');
    if path.is_empty() || path.starts_with('/') { path.to_owned() } else { format!("/{path}") }
}

/// Makes a name of lowercase letters, digits, and `_`.
fn slug(written: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for c in written.chars() {
        // Splits `getUserOffers` and `InfoV2_GetUserOffers` into words.
        if c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit()) {
            name.push('_');
        }
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.ends_with('_') {
            name.push('_');
        }
        before = c;
    }
    let name = name.trim_matches('_');
    if name.is_empty() { "api".to_owned() } else { name.to_owned() }
}

fn starts_with_word(name: &str, word: &str) -> bool {
    // After a group's name: `InfoV2_GetUserOffers`.
    name.split('_').take(2).any(|part| {
        let starts = part.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        starts && !part[word.len()..].starts_with(|c: char| c.is_ascii_lowercase())
    })
}

/// Writes a TOML string on one line.
fn toml_text(text: &str) -> String {
    toml::Value::String(text.split_whitespace().collect::<Vec<_>>().join(" ")).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        for (written, name) in [
            ("getUserOffers", "get_user_offers"),
            ("InfoV2_GetUserOffers", "info_v2_get_user_offers"),
            ("get /a/{id}", "get_a_id"),
            ("  ", "api"),
            ("Ünï", "n"),
        ] {
            assert_eq!(slug(written), name);
        }
        assert!(starts_with_word("getUser", "get") && starts_with_word("Info_GetUser", "get"));
        assert!(!starts_with_word("getaway", "get") && !starts_with_word("issue", "get"));
    }
}
