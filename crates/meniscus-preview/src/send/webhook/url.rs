use url::Url;

use super::place::whole;
use super::request::{Rendered, WebhookContext};
use crate::diagnostic::{Diagnostic, Severity};
use crate::send::{Hidden, plain};
use crate::syntax::ast::Node;
use crate::text::Span;

/// Where a request goes.
pub(super) struct Address {
    pub url: String,
    /// The value of the `Host` header.
    pub host: String,
    pub target: String,
}

/// Parses the rendered URL and reports its problems; `None` if it can't be called.
pub(super) fn of(
    rendered: &Rendered<'_>,
    secrets: &Hidden,
    context: &WebhookContext<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Address> {
    let text = rendered.text.trim();
    let (source, span) = whole(rendered.part);
    let shown = shown(text, secrets);
    let mut say = |severity: Severity, span: Span, message: String, help: &str| {
        let found = Diagnostic::new("webhook-url", severity, source, span, message);
        diagnostics.push(found.help(help));
    };
    let hostless = |found: &str| format!("{found}, so Braze sends nothing (`missing_hostname`)");
    if text.is_empty() {
        say(
            Severity::Error,
            span,
            hostless("the URL is empty"),
            "write the URL of the request, such as `https://HOST/…`",
        );
        return None;
    }
    if text.chars().any(char::is_control) {
        let message = format!("the URL `{shown}` contains a line break or tab");
        say(Severity::Error, span, message, "remove it, for example with `{%- … -%}` around tags");
        return None;
    }
    let authority = text.split_once("://").map(|(_, rest)| rest.split(['/', '?', '#']).next());
    if authority.flatten().is_none_or(str::is_empty) {
        let message = hostless(&format!("the URL `{shown}` has no host"));
        match first_output(rendered) {
            Some(output) => say(
                Severity::Error,
                output,
                message,
                "set this to a host: add a variable under `[variables]` in meniscus.toml, or \
                 write the host itself",
            ),
            None => {
                say(Severity::Error, span, message, "start the URL with `https://` and the host")
            }
        }
        return None;
    }
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => {
            let message = format!("the URL `{shown}` isn't valid: {error}");
            say(Severity::Error, span, message, "fix the URL");
            return None;
        }
    };
    if !matches!(url.scheme(), "http" | "https") {
        let message = format!("the URL has the scheme `{}` instead of `https`", url.scheme());
        say(Severity::Error, span, message, "start the URL with `https://`");
        return None;
    }
    if !url.username().is_empty() || url.password().is_some() {
        // Whether Braze would send them is `unverified`.
        let message = "the URL contains a user or password, which belongs in a header".to_owned();
        let help = "write `Authorization = \"Basic {{'USER:PASSWORD' | base64_encode}}\"` under `[headers]`";
        say(Severity::Error, span, message, help);
        return None;
    }
    let port = url.port_or_known_default().unwrap_or_default();
    if !matches!(port, 80 | 443) && !context.ports.contains(&port) {
        let message = format!("Braze only calls the ports 80 and 443, not {port}");
        let help = "remove the port; for tests, add it to `allow_ports` under `[live]` in \
            meniscus.toml";
        say(Severity::Error, span, message, help);
    }
    if text.contains(char::is_whitespace) {
        let message = format!("the URL `{shown}` contains a space, which is sent as `%20`");
        say(Severity::Warning, span, message, "encode inserted values with `| url_encode`");
    }
    Some(address(url))
}

fn address(mut url: Url) -> Address {
    url.set_fragment(None);
    let host = url.host_str().unwrap_or_default().to_owned();
    let host = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    };
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Address { url: url.to_string(), host, target }
}

/// Returns the output at the start of a URL.
fn first_output(rendered: &Rendered<'_>) -> Option<Span> {
    let prints = |node: &&Node| match node {
        Node::Text(text) => !rendered.part.source().slice(text.printed).trim().is_empty(),
        Node::Output(_) | Node::Error(_) => true,
        Node::Tag(_) | Node::HtmlComment(_) => false,
    };
    let first = rendered.part.template.nodes.iter().find(prints)?;
    matches!(first, Node::Output(_)).then(|| first.span())
}

/// Shows a URL in a message: secrets as variables, on one line.
fn shown(text: &str, secrets: &Hidden) -> String {
    let control = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    plain(&secrets.url(text)).chars().map(control).collect()
}
