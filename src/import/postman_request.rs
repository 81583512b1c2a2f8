//! The request of a Postman example.

use serde_json::Value;

use super::document::{list, text};
use super::placeholder::{ANY, quoted};
use super::postman_variables::Variables;
use crate::http::Request;
use crate::http::secret::{REDACTED, is_secret_field, is_secret_header};

/// Returns the request, with placeholders for missing values; `None` without a URL.
pub(super) fn request(written: &Value, variables: &Variables) -> Option<Request> {
    let (method, url) = match written {
        // Version 2.0 may only have a URL.
        Value::String(url) => ("GET", url_of(&Value::String(url.clone()), variables)?),
        _ => (text(written, "method"), url_of(written.get("url")?, variables)?),
    };
    let mut request =
        Request::new(if method.is_empty() { "GET" } else { method }, without_secrets(&url));
    request.headers = headers(written.get("header").unwrap_or(&Value::Null), variables);
    // A credential known only by its variable can't be searched for elsewhere.
    request.headers.retain(|(name, value)| !(is_secret_header(name) && value.contains(ANY)));
    request.body = body(written.get("body").unwrap_or(&Value::Null), variables);
    Some(request)
}

/// Returns the headers of a list or string.
pub(super) fn headers(written: &Value, variables: &Variables) -> Vec<(String, String)> {
    match written {
        Value::String(lines) => {
            let pairs = lines.lines().filter_map(|line| line.split_once(':'));
            let pairs = pairs.map(|(name, value)| (name.trim(), value.trim()));
            pairs.map(|(name, value)| (name.to_owned(), variables.resolve(value))).collect()
        }
        Value::Array(headers) => {
            let used = headers.iter().filter(|header| is_used(header));
            used.map(|header| {
                (text(header, "key").to_owned(), variables.resolve(text(header, "value")))
            })
            .filter(|(name, _)| !name.is_empty())
            .collect()
        }
        _ => Vec::new(),
    }
}

fn is_used(entry: &Value) -> bool {
    entry.get("disabled") != Some(&Value::Bool(true))
}

fn url_of(written: &Value, variables: &Variables) -> Option<String> {
    let raw = match written {
        Value::String(raw) => raw.clone(),
        Value::Object(_) if !text(written, "raw").is_empty() => text(written, "raw").to_owned(),
        Value::Object(_) => from_parts(written),
        _ => return None,
    };
    let raw = raw.trim();
    if raw.is_empty() {
        return None;
    }
    let url = variables.resolve(&path_variables(raw, written));
    // Postman defaults to `http`.
    Some(if url.contains("://") { url } else { format!("http://{url}") })
}

fn from_parts(url: &Value) -> String {
    let joined = |name: &str, with: &str| match url.get(name) {
        Some(Value::String(whole)) => whole.clone(),
        Some(Value::Array(parts)) => {
            let parts =
                parts.iter().map(|part| part.as_str().unwrap_or_else(|| text(part, "value")));
            parts.collect::<Vec<_>>().join(with)
        }
        _ => String::new(),
    };
    let scheme = text(url, "protocol");
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    let path = joined("path", "/");
    let used = list(url, "query").iter().filter(|pair| is_used(pair));
    let query = used.map(|pair| format!("{}={}", text(pair, "key"), text(pair, "value")));
    let query = query.collect::<Vec<_>>().join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{scheme}{}/{}{mark}{query}", joined("host", "."), path.trim_start_matches('/'))
}

/// Replaces `:name` segments by their values, or by placeholders.
fn path_variables(raw: &str, url: &Value) -> String {
    let (address, query) = raw.split_at(raw.find('?').unwrap_or(raw.len()));
    let segments = address.split('/').map(|segment| {
        let Some(name) = segment.strip_prefix(':').filter(|name| !name.is_empty()) else {
            return segment.to_owned();
        };
        let known = list(url, "variable").iter().find(|variable| text(variable, "key") == name);
        match known.map_or("", |variable| text(variable, "value")) {
            "" => format!("{{{{{name}}}}}"),
            value => value.to_owned(),
        }
    });
    format!("{}{query}", segments.collect::<Vec<_>>().join("/"))
}

/// Removes secret parameters known only by their variables.
fn without_secrets(url: &str) -> String {
    let Some((address, query)) = url.split_once('?') else { return url.to_owned() };
    let kept = query.split('&').filter(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        !(is_secret_field(name) && value.contains(ANY))
    });
    let kept = kept.collect::<Vec<_>>().join("&");
    if kept.is_empty() { address.to_owned() } else { format!("{address}?{kept}") }
}

fn body(written: &Value, variables: &Variables) -> Option<String> {
    if !is_used(written) {
        return None;
    }
    let resolved = match text(written, "mode") {
        "raw" => quoted(&variables.resolve(text(written, "raw"))),
        "urlencoded" => {
            let used = list(written, "urlencoded").iter().filter(|pair| is_used(pair));
            let pairs =
                used.map(|pair| (text(pair, "key"), variables.resolve(text(pair, "value"))));
            let pairs =
                pairs.filter(|(name, value)| !(is_secret_field(name) && value.contains(ANY)));
            pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
        }
        "graphql" => {
            let graphql = written.get("graphql")?;
            let variables_text = variables.resolve(text(graphql, "variables"));
            let inner = serde_json::from_str(&quoted(&variables_text)).unwrap_or(Value::Null);
            serde_json::json!({"query": variables.resolve(text(graphql, "query")), "variables": inner})
                .to_string()
        }
        // Files and similar are sent as multipart, whose boundaries vary by call.
        _ => return None,
    };
    let Ok(mut json) = serde_json::from_str::<Value>(&resolved) else {
        return Some(resolved).filter(|body| !body.is_empty());
    };
    if hide_unknown_secrets(&mut json) { Some(json.to_string()) } else { Some(resolved) }
}

/// Replaces secret members known only by their variables; returns whether there were any.
fn hide_unknown_secrets(value: &mut Value) -> bool {
    match value {
        Value::Array(items) => {
            items.iter_mut().fold(false, |hidden, item| hide_unknown_secrets(item) | hidden)
        }
        Value::Object(members) => members.iter_mut().fold(false, |hidden, (name, member)| {
            if is_secret_field(name) && member.as_str().is_some_and(|text| text.contains(ANY)) {
                *member = Value::from(REDACTED);
                true
            } else {
                hide_unknown_secrets(member) | hidden
            }
        }),
        _ => false,
    }
}
