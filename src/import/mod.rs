//! Readers of what other tools save, so that their answers become recordings.
//!
//! A reader takes what its tool really writes: it passes over what is no answer of an API, says so, and refuses only what
//! it cannot understand. [`files()`] then makes recordings of everything together, without credentials and personal data:
//! what one file shows to be secret is taken out of all.

mod curl;
mod curl_command;
mod curl_options;
mod document;
mod files;
mod har;
mod hole;
mod matcher_secrets;
mod openapi;
mod openapi_schema;
mod postman;
mod postman_request;
mod postman_variables;
mod wiremock;

use std::path::Path;

use serde_json::Value;

use crate::http::{Request, Response};

pub use document::ImportError;
pub use files::{NewFile, State, files};
pub use openapi::{OpenApi, read_openapi};

use document::Document;

/// The forms that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// HAR 1.2, as browsers and proxies save traffic.
    Har,
    /// A collection of Postman's, version 2.0 or 2.1, with saved examples.
    Postman,
    /// Stub mappings of WireMock's.
    WireMock,
    /// What `curl -i` prints.
    Curl,
    /// The JSON of an answer by itself.
    Json,
}

impl Kind {
    /// Returns what it is called in messages.
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

/// A file that is to be read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The file, to find what lies beside it.
    pub path: &'a Path,
    /// The file as messages show it.
    pub shown: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The request, for forms that tell of the answer alone.
    pub asked: Option<Asked<'a>>,
}

/// A request as options describe it.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The method; without one, `GET`, or `POST` where there is a body.
    pub method: Option<&'a str>,
    /// The whole URL.
    pub url: &'a str,
    /// The body, which the recording's matcher takes up.
    pub body: Option<&'a str>,
}

impl Input<'_> {
    /// What a recording says of its file: the name alone, for where it lies differs from machine to machine.
    fn name(&self) -> String {
        let name = self.path.file_name().filter(|name| *name != "-");
        name.map_or_else(|| self.shown.to_owned(), |name| name.to_string_lossy().into_owned())
    }
}

/// What a file holds.
#[derive(Debug, Default)]
pub struct Import {
    /// The file as messages show it.
    pub file: String,
    /// The form that it was read as.
    pub kind: Option<Kind>,
    /// Answers with their requests.
    pub answers: Vec<Imported>,
    /// Stub mappings, which have matchers of their own.
    pub mappings: Option<ImportedMappings>,
    /// Credentials that the file tells of by itself; to be taken out wherever they stand.
    pub secrets: Vec<String>,
    /// What was passed over, and why, in the file's order.
    pub skipped: Vec<Skipped>,
}

/// An answer and the request that got it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The request, with everything in it.
    pub request: Request,
    /// The answer.
    pub response: Response,
    /// Where it comes from: `HAR wallet.har, entry 3`.
    pub origin: String,
}

/// The stub mappings of one file.
#[derive(Debug)]
pub struct ImportedMappings {
    /// The name of the file, without its ending.
    pub stem: String,
    /// The mappings, with bodies of files of their own put in.
    pub values: Vec<Value>,
    /// Where they come from.
    pub origin: String,
}

/// Something that became no recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Where it stands.
    pub place: String,
    /// Why.
    pub reason: String,
}

/// Reads a file, as the form that is named or as what its content says it is.
///
/// # Errors
///
/// The first thing that cannot be understood, with its place.
pub fn read(input: &Input<'_>, kind: Option<Kind>) -> Result<Import, ImportError> {
    let text = input.text.strip_prefix('\u{feff}').unwrap_or(input.text);
    let mut import = read_text(&Input { text, ..*input }, kind)?;
    let is_used =
        matches!(import.kind, Some(Kind::Json | Kind::Curl)) && !curl_command::is_command(text);
    if input.asked.is_some() && !is_used {
        let reason = "its requests have URLs of their own".to_owned();
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
        None => recognise(&document)?,
    };
    match kind {
        Kind::Har => har::read(&document),
        Kind::Postman => postman::read(&document),
        Kind::WireMock => wiremock::read(&document, input.path),
        Kind::Json | Kind::Curl => json(&document, input),
    }
}

/// Tells the form by what only it has.
fn recognise(document: &Document<'_>) -> Result<Kind, ImportError> {
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
        let message = "found a description of an API, expected answers of one";
        return Err(document.wrong(&[], message, "import it with `--openapi`"));
    }
    if has("_postman_variable_scope") {
        let message = "found an environment of Postman's, expected a collection";
        return Err(document.wrong(&[], message, "export the collection, with its saved examples"));
    }
    Ok(Kind::Json)
}

/// An answer's body by itself.
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

/// The request that was told beside the file.
fn asked(input: &Input<'_>, kind: Kind) -> Result<Request, ImportError> {
    let Some(Asked { method, url, body }) = input.asked else {
        let message =
            format!("found an answer alone ({}), expected to be told what was asked", kind.name());
        return Err(ImportError::of_file(
            input.shown,
            message,
            "add `--url https://HOST/PATH`, `--method` where it was not GET, and `--body` with what was sent",
        ));
    };
    let method = method.unwrap_or(if body.is_some() { "POST" } else { "GET" });
    let mut request = Request::new(method, url);
    request.body = body.map(str::to_owned);
    if request.host().is_empty() || !is_http(url) {
        let message = format!(
            "found `{}` as `--url`, expected a whole URL",
            crate::http::secret::mask_url(url)
        );
        return Err(ImportError::of_file(
            input.shown,
            message,
            "write it with scheme and host: `https://HOST/PATH`",
        ));
    }
    Ok(request)
}

fn is_http(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}
