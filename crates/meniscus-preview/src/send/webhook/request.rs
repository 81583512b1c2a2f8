use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::body;
use super::headers;
use super::place::whole;
use super::url;
use crate::diagnostic::{Diagnostic, Severity};
use crate::endpoint::Endpoints;
use crate::files::locate_toml;
use crate::http::secret::is_secret_header;
use crate::project::{METHODS, Message, Part, ProjectError};
use crate::send::Hidden;
use crate::text::{Source, Span, Step};

/// An HTTP request as sent. `Debug` only shows method and host, because the rest may be secret.
pub struct OutgoingRequest {
    pub method: String,
    /// The whole URL, encoded.
    pub url: String,
    pub host: String,
    /// Path and query, as in the request line.
    pub target: String,
    pub headers: Vec<(String, String)>,
    /// The body; `None` if the message has none and the method needs none.
    pub body: Option<String>,
    /// Secrets of the data that are in it, in the form in which they are.
    pub secrets: Vec<String>,
}

impl fmt::Debug for OutgoingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutgoingRequest")
            .field("method", &self.method)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl OutgoingRequest {
    /// Returns its secrets.
    #[must_use]
    pub fn hidden(&self) -> Hidden {
        let body = self.body.as_deref().unwrap_or_default();
        Hidden::of(&self.url, &self.headers, body).and(&self.secrets)
    }
}

/// The result of rendering a webhook message.
#[derive(Debug)]
pub struct Requested {
    /// The request; `None` without a valid URL.
    pub request: Option<OutgoingRequest>,
    /// Problems with it.
    pub diagnostics: Vec<Diagnostic>,
}

/// What a request is checked against.
pub struct WebhookContext<'a> {
    /// Known endpoints, with the schemas of their requests.
    pub endpoints: &'a Endpoints,
    /// Ports in addition to 80 and 443, for tests.
    pub ports: &'a [u16],
    /// The rendered scenario.
    pub scenario: &'a str,
    /// Secrets of its data and of the workspace's variables, in every form.
    pub secrets: &'a [String],
}

pub(super) struct Rendered<'a> {
    pub part: &'a Part,
    pub text: &'a str,
}

/// Makes a webhook message's request from its rendered parts.
///
/// # Errors
/// If the message has no part `url`.
pub fn request_of(
    message: &Message,
    parts: &[(&Part, &str)],
    context: &WebhookContext<'_>,
) -> Result<Requested, ProjectError> {
    let rendered = parts.iter().map(|(part, text)| Rendered { part, text });
    let rendered = rendered.collect::<Vec<_>>();
    let named = |name: &str| rendered.iter().find(|one| one.part.name == name);
    let Some(url) = named("url") else {
        return Err(ProjectError::Unknown {
            message: format!("the webhook `{}` has no part `url`", message.name),
            help: "add `url.liquid` next to its message.toml".to_owned(),
        });
    };
    let mut diagnostics = Vec::new();
    let method = method_of(message, &mut diagnostics);
    let headers = headers::of(message, &rendered, &mut diagnostics);
    let body = named("body");
    let raw = body.map(|body| body.text).unwrap_or_default();
    let held = |url: &str| {
        let texts = headers.iter().map(|(_, value)| value.as_str()).chain([url, raw]);
        let texts = texts.collect::<Vec<_>>();
        let is_here = |secret: &&String| texts.iter().any(|text| text.contains(secret.as_str()));
        context.secrets.iter().filter(is_here).cloned().collect::<Vec<_>>()
    };
    let secrets = Hidden::of(url.text.trim(), &headers, raw).and(&held(url.text));
    let address = url::of(url, &secrets, context, &mut diagnostics);
    if method == "GET"
        && let Some(body) = body.filter(|body| !body.text.trim().is_empty())
    {
        let (source, span) = whole(body.part);
        let message = "a GET request can't have a body";
        let found = Diagnostic::new("webhook-body", Severity::Warning, source, span, message);
        diagnostics
            .push(found.help("write `method = \"POST\"` in message.toml, or remove the body"));
    }
    let target = address.as_ref().map(|address| (method.as_str(), address.url.as_str()));
    body::check(body, &headers, target, &secrets, context, &mut diagnostics);
    let is_sent = !raw.is_empty() || !matches!(&*method, "GET" | "DELETE");
    let held = address.as_ref().map_or_else(Vec::new, |address| held(&address.url));
    let request = address.map(|address| OutgoingRequest {
        secrets: held,
        method,
        url: address.url,
        host: address.host,
        target: address.target,
        headers,
        body: is_sent.then(|| raw.to_owned()),
    });
    hide(&mut diagnostics, message, &secrets);
    Ok(Requested { request, diagnostics })
}

/// Masks secrets in the sources of diagnostics, byte for byte.
fn hide(diagnostics: &mut [Diagnostic], message: &Message, secrets: &Hidden) {
    let mut kept: Vec<(Arc<Source>, Arc<Source>)> = Vec::new();
    for diagnostic in diagnostics {
        let labels = std::iter::once(&mut diagnostic.primary).chain(&mut diagnostic.related);
        for label in labels {
            *label = label.in_file();
            let known = kept.iter().find(|(source, _)| Arc::ptr_eq(source, &label.source));
            let safe = match known {
                Some((_, safe)) => Arc::clone(safe),
                None => {
                    let own = literal_headers(&label.source, message);
                    let text = secrets.starred(label.source.text(), own);
                    let safe = Arc::new(Source::new(label.source.name(), text));
                    kept.push((Arc::clone(&label.source), Arc::clone(&safe)));
                    safe
                }
            };
            label.source = safe;
        }
    }
}

/// Returns where a source writes literal values of secret headers; Liquid in them is shown.
fn literal_headers(source: &Arc<Source>, message: &Message) -> Vec<Range<usize>> {
    let secret = message.parts.iter().filter_map(|part| {
        let name = part.name.strip_prefix(headers::PREFIX)?;
        (is_secret_header(name) && !part.source().text().contains("{{")).then_some((name, part))
    });
    let ranges = secret.filter_map(|(name, part)| {
        if Arc::ptr_eq(source, part.source()) {
            return Some(0..source.text().len());
        }
        let is_file =
            message.settings.source.as_ref().is_some_and(|file| Arc::ptr_eq(file, source));
        is_file
            .then(|| locate_toml(source.text(), &[Step::Key("headers"), Step::Key(name)]))
            .flatten()
    });
    ranges.collect()
}

/// Returns the method in message.toml, by default POST.
fn method_of(message: &Message, diagnostics: &mut Vec<Diagnostic>) -> String {
    let Some(written) = &message.settings.method else { return "POST".to_owned() };
    let method = written.to_ascii_uppercase();
    if !METHODS.contains(&&*method)
        && let Some(source) = &message.settings.source
    {
        let span = toml_span(source, &[Step::Key("method")]);
        let found = format!(
            "unknown method `{}`; the known ones are {}",
            written.escape_debug(),
            METHODS.join(", ")
        );
        let found = Diagnostic::new("webhook-method", Severity::Error, source, span, found);
        diagnostics.push(found.help("write `method = \"POST\"`, or remove `method`"));
        return "POST".to_owned();
    }
    method
}

/// Returns the span of an entry in a TOML file.
pub(super) fn toml_span(source: &Source, path: &[Step<&str>]) -> Span {
    let place = locate_toml(source.text(), path);
    place.map_or(Span::empty(0), |place| Span::new(place.start, place.end))
}
