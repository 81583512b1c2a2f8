//! Importers for files saved by other tools, which turn responses into recordings.
//!
//! An importer accepts what its tool really writes: it skips and reports what isn't an API
//! response, and only rejects what it can't parse. [`files()`] then makes recordings from
//! everything together, redacted: a value that one file shows to be secret is removed from all.

mod curl;
mod curl_command;
mod curl_options;
mod document;
mod files;
mod har;
mod matcher_secrets;
mod message;
mod openapi;
mod openapi_schema;
mod placeholder;
mod postman;
mod postman_request;
mod postman_variables;
mod wiremock;

use std::path::Path;

use serde_json::Value;

use crate::http::{Request, Response};

pub use document::ImportError;
pub use files::{NewFile, State, files};
pub use message::{Pasted, paragraphs};
pub use openapi::{OpenApi, read_openapi};

use document::Document;

/// The supported formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// HAR 1.2, traffic saved by browsers and proxies.
    Har,
    /// A Postman collection, version 2.0 or 2.1, with saved examples.
    Postman,
    /// WireMock stub mappings.
    WireMock,
    /// Output of `curl -i`.
    Curl,
    /// A response's JSON on its own.
    Json,
}

impl Kind {
    /// Returns its name for messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Har => "HAR",
            Self::Postman => "Postman collection",
            Self::WireMock => "WireMock mapping",
            Self::Curl => "curl -i",
            Self::Json => "JSON",
        }
    }
}

/// A file to import.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    pub path: &'a Path,
    pub shown: &'a str,
    pub text: &'a str,
    pub asked: Option<Asked<'a>>,
}

/// A request described by options.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The method; by default `GET`, or `POST` with a body.
    pub method: Option<&'a str>,
    pub url: &'a str,
    /// The body, which becomes part of the recording's matcher.
    pub body: Option<&'a str>,
}

impl Input<'_> {
    /// Returns the file's name as recorded: without the folder, which differs by machine.
    fn name(&self) -> String {
        let name = self.path.file_name().filter(|name| *name != "-");
        name.map_or_else(|| self.shown.to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

/// The contents of an imported file.
#[derive(Debug, Default)]
pub struct Import {
    pub file: String,
    pub kind: Option<Kind>,
    /// Responses with their requests.
    pub answers: Vec<Imported>,
    /// Stub mappings, which have their own matchers.
    pub mappings: Option<ImportedMappings>,
    /// Credentials in the file's metadata; to be removed everywhere.
    pub secrets: Vec<String>,
    /// What was skipped and why, in file order.
    pub skipped: Vec<Skipped>,
}

/// A response and its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub request: Request,
    pub response: Response,
    /// Its origin: `HAR wallet.har, entry 3`.
    pub origin: String,
}

/// The stub mappings of a file.
#[derive(Debug)]
pub struct ImportedMappings {
    /// The file's name without its extension.
    pub stem: String,
    /// The mappings, with separate body files embedded.
    pub values: Vec<Value>,
    pub origin: String,
}

/// Something that wasn't imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    pub place: String,
    pub reason: String,
}

/// Reads a file in a given format, or detects the format.
///
/// # Errors
///
/// The first mistake, with its location.
pub fn read(input: &Input<'_>, kind: Option<Kind>) -> Result<Import, ImportError> {
    let text = input.text.strip_prefix('\u{feff}').unwrap_or(input.text);
    let mut import = read_text(&Input { text, ..*input }, kind)?;
    let is_used =
        matches!(import.kind, Some(Kind::Json | Kind::Curl)) && !curl_command::is_command(text);
    if input.asked.is_some() && !is_used {
        let reason = "its requests already have URLs".to_owned();
        import.skipped.push(Skipped { place: "`--url`".to_owned(), reason });
    }
    input.shown.clone_into(&mut import.file);
    Ok(import)
}

fn read_text(input: &Input<'_>, kind: Option<Kind>) -> Result<Import, ImportError> {
    let text = input.text;
    if matches!(kind, None | Some(Kind::Curl)) && curl_command::is_command(text) {
        return curl_command::read(input);
    }
    if kind == Some(Kind::Curl) || (kind.is_none() && curl::is_head(text)) {
        return curl::read(input);
    }
    let document = Document::parse(input)?;
    let kind = match kind {
        Some(kind) => kind,
        None => detect_format(&document)?,
    };
    match kind {
        Kind::Har => har::read(&document),
        Kind::Postman => postman::read(&document),
        Kind::WireMock => wiremock::read(&document, input.path),
        Kind::Json | Kind::Curl => json(&document, input),
    }
}

/// Detects the format by what is unique to it.
fn detect_format(document: &Document<'_>) -> Result<Kind, ImportError> {
    let root = &document.json;
    let has = |name: &str| root.get(name).is_some();
    if root.pointer("/log/entries").is_some() {
        return Ok(Kind::Har);
    }
    if has("item") && has("info") {
        return Ok(Kind::Postman);
    }
    let is_stub = |value: &Value| {
        value.get("request").is_some_and(Value::is_object)
            && value.get("response").is_some_and(Value::is_object)
    };
    if is_stub(root)
        || root
            .get("mappings")
            .and_then(Value::as_array)
            .is_some_and(|list| list.iter().all(is_stub))
    {
        return Ok(Kind::WireMock);
    }
    if has("openapi") || has("swagger") {
        let message = "the file describes an API but contains no responses";
        return Err(document.wrong(&[], message, "import it with `--openapi`"));
    }
    if has("_postman_variable_scope") {
        let message = "the file is a Postman environment, not a collection";
        return Err(document.wrong(&[], message, "export the collection with its saved examples"));
    }
    Ok(Kind::Json)
}

/// Imports a response body on its own.
fn json(document: &Document<'_>, input: &Input<'_>) -> Result<Import, ImportError> {
    let request = asked(input, Kind::Json)?;
    let response = Response {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: input.text.trim().as_bytes().to_vec(),
        ..Response::default()
    };
    let origin = format!("{} {}", Kind::Json.name(), document.name);
    let answers = vec![Imported { request, response, origin }];
    Ok(Import { kind: Some(Kind::Json), answers, ..Import::default() })
}

/// Returns the request described by options.
fn asked(input: &Input<'_>, kind: Kind) -> Result<Request, ImportError> {
    let Some(Asked { method, url, body }) = input.asked else {
        let message = format!(
            "the file contains only a response ({}), so its request is unknown",
            kind.name()
        );
        return Err(ImportError::of_file(
            input.shown,
            message,
            "add `--url https://HOST/PATH`, `--method` if it wasn't GET, and `--body` with the \
             request body",
        ));
    };
    let method = method.unwrap_or(if body.is_some() { "POST" } else { "GET" });
    let mut request = Request::new(method, url);
    request.body = body.map(str::to_owned);
    if request.host().is_empty() || !is_http(url) {
        let message =
            format!("`--url {}` isn't a complete URL", crate::http::secret::mask_url(url));
        return Err(ImportError::of_file(
            input.shown,
            message,
            "include the scheme and host: `https://HOST/PATH`",
        ));
    }
    Ok(request)
}

fn is_http(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}
