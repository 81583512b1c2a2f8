//! Suggests a recording file for a request.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::json_diff::JsonMatch;
use super::open_matchers::open_matchers;
use crate::http::request::{Request, decode_pairs};
use crate::http::secret::{
    REDACTED, body_secrets, is_secret_field, is_secret_header, is_secret_parameter, mask_body,
    mask_url_of_recording,
};

/// Headers that clients add automatically, or that only describe the body.
const USUAL_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "content-type",
    "host",
    "user-agent",
];
/// The longest path component derived from a URL, in characters.
const LONGEST_NAME: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The path relative to the folder, with `/`: `HOST/ENDPOINT/DIGEST.json`.
    ///
    /// It only depends on method, URL, and body without their secrets, and contains no id or
    /// address of a customer.
    pub path: String,
    /// The whole content: a stub mapping for exactly this request, without its secrets, with status
    /// 200 and an empty body to fill in.
    pub contents: String,
    /// The `request` of that mapping.
    pub request: Value,
}

impl Suggestion {
    /// Suggests a file whose mapping matches the request.
    #[must_use]
    pub fn for_request(request: &Request) -> Self {
        let host = match file_name(&request.host().to_ascii_lowercase()) {
            host if host.is_empty() => "unknown-host".to_owned(),
            host => host,
        };
        let path = format!(
            "{host}/{}/{}.json",
            endpoint(&mask_url_of_recording(&request.shown().path())),
            request_digest(request)
        );
        let mut request = mapping_request(&request.shown());
        // A redacted value matches anything.
        open_matchers(&mut request, REDACTED);
        let mapping = json!({
            "request": &request,
            "response": {"status": 200, "headers": {"Content-Type": "application/json"}, "jsonBody": {}},
        });
        Self { path, contents: format!("{mapping:#}\n"), request }
    }
}

/// Returns eight characters that tell a request from others, whatever its secrets are.
#[must_use]
pub fn request_digest(request: &Request) -> String {
    let request = request.shown();
    let mut hash = Sha256::new();
    hash.update(request.method.as_bytes());
    hash.update([0]);
    hash.update(mask_url_of_recording(&request.url).as_bytes());
    hash.update([0]);
    hash.update(mask_body(request.body.as_deref().unwrap_or_default()).as_bytes());
    let mut short = String::new();
    for byte in hash.finalize().iter().take(4) {
        // Writing to a string doesn't fail.
        let _written = write!(short, "{byte:02x}");
    }
    short
}

/// Returns a folder name for a path: its segments joined, with ids replaced.
fn endpoint(path: &str) -> String {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let joined = segments
        .map(|segment| if is_identifier(segment) { "id" } else { segment })
        .collect::<Vec<_>>()
        .join("_");
    match file_name(&joined) {
        name if name.is_empty() => "root".to_owned(),
        name => name,
    }
}

/// Guesses whether a segment is an id: many digits, a UUID, a hash, an address.
fn is_identifier(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    let hexadecimal = segment.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    segment == REDACTED
        || digits >= 5
        || (hexadecimal && digits > 0 && segment.len() >= 8)
        || segment.contains(['@', '%', '+'])
        || segment.len() > 40
        || (digits > 0 && digits == segment.len())
}

/// Keeps only characters that are allowed in file names on every system.
fn file_name(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' })
        .collect();
    // A leading dot hides the file and could be `..`; a leading underscore could be `__files`.
    plain.trim_matches(['.', '_', '-']).chars().take(LONGEST_NAME).collect()
}

fn mapping_request(request: &Request) -> Value {
    let mut mapping = Map::new();
    mapping.insert("method".to_owned(), json!(request.method));
    let parameters = request.query_parameters();
    let secret = parameters.iter().any(|(name, value)| is_secret_parameter(name, value));
    let repeated = parameters
        .iter()
        .enumerate()
        .any(|(at, (name, _))| parameters[..at].iter().any(|(other, _)| other == name));
    if repeated && !secret {
        // An object can't represent two parameters with the same name.
        mapping.insert("url".to_owned(), json!(mask_url_of_recording(&request.path_and_query())));
    } else {
        mapping.insert("urlPath".to_owned(), json!(mask_url_of_recording(&request.path())));
        let mut query = Map::new();
        for (name, value) in
            parameters.iter().filter(|(name, value)| !is_secret_parameter(name, value))
        {
            query.entry(name.clone()).or_insert_with(|| json!({"equalTo": value}));
        }
        insert_unless_empty(&mut mapping, "queryParameters", query);
    }
    let mut headers = Map::new();
    for (name, value) in &request.headers {
        let usual = USUAL_HEADERS.iter().any(|usual| name.eq_ignore_ascii_case(usual));
        let known = headers.keys().any(|other: &String| other.eq_ignore_ascii_case(name));
        if !usual && !known && !is_secret_header(name) {
            headers.insert(name.clone(), json!({"equalTo": value}));
        }
    }
    insert_unless_empty(&mut mapping, "headers", headers);
    let body = request.body.as_deref().map(body_patterns).unwrap_or_default();
    if !body.is_empty() {
        mapping.insert("bodyPatterns".to_owned(), Value::Array(body));
    }
    Value::Object(mapping)
}

fn insert_unless_empty(mapping: &mut Map<String, Value>, key: &str, members: Map<String, Value>) {
    if !members.is_empty() {
        mapping.insert(key.to_owned(), Value::Object(members));
    }
}

fn body_patterns(body: &str) -> Vec<Value> {
    if body.is_empty() {
        return Vec::new();
    }
    if let Ok(mut value @ (Value::Object(_) | Value::Array(_))) =
        serde_json::from_str::<Value>(body)
        && JsonMatch::new(value.clone(), false, false).is_ok()
    {
        return if remove_secrets(&mut value) {
            vec![json!({"equalToJson": value, "ignoreExtraElements": true})]
        } else {
            vec![json!({"equalToJson": value})]
        };
    }
    if body_secrets(body).is_empty() {
        return vec![json!({"equalTo": body})];
    }
    // A form is matched without its secrets. Broken JSON with secrets can't be split, so it has no
    // conditions.
    let is_form = !body.trim_start().starts_with(['{', '[']);
    let pairs = body.split('&').filter(|pair| is_form && !pair.is_empty());
    pairs
        .filter(|pair| {
            decode_pairs(pair).iter().all(|(name, value)| !is_secret_parameter(name, value))
        })
        .map(|pair| json!({"contains": pair}))
        .collect()
}

/// Removes members with secrets, and returns whether there were any.
fn remove_secrets(value: &mut Value) -> bool {
    match value {
        Value::Array(items) => {
            items.iter_mut().fold(false, |removed, item| remove_secrets(item) | removed)
        }
        Value::Object(members) => {
            let before = members.len();
            members.retain(|name, _| !is_secret_field(name));
            let removed = members.len() < before;
            members.values_mut().fold(removed, |removed, member| remove_secrets(member) | removed)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path_of(url: &str) -> String {
        let path = Suggestion::for_request(&Request::new("GET", url)).path;
        path.rsplit_once('/').unwrap().0.to_owned()
    }

    #[test]
    fn paths_are_plain_and_name_no_customer() {
        assert_eq!(
            path_of("https://API.Host.test:8443/priv/v1/users/12345/offers?x=1"),
            "api.host.test/priv_v1_users_id_offers"
        );
        assert_eq!(path_of("https://h.test/u/ada@example.test"), "h.test/u_id");
        assert_eq!(path_of("https://h.test/u/0b5f4c1e-9d5d-4a7e-8a46-3f1f1f1f1f1f"), "h.test/u_id");
        assert_eq!(path_of("https://../../__files/a b"), "unknown-host/files_id");
        assert_eq!(path_of(""), "unknown-host/root");
        assert_eq!(
            path_of(&format!("https://h.test/{}", "a/".repeat(100))).len(),
            "h.test/".len() + LONGEST_NAME
        );
    }

    #[test]
    fn the_digest_is_stable_and_ignores_secrets() {
        let suggest = |url: &str, body: &str| {
            let mut request = Request::new("POST", url);
            request.body = Some(body.to_owned());
            Suggestion::for_request(&request).path
        };
        let one = suggest("https://h.test/a?token=1", "{\"password\": \"x\"}");
        assert_eq!(one, suggest("https://h.test/a?token=2", "{\"password\": \"y\"}"));
        assert_ne!(one, suggest("https://h.test/a?token=2", "{\"b\": 1}"));
        assert_eq!(suggest("https://h.test/a", ""), "h.test/a/ace8165a.json");
    }
}
