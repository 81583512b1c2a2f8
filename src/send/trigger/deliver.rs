use serde_json::Value as Json;

use super::target::Kind;
use crate::braze::{Destination, TIMEOUT, Waiting};
use crate::http::Response;
use crate::live::{Attempt, Live};

/// Most characters of Braze's response that are shown.
const MAX_SHOWN: usize = 500;

/// Braze's response to an accepted request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    pub status: u16,
    pub dispatch_id: Option<String>,
    /// Braze's message, `success` if all is well.
    pub message: Option<String>,
    /// A notice from Braze, such as that a Canvas is paused.
    pub notice: Option<String>,
}

/// Why a request wasn't accepted. Contains no secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct NotDelivered {
    /// What happened, and whether something may have been sent.
    pub problem: String,
    pub help: String,
}

/// Sends a body once, because a retry could send the message twice.
///
/// # Errors
/// If Braze can't be reached, rejects it, or doesn't say whether it accepts.
pub fn deliver(
    destination: &Destination,
    kind: Kind,
    body: &str,
) -> Result<Delivery, NotDelivered> {
    let mut request = destination.request("POST", kind.path());
    request.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    request.body = Some(body.to_owned());
    let live = Live::new(destination.options().clone()).map_err(|error| NotDelivered {
        problem: format!("nothing was sent: {error}"),
        help: "check `proxy_env` in meniscus.toml and the system's root certificates".to_owned(),
    })?;
    let attempt = live.try_once(&request).map_err(|refused| NotDelivered {
        problem: format!("nothing was sent: {}", refused.problem),
        help: refused
            .help
            .unwrap_or_else(|| "check `[trigger]` and `[live]` in meniscus.toml".to_owned()),
    })?;
    let response = match attempt {
        Attempt::Answered(response) => response,
        Attempt::Failed { sent, code, reason } => return Err(failed(sent, code, reason)),
    };
    let said = serde_json::from_slice::<Json>(&response.body).unwrap_or_default();
    if matches!(response.status, 200..=299) {
        let text = |name: &str| said.get(name).and_then(Json::as_str).map(shown);
        return Ok(Delivery {
            status: response.status,
            dispatch_id: text("dispatch_id"),
            message: text("message"),
            notice: text("notice"),
        });
    }
    Err(rejected(&response, &said, kind))
}

/// Makes the error for an incomplete response.
fn failed(sent: bool, code: &str, reason: String) -> NotDelivered {
    if !sent {
        return NotDelivered {
            problem: format!("nothing was sent: {reason}"),
            help: "check `endpoint` under `[trigger]` and the network".to_owned(),
        };
    }
    let reason = match code {
        "timeout" => format!("no complete response arrived within {} s", TIMEOUT.as_secs()),
        _ => reason,
    };
    NotDelivered {
        problem: format!("can't tell whether the message was sent: {reason}"),
        help: LOOK_FIRST.to_owned(),
    }
}

/// What to do if Braze may have sent something.
const LOOK_FIRST: &str = "check the message's activity in Braze before you send it again";

/// Makes the error for a rejection by Braze.
fn rejected(response: &Response, said: &Json, kind: Kind) -> NotDelivered {
    let words = said.get("message").and_then(Json::as_str).map(shown);
    let more = said
        .get("errors")
        .filter(|errors| !errors.is_null())
        .map(|errors| shown(&errors.to_string()));
    let words = words.into_iter().chain(more).collect::<Vec<_>>().join("; ");
    let words = if words.is_empty() { String::new() } else { format!(": {words}") };
    let status = response.status;
    let (problem, help) = match status {
        400 => ("Braze rejects the request", "fix what it names".to_owned()),
        401 | 403 => (
            "Braze rejects the API key",
            format!(
                "check the environment variable with the key; in Braze, check that the key has \
                 the permission `{}` and allows this IP address",
                kind.permission()
            ),
        ),
        404 => (
            "Braze has nothing at this address",
            "check that `endpoint` under `[trigger]` matches your instance, and check the \
             message's ID"
                .to_owned(),
        ),
        413 => (
            "the request is too large for Braze",
            "send fewer recipients or smaller properties".to_owned(),
        ),
        429 => ("Braze's rate limit is reached", Waiting::of(response).words()),
        300..=399 => (
            "Braze redirects to another address",
            "check `endpoint` under `[trigger]`; redirects aren't followed".to_owned(),
        ),
        500..=599 => {
            return NotDelivered {
                problem: format!(
                    "can't tell whether the message was sent: Braze responded with \
                    {status}{words}"
                ),
                help: LOOK_FIRST.to_owned(),
            };
        }
        _ => (
            "Braze responded with an unknown status",
            "look up the status in Braze's documentation".to_owned(),
        ),
    };
    NotDelivered { problem: format!("nothing was sent: {problem} ({status}){words}"), help }
}

/// Makes external text safe to show on one line.
fn shown(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(MAX_SHOWN).collect()
}
