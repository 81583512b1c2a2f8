//! What a recipient needs for a recording to answer their calls.

use serde_json::Value as Json;

use crate::http::Request;
use crate::recording::Recording;

/// Most path segments in which a request and a recording may differ.
const MAX_SEGMENTS: usize = 2;

/// A string in a request, and what a recording requires instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The request's string.
    pub found: String,
    /// What the recording requires.
    pub wanted: Wanted,
}

/// What a recording requires.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    Text(String),
    Json(Json),
}

impl Eq for Wanted {}

/// Returns a recording's `request` from its file; `None` if it can't be read again.
pub(super) fn wanted(recording: &Recording) -> Option<Json> {
    let file = mapping(recording)?;
    file.get("request").cloned()
}

/// Returns a recording's stub mapping from its file.
#[must_use]
pub fn mapping(recording: &Recording) -> Option<Json> {
    let origin = recording.origin();
    let text = std::fs::read_to_string(&origin.file).ok()?;
    let file = serde_json::from_str::<Json>(&text).ok()?;
    match origin.index {
        Some(index) => file.get("mappings")?.get(index).cloned(),
        None => Some(file),
    }
}

/// Returns where a request differs from what a recording requires; `None` for different endpoints.
pub(super) fn differences(request: &Request, wanted: &Json) -> Option<Vec<Difference>> {
    let method = wanted.get("method").and_then(Json::as_str).unwrap_or("ANY");
    if method != "ANY" && !method.eq_ignore_ascii_case(&request.method) {
        return None;
    }
    let mut found = Vec::new();
    let (path, query) = path_and_query(&request.url);
    for key in ["url", "urlPath"] {
        if let Some(url) = wanted.get(key).and_then(Json::as_str) {
            let (wanted_path, wanted_query) = path_and_query(url);
            paths(path, wanted_path, &mut found)?;
            if key == "url" {
                queries(query, wanted_query, &mut found);
            }
        }
    }
    for (name, pattern) in
        wanted.get("queryParameters").and_then(Json::as_object).into_iter().flatten()
    {
        let value = pairs(query).find(|(known, _)| known == name).map(|(_, value)| value);
        if let (Some(value), Some(text)) = (value, pattern.get("equalTo").and_then(Json::as_str)) {
            differ(value, text, &mut found);
        }
    }
    let body = request.body.as_deref().and_then(|body| serde_json::from_str::<Json>(body).ok());
    for pattern in wanted.get("bodyPatterns").and_then(Json::as_array).into_iter().flatten() {
        let Some(body) = &body else { break };
        match (pattern.get("equalToJson"), pattern.get("matchesJsonPath")) {
            (Some(Json::String(text)), _) => {
                if let Ok(json) = serde_json::from_str::<Json>(text) {
                    members(body, &json, &mut found);
                }
            }
            (Some(json), _) => members(body, json, &mut found),
            (None, Some(path)) => by_path(body, path, &mut found),
            (None, None) => {}
        }
    }
    Some(found)
}

fn paths(found: &str, wanted: &str, all: &mut Vec<Difference>) -> Option<()> {
    let (found, wanted) = (found.split('/'), wanted.split('/'));
    let (found, wanted) = (found.collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
    let other = found.iter().zip(&wanted).filter(|(a, b)| a != b).count();
    if found.len() != wanted.len() || other > MAX_SEGMENTS {
        return None;
    }
    for (found, wanted) in found.iter().zip(&wanted) {
        differ(found, wanted, all);
    }
    Some(())
}

fn queries(found: &str, wanted: &str, all: &mut Vec<Difference>) {
    for (name, wanted) in pairs(wanted) {
        if let Some((_, value)) = pairs(found).find(|(known, _)| *known == name) {
            differ(value, wanted, all);
        }
    }
}

fn differ(found: &str, wanted: &str, all: &mut Vec<Difference>) {
    if found != wanted && !found.is_empty() {
        all.push(Difference { found: found.to_owned(), wanted: Wanted::Text(wanted.to_owned()) });
    }
}

/// Compares members that are in both.
fn members(found: &Json, wanted: &Json, all: &mut Vec<Difference>) {
    match (found, wanted) {
        (Json::Object(found), Json::Object(wanted)) => {
            for (name, wanted) in wanted {
                if let Some(found) = found.get(name) {
                    members(found, wanted, all);
                }
            }
        }
        (Json::Array(found), Json::Array(wanted)) => {
            for (found, wanted) in found.iter().zip(wanted) {
                members(found, wanted, all);
            }
        }
        (Json::Object(_) | Json::Array(_), _) => {}
        (found, wanted) if found != wanted && !is_placeholder(wanted) => {
            let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
            all.push(Difference { found: text, wanted: Wanted::Json(wanted.clone()) });
        }
        _ => {}
    }
}

/// `{"expression": "$.user_id", "equalTo": "…"}`.
fn by_path(body: &Json, pattern: &Json, all: &mut Vec<Difference>) {
    let expression = pattern.get("expression").and_then(Json::as_str);
    let wanted = pattern.get("equalTo").and_then(Json::as_str);
    let (Some(expression), Some(wanted)) = (expression, wanted) else { return };
    let Some(steps) = expression.strip_prefix("$.") else { return };
    let found = steps.split('.').try_fold(body, |json, step| json.get(step));
    if let Some(found) = found {
        members(found, &Json::String(wanted.to_owned()), all);
    }
}

fn is_placeholder(wanted: &Json) -> bool {
    wanted.as_str().is_some_and(|text| text.starts_with("${json-unit"))
}

fn path_and_query(url: &str) -> (&str, &str) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let is_whole = rest.len() != url.len();
    let path = if is_whole { rest.find('/').map_or("", |at| &rest[at..]) } else { rest };
    let path = path.split('#').next().unwrap_or_default();
    path.split_once('?').unwrap_or((path, ""))
}

fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter_map(|pair| pair.split_once('='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_request_differs_from_what_is_wanted() {
        let mut request = Request::new("POST", "https://h.example/users/u1/offers?culture=en");
        request.body = Some(r#"{"user_id":"u1","take":1000,"ids":[1]}"#.to_owned());
        let wanted = json!({
            "method": "POST",
            "urlPath": "/users/u2/offers",
            "queryParameters": {"culture": {"equalTo": "de"}},
            "bodyPatterns": [
                {"equalToJson": {"user_id": "u2", "ids": [2]}, "ignoreExtraElements": true},
                {"matchesJsonPath": {"expression": "$.take", "equalTo": "5"}},
            ],
        });
        let found = differences(&request, &wanted).expect("the same endpoint");
        let found = found.iter().map(|one| (one.found.as_str(), &one.wanted)).collect::<Vec<_>>();
        assert_eq!(
            found,
            [
                ("u1", &Wanted::Text("u2".to_owned())),
                ("en", &Wanted::Text("de".to_owned())),
                ("u1", &Wanted::Json(json!("u2"))),
                ("1", &Wanted::Json(json!(2))),
                ("1000", &Wanted::Json(json!("5"))),
            ]
        );
        assert_eq!(differences(&request, &json!({"urlPath": "/other"})), None);
        assert_eq!(differences(&request, &json!({"method": "GET"})), None);
    }
}
