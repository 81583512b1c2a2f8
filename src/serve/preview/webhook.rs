//! The request that a webhook message makes.

use serde_json::{Value, json};

use super::places::Places;
use super::rendering::Rendering;
use crate::project::Channel;
use crate::send::plain;
use crate::send::webhook::{Form, Requested, WebhookContext, request_of, show};
use crate::session::Session;

/// The request of a webhook that is sent, its secrets hidden, and what is wrong with it.
pub(super) fn request(
    places: &Places,
    rendering: &Rendering,
    session: &Session,
) -> (Option<Value>, Vec<Value>) {
    let asked = &rendering.asked;
    let message = &asked.message;
    if message.channel != Some(Channel::Webhook) || !rendering.is_sent() {
        return (None, Vec::new());
    }
    let texts = rendering.parts();
    let texts = texts.map(|(part, outcome)| (part, &*outcome.output));
    let context = WebhookContext {
        endpoints: &session.known.endpoints,
        ports: &session.workspace.config.live.allow_ports,
        scenario: &asked.scenario.name,
    };
    let requested = match request_of(message, &texts.collect::<Vec<_>>(), &context) {
        Ok(requested) => requested,
        Err(error) => {
            let why = json!({ "message": error.to_string(), "help": error.help() });
            return (Some(json!({ "error": why })), Vec::new());
        }
    };
    let Requested { request, diagnostics } = requested;
    let problems = diagnostics.iter().map(|found| places.problem(found, None)).collect();
    let Some(request) = request else { return (None, problems) };
    let hidden = request.hidden();
    let form = |form| show(&request, form, &hidden).map(|(text, _)| text).ok();
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| json!([name, plain(&hidden.header(name, value))]));
    let body = request.body.as_deref().map(|body| plain(&hidden.body(body)));
    let json = body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok());
    let shown = json!({
        "method": request.method,
        "url": plain(&hidden.url(&request.url)),
        "headers": headers.collect::<Vec<_>>(),
        "body": body,
        "json": json,
        "http": form(Form::Http),
        "curl": form(Form::Curl),
    });
    (Some(shown), problems)
}
