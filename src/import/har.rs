//! HAR 1.2 as written by browsers and proxies, which add members and omit bodies they didn't keep.
//!
//! <http://www.softwareishard.com/blog/har-12-spec/>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::document::{Document, ImportError, kind_of, list, text};
use super::{Import, Imported, Kind, Skipped, is_http};
use crate::http::{Request, Response};
use crate::text::Step;

/// Content types of pages, which aren't API responses.
const OF_PAGES: [&str; 8] = [
    "image/",
    "font/",
    "audio/",
    "video/",
    "text/css",
    "text/html",
    "text/javascript",
    "application/wasm",
];

pub(super) fn read(document: &Document<'_>) -> Result<Import, ImportError> {
    let entries = document.json.pointer("/log/entries").unwrap_or(&Value::Null);
    let path = [Step::Key("log"), Step::Key("entries")];
    let Value::Array(entries) = entries else {
        let message = format!("`log.entries` is {} instead of a list", kind_of(entries));
        return Err(document.wrong(&path, message, "export the HAR again"));
    };
    let mut import = Import { kind: Some(Kind::Har), ..Import::default() };
    for (index, entry) in entries.iter().enumerate() {
        let place = format!("entry {}", index + 1);
        let origin = format!("HAR {}, {place}", document.name);
        match one(entry, origin) {
            Ok(answer) => import.answers.push(answer),
            Err(Refused::Passed(reason)) => import.skipped.push(Skipped { place, reason }),
            Err(Refused::Broken(member, message)) => {
                let path = [path[0], path[1], Step::Index(index), Step::Key(member)];
                let help = "export the HAR again, or remove the entry";
                let whole = document.wrong(&path, message.clone(), help);
                // A missing member has no location.
                return Err(match whole.place {
                    Some(_) => whole,
                    None => document.wrong(&path[..3], message, help),
                });
            }
        }
    }
    Ok(import)
}

enum Refused {
    /// The response isn't useful.
    Passed(String),
    /// The entry is invalid: the member, and the reason.
    Broken(&'static str, String),
}

fn one(entry: &Value, origin: String) -> Result<Imported, Refused> {
    let (Some(asked), Some(answered)) = (entry.get("request"), entry.get("response")) else {
        let member = if entry.get("request").is_some() { "response" } else { "request" };
        return Err(Refused::Broken(member, format!("an entry has no `{member}`")));
    };
    let url = text(asked, "url");
    if url.is_empty() {
        return Err(Refused::Broken("request", "a request has no `url`".to_owned()));
    }
    if !is_http(url) {
        let scheme = url.split(':').next().unwrap_or_default();
        return Err(Refused::Passed(format!("it uses `{scheme}:` instead of HTTP")));
    }
    let method = match text(asked, "method") {
        "" => "GET",
        method => method,
    };
    if method.eq_ignore_ascii_case("OPTIONS") {
        return Err(Refused::Passed("it is a browser's preflight request".to_owned()));
    }
    let status = answered.get("status").and_then(Value::as_u64).unwrap_or(0);
    let status = u16::try_from(status).ok().filter(|status| (200..=599).contains(status));
    let Some(status) = status else {
        return Err(Refused::Passed("it got no response".to_owned()));
    };
    let content = answered.get("content").unwrap_or(&Value::Null);
    let mime = text(content, "mimeType").to_ascii_lowercase();
    if mime.contains("javascript") || OF_PAGES.iter().any(|kind| mime.starts_with(kind)) {
        let mime = mime.split(';').next().unwrap_or_default();
        return Err(Refused::Passed(format!("`{mime}` isn't an API response")));
    }
    let mut request = Request::new(method, url.split('#').next().unwrap_or_default());
    request.headers = headers(asked);
    request.body = body_of_request(asked);
    let mut headers = headers(answered);
    if !mime.is_empty()
        && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
    {
        headers.push(("Content-Type".to_owned(), text(content, "mimeType").to_owned()));
    }
    let body = body_of_answer(content).map_err(Refused::Passed)?;
    let response = Response { status, headers, body, ..Response::default() };
    Ok(Imported { request, response, origin })
}

/// Returns headers, except those with a leading colon, which belong to HTTP/2.
fn headers(message: &Value) -> Vec<(String, String)> {
    let headers = list(message, "headers").iter();
    headers
        .map(|header| (text(header, "name").to_owned(), text(header, "value").to_owned()))
        .filter(|(name, _)| !name.is_empty() && !name.starts_with(':'))
        .collect()
}

fn body_of_request(request: &Value) -> Option<String> {
    let data = request.get("postData")?;
    let written = text(data, "text");
    if !written.is_empty() {
        return Some(written.to_owned());
    }
    // Some tools only write a form's parameters.
    let pairs = list(data, "params").iter();
    let pairs = pairs.map(|pair| format!("{}={}", text(pair, "name"), text(pair, "value")));
    Some(pairs.collect::<Vec<_>>().join("&")).filter(|form| !form.is_empty())
}

fn body_of_answer(content: &Value) -> Result<Vec<u8>, String> {
    let Some(written) = content.get("text").and_then(Value::as_str) else {
        let size = content.get("size").and_then(Value::as_i64).unwrap_or(0);
        if size > 0 {
            return Err(format!(
                "its body of {size} bytes wasn't saved; export the HAR with content"
            ));
        }
        return Ok(Vec::new());
    };
    if text(content, "encoding").eq_ignore_ascii_case("base64") {
        let dense: String = written.split_whitespace().collect();
        return STANDARD.decode(dense).map_err(|_| "its body isn't valid base64".to_owned());
    }
    Ok(written.as_bytes().to_vec())
}
