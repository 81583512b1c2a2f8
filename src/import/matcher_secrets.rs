//! Credentials in hand-written stub mappings.
//!
//! A matcher for a credential is replaced by one for any: the recording answers everyone who has
//! one, and contains none.

use serde_json::{Map, Value, json};

use crate::http::secret::{REDACTED, is_secret_field, is_secret_header, mask_body, mask_url};
use crate::live::redact::Redactor;

/// Operands of a matcher that may contain a credential.
const OPERATORS: [&str; 5] = ["equalTo", "contains", "matches", "doesNotContain", "doesNotMatch"];

/// Teaches a redactor the credentials in a mapping.
pub(super) fn learn(mapping: &Value, redactor: &mut Redactor) {
    let request = mapping.get("request").unwrap_or(&Value::Null);
    for (group, is_secret) in groups() {
        for (name, matcher) in members(request.get(group)) {
            if is_secret(name) {
                let wanted = matcher.get("equalTo").and_then(Value::as_str).unwrap_or_default();
                redactor.add_secret(wanted);
                if let Some((_, rest)) = wanted.split_once(' ') {
                    redactor.add_secret(rest);
                }
            }
        }
    }
    if let Some(password) =
        request.pointer("/basicAuthCredentials/password").and_then(Value::as_str)
    {
        redactor.add_secret(password);
    }
    for pattern in patterns(request) {
        match pattern.get("equalToJson") {
            Some(Value::String(text)) => {
                if let Ok(json) = serde_json::from_str(text) {
                    redactor.learn_json(&json);
                }
            }
            Some(json) => redactor.learn_json(json),
            None => {}
        }
    }
    let response = mapping.get("response").unwrap_or(&Value::Null);
    match (response.get("jsonBody"), response.get("body").and_then(Value::as_str)) {
        (Some(json), _) => redactor.learn_json(json),
        (None, Some(text)) => {
            if let Ok(json) = serde_json::from_str(text) {
                redactor.learn_json(&json);
            }
        }
        _ => {}
    }
    for (name, value) in members(response.get("headers")) {
        if is_secret_header(name)
            && let Some(value) = value.as_str()
        {
            redactor.add_secret(value);
        }
    }
}

/// Removes the credentials from a mapping; describes what was changed.
pub(super) fn remove(mapping: &mut Value) -> Vec<String> {
    let mut done = Vec::new();
    if let Some(Value::Object(request)) = mapping.get_mut("request") {
        for (group, is_secret) in groups() {
            let Some(Value::Object(named)) = request.get_mut(group) else { continue };
            for (name, matcher) in named.iter_mut().filter(|(name, _)| is_secret(name)) {
                if OPERATORS.iter().any(|operator| matcher.get(operator).is_some()) {
                    *matcher = json!({"matches": ".*"});
                    done.push(format!("the matcher of `{name}`"));
                }
            }
        }
        if request.shift_remove("basicAuthCredentials").is_some() {
            let headers = request.entry("headers").or_insert_with(|| json!({}));
            headers["Authorization"] = json!({"matches": "[Bb]asic .+"});
            done.push("the basic auth credentials".to_owned());
        }
        for key in ["url", "urlPattern"] {
            if let Some(Value::String(url)) = request.get_mut(key)
                && mask_url(url) != *url
            {
                *url = mask_url(url);
                done.push(format!(
                    "a parameter of `{key}`, which no longer matches; use `queryParameters`"
                ));
            }
        }
        if let Some(Value::Array(patterns)) = request.get_mut("bodyPatterns") {
            for pattern in patterns {
                if take_out_of_body(pattern) {
                    done.push("a body pattern".to_owned());
                }
            }
        }
    }
    if let Some(Value::Object(headers)) = mapping.pointer_mut("/response/headers") {
        for (name, value) in headers.iter_mut().filter(|(name, _)| is_secret_header(name)) {
            *value = Value::from(REDACTED);
            done.push(format!("the header `{name}`"));
        }
    }
    done
}

fn take_out_of_body(pattern: &mut Value) -> bool {
    if let Some(body) = pattern.get_mut("equalToJson") {
        if let Value::String(text) = body
            && let Ok(json) = serde_json::from_str(text)
        {
            let mut json: Value = json;
            let found = ignore_secrets(&mut json);
            if found {
                *body = json;
            }
            return found;
        }
        return ignore_secrets(body);
    }
    for operator in OPERATORS {
        if pattern.get(operator).and_then(Value::as_str).is_some_and(|text| mask_body(text) != text)
        {
            *pattern = json!({"matches": ".*"});
            return true;
        }
    }
    if let Some(Value::Object(path)) = pattern.get_mut("matchesJsonPath") {
        let expression = path.get("expression").and_then(Value::as_str).unwrap_or_default();
        let last = expression.rsplit(['.', '[', '\'', '"', ']']).find(|part| !part.is_empty());
        if last.is_some_and(is_secret_field)
            && OPERATORS.iter().any(|operator| path.contains_key(*operator))
        {
            path.retain(|name, _| name == "expression");
            return true;
        }
    }
    false
}

/// Lets secret members have any value; returns whether there were any.
fn ignore_secrets(value: &mut Value) -> bool {
    match value {
        Value::Array(items) => {
            items.iter_mut().fold(false, |found, item| ignore_secrets(item) | found)
        }
        Value::Object(members) => members.iter_mut().fold(false, |found, (name, member)| {
            if is_secret_field(name) && (member.is_string() || member.is_number()) {
                let placeholder =
                    member.as_str().is_some_and(|text| text.starts_with("${json-unit."));
                *member = Value::from("${json-unit.ignore}");
                found | !placeholder
            } else {
                ignore_secrets(member) | found
            }
        }),
        _ => false,
    }
}

type IsSecret = fn(&str) -> bool;

fn groups() -> [(&'static str, IsSecret); 2] {
    [("headers", is_secret_header), ("queryParameters", is_secret_field)]
}

fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).map(Map::iter).into_iter().flatten()
}

fn patterns(request: &Value) -> &[Value] {
    request.get("bodyPatterns").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
