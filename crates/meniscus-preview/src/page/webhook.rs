//! The request of a webhook message.

use serde_json::{Value, json};

use super::ask::Asked;
use crate::project::{Channel, ProjectError};
use crate::render::Outcome;
use crate::send::plain;
use crate::send::webhook::{Form, Requested, WebhookContext, request_of, show};
use crate::session::Session;

/// Returns the request of a webhook that is sent; `None` for other messages.
pub fn requested(
    asked: &Asked,
    outcomes: &[Outcome],
    session: &Session,
    secrets: &[String],
) -> Option<Result<Requested, ProjectError>> {
    let is_sent = outcomes.iter().all(|outcome| outcome.abort.is_none());
    if asked.message.channel != Some(Channel::Webhook) || !is_sent {
        return None;
    }
    let parts = asked.message.parts.iter().zip(outcomes);
    let parts = parts.map(|(part, outcome)| (part, &*outcome.output)).collect::<Vec<_>>();
    let context = WebhookContext {
        endpoints: &session.known.endpoints,
        ports: &session.workspace.config.live.allow_ports,
        scenario: &asked.scenario.name,
        secrets,
    };
    Some(request_of(&asked.message, &parts, &context))
}

/// Converts the request for the page with secrets hidden, or says why there is none.
pub fn to_json(requested: &Result<Requested, ProjectError>) -> Option<Value> {
    let request = match requested {
        Ok(requested) => requested.request.as_ref()?,
        Err(error) => {
            let why = json!({ "message": error.to_string(), "help": error.help() });
            return Some(json!({ "error": why }));
        }
    };
    let hidden = request.hidden();
    let form = |form| show(request, form, &hidden).map(|(text, _)| text).ok();
    let headers = request.headers.iter();
    let headers = headers.map(|(name, value)| json!([name, plain(&hidden.header(name, value))]));
    let body = request.body.as_deref().map(|body| plain(&hidden.body(body)));
    let json = body.as_deref().and_then(|body| serde_json::from_str::<Value>(body).ok());
    Some(json!({
        "method": request.method,
        "url": plain(&hidden.url(&request.url)),
        "headers": headers.collect::<Vec<_>>(),
        "body": body,
        "json": json,
        "http": form(Form::Http),
        "curl": form(Form::Curl),
    }))
}
