use http::header::{HeaderName, HeaderValue};

use super::place::whole;
use super::request::{Rendered, toml_span};
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::Message;
use crate::text::Step;

/// Headers of the connection, which the client sets.
const OF_CONNECTION: [&str; 7] =
    ["connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];

/// Prefix of the names of parts that are headers.
pub(super) const PREFIX: &str = "header.";

/// Returns the headers that can be sent, sorted by name, and reports problems with others.
pub(super) fn of(
    message: &Message,
    rendered: &[Rendered<'_>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for one in rendered {
        let Some(name) = one.part.name.strip_prefix(PREFIX) else { continue };
        let in_toml = one.part.source().name().contains(" [headers] ");
        let (source, span) = match &message.settings.source {
            Some(source) if in_toml => {
                (source, toml_span(source, &[Step::Key("headers"), Step::Key(name)]))
            }
            _ => whole(one.part),
        };
        let mut say = |message: String, help: &str| {
            let found = Diagnostic::new("webhook-header", Severity::Error, source, span, message);
            diagnostics.push(found.help(help));
        };
        let shown = name.escape_debug();
        if HeaderName::from_bytes(name.as_bytes()).is_err() {
            let message = format!("`{shown}` isn't a valid header name");
            say(message, "use letters, digits, and dashes");
            continue;
        }
        if OF_CONNECTION.contains(&&*name.to_ascii_lowercase()) {
            let message = format!("the header `{shown}` belongs to the connection");
            say(message, "remove it; whoever sends the request adds it");
            continue;
        }
        if headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            say(format!("the header `{shown}` is set twice"), "remove one of them");
            continue;
        }
        let value = one.text.trim();
        if value.contains(['\r', '\n']) {
            let message = format!("the header `{shown}` contains a line break");
            say(message, "remove it, for example with `| strip_newlines`");
            continue;
        }
        if HeaderValue::from_bytes(value.as_bytes()).is_err() {
            let message = format!("the header `{shown}` contains a control character");
            say(message, "remove it");
            continue;
        }
        headers.push((name.to_owned(), value.to_owned()));
    }
    headers
}
