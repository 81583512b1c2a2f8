use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value as Json;

use super::checks::{wrong_family, wrong_method, wrong_path};
use super::error::PackError;
use super::pack::{Access, Endpoint, Family};
use super::schema_file::{SchemaFile, SchemaPlace, read_json, span_of};
use crate::files::content_error;
use crate::text::{Span, Step, locate_json_key};

pub(super) enum Bound {
    Endpoint(Endpoint),
    Family(Family),
}

/// The value of `x-endpoint`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointMark {
    method: String,
    path: String,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default = "read_access")]
    access: Access,
}

fn read_access() -> Access {
    Access::Read
}

/// Reads a schema that binds itself by `x-endpoint` or `x-family`.
pub(super) fn read(
    file: &SchemaPlace,
    name: &str,
    families: &[&str],
) -> Result<Option<Bound>, PackError> {
    let source = file.read()?;
    let json = read_json(&source)?;
    let refuse = |steps: &[Step<&str>], message: &str, help: Option<String>| {
        let mut diagnostic = content_error(&source, span_of(&source, steps), message);
        diagnostic.help = help.or(diagnostic.help);
        PackError::Content(diagnostic)
    };
    let schema = || {
        let target = file.beside(file.shown.rsplit('/').next().unwrap_or_default());
        let reference = target.shown.rsplit('/').next().unwrap_or_default();
        let schema = SchemaFile::schema(file, reference);
        SchemaFile::check(&target, &schema).map_err(|error| {
            error.unwrap_or_else(|| refuse(&[], "this schema can't be read", None))
        })?;
        Ok::<_, PackError>(Arc::new(schema))
    };
    if let Some(mark) = json.get("x-endpoint") {
        let at = |key| [Step::Key("x-endpoint"), Step::Key(key)];
        let read = EndpointMark::deserialize(mark).map_err(|error| {
            let message = error.to_string();
            let named = message.split('`').nth(1).filter(|name| mark.get(*name).is_some());
            match named {
                Some(name) => {
                    let steps = [Step::Key("x-endpoint"), Step::Key(name)];
                    let key = locate_json_key(source.text(), &steps);
                    let key = key.map_or(Span::empty(0), |key| Span::new(key.start, key.end));
                    // Highlights the unknown key, or else the value that is wrong.
                    let unknown = message.starts_with("unknown field");
                    let span = if unknown { key } else { span_of(&source, &steps) };
                    PackError::Content(content_error(&source, span, &message))
                }
                None => {
                    let message = format!("`x-endpoint`: {message}");
                    let help = "write `{\"method\": \"GET\", \"path\": \"/users/{id}\"}`";
                    refuse(&[Step::Key("x-endpoint")], &message, Some(help.to_owned()))
                }
            }
        })?;
        if let Some((message, help)) = wrong_path(&read.path) {
            return Err(refuse(&at("path"), &message, Some(help.to_owned())));
        }
        if let Some((message, help)) = wrong_method(&read.method) {
            return Err(refuse(&at("method"), &message, Some(help.to_owned())));
        }
        let title = json.get("title").and_then(Json::as_str).unwrap_or(name);
        return Ok(Some(Bound::Endpoint(Endpoint {
            name: name.to_owned(),
            title: title.to_owned(),
            system: "workspace".to_owned(),
            method: read.method.to_ascii_uppercase(),
            path: read.path,
            hosts: read.hosts,
            access: read.access,
            response: Some(schema()?),
            request: None,
            is_built_in: false,
            source: None,
            confidence: None,
        })));
    }
    let Some(mark) = json.get("x-family") else { return Ok(None) };
    let family = mark.as_str().unwrap_or_default();
    if let Some((message, help)) = wrong_family(family, families) {
        return Err(refuse(&[Step::Key("x-family")], &message, Some(help)));
    }
    Ok(Some(Bound::Family(Family { name: family.to_owned(), schema: schema()? })))
}
