use serde_json::{Map, Value as Json, json};

use super::request::OutgoingRequest;
use crate::send::{CurlCommand, Hidden, ShownPiece, plain, quoted};

/// The formats for showing a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A command for a POSIX shell.
    Curl,
    /// HTTP/1.1 as bytes.
    Http,
    /// An object with `method`, `url`, `headers`, and `body`.
    Json,
}

/// Writes a request in a format; returns the variables used for secrets.
///
/// # Errors
/// If the format can't represent the request.
pub fn show(
    request: &OutgoingRequest,
    form: Form,
    hidden: &Hidden,
) -> Result<(String, Vec<String>), String> {
    let url = hidden.url(&request.url);
    let target = hidden.url(&request.target);
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str(), hidden.header(name, value)));
    let headers = headers.collect::<Vec<_>>();
    let body = request.body.as_deref().map(|body| hidden.body(body));
    let all = headers.iter().flat_map(|(_, value)| value).chain(body.iter().flatten());
    let mut variables = Vec::new();
    for piece in url.iter().chain(all) {
        if let ShownPiece::Variable(name) = piece
            && !variables.contains(name)
        {
            variables.push(name.clone());
        }
    }
    let text = match form {
        Form::Curl => curl(request, &url, &headers, body.as_deref())?,
        Form::Http => http(request, &plain(&target), &headers, body.as_deref()),
        Form::Json => as_json(request, &plain(&url), &headers, body.as_deref()),
    };
    Ok((text, variables))
}

fn http(
    request: &OutgoingRequest,
    target: &str,
    headers: &[(&str, Vec<ShownPiece>)],
    body: Option<&[ShownPiece]>,
) -> String {
    let mut text = format!("{} {target} HTTP/1.1\r\n", request.method);
    if !has(headers, "host") {
        text.push_str(&format!("Host: {}\r\n", request.host));
    }
    for (name, value) in headers {
        let value = plain(value);
        let blank = if value.is_empty() { "" } else { " " };
        text.push_str(&format!("{name}:{blank}{value}\r\n"));
    }
    if let Some(body) = &request.body {
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    text.push_str("\r\n");
    text.push_str(&body.map(plain).unwrap_or_default());
    text
}

fn curl(
    request: &OutgoingRequest,
    url: &[ShownPiece],
    headers: &[(&str, Vec<ShownPiece>)],
    body: Option<&[ShownPiece]>,
) -> Result<String, String> {
    if request.body.as_deref().is_some_and(|body| body.contains('\0')) {
        return Err(
            "the body has a NUL byte, which a command-line argument can't contain".to_owned()
        );
    }
    let mut words = headers
        .iter()
        .map(|(name, value)| {
            // An empty value is written with `;`, because `Name:` removes curl's own header.
            let mut pieces = vec![ShownPiece::Text(match value.is_empty() {
                true => format!("{name};"),
                false => format!("{name}: "),
            })];
            pieces.extend(value.iter().cloned());
            quoted(&joined(pieces))
        })
        .collect::<Vec<_>>();
    // Headers that curl would add aren't part of the request.
    let mut own = vec!["User-Agent", "Accept"];
    if request.body.is_some() {
        own.extend(["Content-Type", "Expect"]);
    }
    words.extend(own.iter().filter(|name| !has(headers, name)).map(|name| format!("'{name}:'")));
    let length = request.body.as_ref().map_or(0, String::len);
    let command = CurlCommand {
        method: request.method.clone(),
        url: quoted(url),
        headers: words,
        body: body.map(|body| (quoted(body), length)),
    };
    Ok(command.text())
}

/// Joins adjacent texts.
fn joined(pieces: Vec<ShownPiece>) -> Vec<ShownPiece> {
    let mut joined: Vec<ShownPiece> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(ShownPiece::Text(text)), ShownPiece::Text(more)) => text.push_str(&more),
            (_, piece) => joined.push(piece),
        }
    }
    joined
}

fn as_json(
    request: &OutgoingRequest,
    url: &str,
    headers: &[(&str, Vec<ShownPiece>)],
    body: Option<&[ShownPiece]>,
) -> String {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), json!(plain(value))));
    let headers = headers.collect::<Map<_, _>>();
    let body = body.map_or(Json::Null, |pieces| {
        let text = plain(pieces);
        // A secret that wasn't a string leaves an unquoted name.
        let quoted = || serde_json::from_str(&bare_in_quotes(pieces)).ok();
        serde_json::from_str(&text).ok().or_else(quoted).unwrap_or(Json::String(text))
    });
    let whole = json!({ "method": request.method, "url": url, "headers": headers, "body": body });
    format!("{whole:#}\n")
}

fn bare_in_quotes(pieces: &[ShownPiece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            ShownPiece::Text(piece) => text.push_str(piece),
            ShownPiece::Variable(name) if text.ends_with('"') => text.push_str(&format!("${name}")),
            ShownPiece::Variable(name) => text.push_str(&format!("\"${name}\"")),
        }
    }
    text
}

fn has(headers: &[(&str, Vec<ShownPiece>)], name: &str) -> bool {
    headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
}
