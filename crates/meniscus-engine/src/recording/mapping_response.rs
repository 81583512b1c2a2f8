//! Parses the `response` of a stub mapping.

use std::path::{Component, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::RawValue;

use super::file::{BodyFiles, NoBody};
use super::json_bodies::compact;
use super::matcher::excerpt;
use super::reader::{Node, Reader, named};
use crate::http::{Fault, Response};
use crate::text::nearest;

/// Keys that may hold the body.
pub(super) const BODY_KEYS: &[&str] = &["body", "jsonBody", "base64Body", "bodyFileName"];
pub(super) const RESPONSE_KEYS: &[&str] = &[
    "status",
    "statusMessage",
    "headers",
    "body",
    "jsonBody",
    "base64Body",
    "bodyFileName",
    "fixedDelayMilliseconds",
    "fault",
];

/// Parses `response`; `json_body` is its `jsonBody`, if that was left unparsed.
pub(super) fn read_response(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    json_body: Option<&RawValue>,
    body_files: Option<&dyn BodyFiles>,
) -> Option<Response> {
    reader.object(node, "`response`", RESPONSE_KEYS)?;
    let status = match node.get("status") {
        Some(member) => reader
            .integer(&member, "`status`", 100, 599)
            .and_then(|status| u16::try_from(status).ok()),
        None => Some(200),
    };
    if let Some(member) = node.get("statusMessage") {
        reader.string(&member, "`statusMessage`");
    }
    let mut headers = Vec::new();
    for (name, member) in named(reader, node, "headers") {
        let values = if member.value.is_array() { member.items() } else { vec![member] };
        for value in values {
            let text = reader.string(&value, &format!("header {}", excerpt(name)));
            headers.extend(text.map(|text| (name.to_owned(), text.to_owned())));
        }
    }
    let delay_ms = match node.get("fixedDelayMilliseconds") {
        Some(member) => reader.integer(&member, "`fixedDelayMilliseconds`", 0, u64::MAX),
        None => Some(0),
    };
    let fault = node.get("fault").and_then(|member| fault(reader, &member));
    let body = response_body(reader, node, json_body, body_files)?;
    let (status, delay_ms) = (status?, delay_ms?);
    Some(Response { status, headers, body, delay_ms, fault, ..Response::default() })
}

fn fault(reader: &mut Reader<'_>, node: &Node<'_>) -> Option<Fault> {
    let name = reader.string(node, "`fault`")?;
    let fault = Fault::from_name(name);
    if fault.is_none() {
        let names = Fault::ALL.map(|fault| fault.name());
        let list = names.map(|name| format!("`{name}`")).join(", ");
        let help = match nearest(name, names) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "use one of the known faults".to_owned(),
        };
        reader.refuse(
            node,
            format!("unknown `fault` {}; the known ones are {list}", excerpt(name)),
            help,
        );
    }
    fault
}

/// Parses the body of the response.
fn response_body(
    reader: &mut Reader<'_>,
    node: &Node<'_>,
    json_body: Option<&RawValue>,
    body_files: Option<&dyn BodyFiles>,
) -> Option<Vec<u8>> {
    let used: Vec<_> = BODY_KEYS.iter().copied().filter(|key| node.get(key).is_some()).collect();
    if let [first, second, ..] = used.as_slice() {
        let message =
            format!("`response` has both `{first}` and `{second}`; it can have only one body");
        reader.refuse(node, message, format!("remove `{first}` or `{second}`"));
        return None;
    }
    let Some(key) = used.first().copied() else {
        return Some(Vec::new());
    };
    let member = node.get(key)?;
    if key == "jsonBody" {
        let text = json_body.map_or_else(|| member.value.to_string(), compact);
        return Some(text.into_bytes());
    }
    let text = reader.string(&member, &format!("`{key}`"))?;
    let body = match key {
        "base64Body" => STANDARD.decode(text).map_err(|error| {
            let message = format!(
                "`base64Body` {} isn't valid Base64: {}",
                excerpt(text),
                lower_first(&error.to_string())
            );
            (message, "encode the body in Base64 again, with padding".to_owned())
        }),
        "bodyFileName" => read_body_file(text, body_files),
        _ => Ok(text.as_bytes().to_vec()),
    };
    match body {
        Ok(body) => Some(body),
        Err((message, help)) => {
            reader.refuse(&member, message, help);
            None
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// Reads a file below `__files`; recordings must not expose other files of the machine.
fn read_body_file(
    name: &str,
    body_files: Option<&dyn BodyFiles>,
) -> Result<Vec<u8>, (String, String)> {
    let relative = PathBuf::from(name);
    let inside = relative
        .components()
        .all(|component| matches!(component, Component::Normal(_) | Component::CurDir));
    let escape = || {
        let message =
            format!("`bodyFileName` must be a path inside `__files`, not {}", excerpt(name));
        (
            message,
            "move the file into `__files`, and write its path without `..` and without a \
            leading `/`"
                .to_owned(),
        )
    };
    if !inside || name.is_empty() || name.contains('\\') {
        return Err(escape());
    }
    let missing = |reason: &str| {
        let message =
            format!("can't read the `bodyFileName` {} in `__files`: {reason}", excerpt(name));
        (message, format!("create `__files/{name}` in the recordings folder"))
    };
    let folder = body_files.ok_or_else(|| missing("the folder `__files` doesn't exist"))?;
    folder.read(&relative).map_err(|error| match error {
        NoBody::Outside => escape(),
        NoBody::Unreadable(reason) => missing(&lower_first(&reason)),
    })
}
