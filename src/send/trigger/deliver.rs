use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;

use super::target::Kind;
use crate::http::{Credential, CredentialKind, Request, Response};
use crate::live::credential::{CredentialSource, Credentials, Environment};
use crate::live::{Attempt, HostPattern, Live, LiveConfig, LiveOptions, parse_network};
use crate::project::{ProjectError, Workspace, check_endpoint};

/// Timeout for Braze, which doesn't publish its own (`unverified`).
const TIMEOUT: Duration = Duration::from_secs(30);
/// Most characters of Braze's response that are shown.
const MAX_SHOWN: usize = 500;

/// Where a request goes, and with which credential.
#[derive(Debug)]
pub struct Destination {
    endpoint: String,
    options: LiveOptions,
    /// The credential's name; `None` for a mock, which gets no key.
    credential: Option<String>,
}

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

impl Destination {
    /// Returns Braze as configured in `[trigger]` in meniscus.toml, with the key from the
    /// environment.
    ///
    /// # Errors
    /// If no endpoint is set, or the credential is missing or isn't a key.
    pub fn braze(
        workspace: &Workspace,
        environment: &Environment,
    ) -> Result<Destination, ProjectError> {
        let trigger = &workspace.config.trigger;
        let Some(endpoint) = trigger.endpoint.clone() else {
            return Err(ProjectError::Unknown {
                message: "found no `endpoint` under `[trigger]` in meniscus.toml, expected Braze's".to_owned(),
                help: "write `endpoint = \"https://rest.iad-01.braze.com\"`, with the host of your instance".to_owned(),
            });
        };
        let mut options = workspace.config.live_options(environment)?;
        let name = trigger.credential.as_str();
        options.credentials = bearer(&options.credentials, name, environment)?;
        options.timeout = TIMEOUT;
        Ok(Destination { endpoint, options, credential: Some(name.to_owned()) })
    }

    /// Returns a mock on this machine: it needs no permission in meniscus.toml, and gets no key.
    ///
    /// # Errors
    /// If the URL's address isn't a loopback one.
    pub fn mock(url: &str) -> Result<Destination, ProjectError> {
        let wrong = |message: String| ProjectError::Unknown {
            message,
            help: "write what `meniscus mock` listens on, such as `--mock http://127.0.0.1:8080`"
                .to_owned(),
        };
        check_endpoint(url).map_err(&wrong)?;
        let parsed = reqwest::Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        if !crate::project::is_this_machine(&parsed) {
            return Err(wrong(format!(
                "found `--mock {url}`, expected an address of this machine"
            )));
        }
        let host = parsed.host_str().unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let options = LiveOptions {
            hosts: HostPattern::parse(host).into_iter().collect(),
            ports: parsed.port_or_known_default().into_iter().collect(),
            networks: parse_network(bare).into_iter().collect(),
            timeout: TIMEOUT,
            ..LiveOptions::default()
        };
        Ok(Destination { endpoint: url.to_owned(), options, credential: None })
    }
}

/// Returns the credentials with a key as Braze expects: `Bearer KEY`, with or without the scheme in
/// the variable.
fn bearer(
    credentials: &Credentials,
    name: &str,
    environment: &Environment,
) -> Result<Credentials, ProjectError> {
    let told = |error: crate::live::credential::CredentialError| ProjectError::Unknown {
        message: error.to_string(),
        help: match error {
            crate::live::credential::CredentialError::Unknown { nearest: None, ref name } => {
                format!(
                    "add to meniscus.toml, under `[live.credentials]`: {name} = {{ env = \"BRAZE_REST_KEY\" }}"
                )
            }
            error => error.help(),
        },
    };
    let wrong = |message: String| ProjectError::Unknown {
        message,
        help: format!("write `{name} = {{ env = \"BRAZE_REST_KEY\" }}` under `[live.credentials]`"),
    };
    let CredentialSource::Header { header, env } = credentials.source(name).map_err(told)? else {
        return Err(wrong(format!("found user and password for `{name}`, expected a REST key")));
    };
    if !header.eq_ignore_ascii_case("authorization") {
        return Err(wrong(format!(
            "found the header `{header}` for `{name}`, expected `Authorization`"
        )));
    }
    let secret = environment.secret(env).map_err(told)?;
    let value = match secret.expose().split_once(' ') {
        None => format!("Bearer {}", secret.expose()),
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => {
            format!("Bearer {}", key.trim())
        }
        Some(_) => {
            return Err(ProjectError::Unknown {
                message: format!("found more than a key in the variable `{env}`"),
                help: format!("set `{env}` to the REST key alone"),
            });
        }
    };
    let source = CredentialSource::Header { header: header.clone(), env: env.clone() };
    let environment = Environment::of(BTreeMap::from([(env.clone(), value)]));
    Ok(Credentials::new(BTreeMap::from([(name.to_owned(), source)]), environment))
}

/// Sends a body once, because a retry could send the message twice.
///
/// # Errors
/// If Braze can't be reached, rejects it, or doesn't say whether it accepts.
pub fn deliver(destination: Destination, kind: Kind, body: &str) -> Result<Delivery, NotDelivered> {
    let url = format!("{}{}", destination.endpoint.trim_end_matches('/'), kind.path());
    let mut request = Request::new("POST", url);
    request.headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
    match destination.credential {
        Some(name) => {
            let kind = CredentialKind::AuthCredentials;
            request.credential = Some(Credential { kind, name });
        }
        None => request.headers.push(("Authorization".to_owned(), "Bearer mock".to_owned())),
    }
    request.body = Some(body.to_owned());
    let live = Live::new(destination.options).map_err(|error| NotDelivered {
        problem: format!("nothing was sent: {error}"),
        help: "check `proxy_env` in meniscus.toml, and the certificates of the system".to_owned(),
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
            help: "check `endpoint` under `[trigger]`, and the network".to_owned(),
        };
    }
    let reason = match code {
        "timeout" => format!("no whole answer came within {} s", TIMEOUT.as_secs()),
        _ => reason,
    };
    NotDelivered {
        problem: format!("it is not known whether the message was sent: {reason}"),
        help: LOOK_FIRST.to_owned(),
    }
}

/// What to do if Braze may have sent something.
const LOOK_FIRST: &str = "look at the message's activity in Braze before you send it again";

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
        400 => ("Braze does not take the request", "correct what it names".to_owned()),
        401 | 403 => (
            "Braze does not take the key",
            format!(
                "check the variable with the key, and in Braze that the key has the permission `{}` and may be used from this address",
                kind.permission()
            ),
        ),
        404 => (
            "Braze knows nothing at this address",
            "check that `endpoint` under `[trigger]` is the one of your instance, and the id of the message".to_owned(),
        ),
        413 => ("the request is too large for Braze", "send fewer recipients or smaller properties at once".to_owned()),
        429 => ("Braze took too many requests before this one", wait(response)),
        300..=399 => (
            "Braze points elsewhere",
            "check `endpoint` under `[trigger]`: what it points to is not followed".to_owned(),
        ),
        500..=599 => {
            return NotDelivered {
                problem: format!("it is not known whether the message was sent: Braze answered {status}{words}"),
                help: LOOK_FIRST.to_owned(),
            };
        }
        _ => ("Braze gave an answer that is not known", "look it up in Braze's documentation".to_owned()),
    };
    NotDelivered { problem: format!("nothing was sent: {problem} ({status}){words}"), help }
}

/// Returns when Braze accepts requests again, by its headers.
fn wait(response: &Response) -> String {
    let number =
        |name: &str| response.header(name).and_then(|value| value.trim().parse::<i64>().ok());
    let reset = number("X-RateLimit-Reset").and_then(|at| jiff::Timestamp::from_second(at).ok());
    match (number("Retry-After"), reset) {
        (Some(seconds), _) => format!("send it again in {seconds} s"),
        (None, Some(reset)) => {
            format!("send it again after {}", reset.strftime("%Y-%m-%dT%H:%M:%SZ"))
        }
        (None, None) => "send it again later".to_owned(),
    }
}

/// Makes external text safe to show on one line.
fn shown(text: &str) -> String {
    let plain = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(MAX_SHOWN).collect()
}
