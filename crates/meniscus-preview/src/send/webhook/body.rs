use std::sync::Arc;

use serde_json::Value as Json;

use super::place::{template_near, whole};
use super::request::{Rendered, WebhookContext};
use crate::diagnostic::{Diagnostic, Severity};
use crate::endpoint::{CallPattern, Piece as UrlPiece};
use crate::http::secret::body_secrets;
use crate::send::Hidden;
use crate::text::{Source, Span};

/// Checks the body: JSON if the headers or endpoint say so, and its schema.
pub(super) fn check(
    body: Option<&Rendered<'_>>,
    headers: &[(String, String)],
    target: Option<(&str, &str)>,
    secrets: &Hidden,
    context: &WebhookContext<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(body) = body else { return };
    let content_type = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map(|(_, value)| value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let endpoint = target.and_then(|(method, url)| {
        let url = vec![UrlPiece::Text(url.to_owned())];
        let call = CallPattern { method: method.to_owned(), url, body: None };
        context.endpoints.answer_whatever_body(&call).endpoint
    });
    let schema = endpoint.and_then(|endpoint| endpoint.request.as_ref());
    let says_json = content_type.as_deref().is_some_and(is_json);
    let shown = Shown::new(body, secrets, context.scenario);
    let json = match serde_json::from_str::<Json>(body.text) {
        Ok(json) => json,
        Err(error) => {
            if says_json || schema.is_some() {
                let why = match endpoint {
                    Some(endpoint) if !says_json => {
                        format!("{} takes JSON", endpoint.title_of_request())
                    }
                    _ => "`Content-Type` says it is".to_owned(),
                };
                diagnostics.push(shown.no_json(body, &error, &why));
            }
            return;
        }
    };
    if content_type.is_none() && (json.is_object() || json.is_array()) {
        let (source, span) = whole(body.part);
        let message = "the body is JSON, but there is no header `Content-Type`";
        let found = Diagnostic::new("webhook-header", Severity::Warning, source, span, message);
        diagnostics.push(found.help("add `Content-Type = \"application/json\"` under `[headers]`"));
    }
    #[cfg(feature = "schemas")]
    if let (Some(endpoint), Some(schema)) = (endpoint, schema) {
        super::schema::check(body, &json, endpoint, schema, &shown, diagnostics);
    }
}

/// Whether a media type is JSON.
fn is_json(content_type: &str) -> bool {
    content_type == "application/json"
        || content_type == "text/json"
        || content_type.ends_with("+json")
}

/// The rendered body with secrets masked, byte for byte.
pub(super) struct Shown {
    source: Arc<Source>,
}

impl Shown {
    fn new(body: &Rendered<'_>, secrets: &Hidden, scenario: &str) -> Shown {
        let own = body_secrets(body.text).into_iter().map(|(range, _)| range).collect();
        let text = secrets.starred(body.text, own);
        let name = format!("{} rendered for {scenario}", body.part.source().name());
        Shown { source: Arc::new(Source::new(name, text)) }
    }

    pub fn diagnostic(&self, code: &'static str, span: Span, message: String) -> Diagnostic {
        Diagnostic::new(code, Severity::Error, &self.source, span, message)
    }

    fn no_json(&self, body: &Rendered<'_>, error: &serde_json::Error, why: &str) -> Diagnostic {
        let text = body.text;
        let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len);
        let start = lines.sum::<usize>() + error.column().saturating_sub(1);
        let start = text.floor_char_boundary(start.min(text.len()));
        let length = text[start..].chars().next().map_or(0, char::len_utf8);
        let words = error.to_string();
        // What starts with `t`, `f`, or `n` might have been `true`, `false`, or `null`.
        let words = words.split(" at line").next().unwrap_or_default();
        let words = words.replace("expected ident", "expected a value");
        let message = format!("the body isn't valid JSON ({words}), but {why}");
        self.diagnostic("webhook-body", Span::new(start, start + length), message)
            .help(
                "add `| json_escape` to inserted strings, and remove any comma after the last \
                entry",
            )
            .related(body.part.source(), template_near(body.part, text, start), "comes from here")
    }
}
