//! A request to the mock, and its result.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::failure::Failure;
use crate::http::secret::{REDACTED, is_secret_header, mask_body, mask_url};
use crate::http::{Fault, RecordingOrigin, Request, masked_output};
use crate::recording::Unanswered;

/// A request to the mock, and its result.
#[derive(Debug, Clone)]
pub struct Exchange {
    pub number: u64,
    /// The request as received, including secrets; invalid UTF-8 in the body is replaced by U+FFFD.
    pub request: Request,
    /// The result.
    pub outcome: Outcome,
}

/// The result of a request.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A recording answered.
    Answered {
        recording: Arc<RecordingOrigin>,
        status: u16,
        /// How the response fails, if it does.
        fault: Option<Fault>,
    },
    /// Nothing matched: status 404.
    Unmatched(Arc<Unanswered>),
    /// A random failure, whether or not a recording matches.
    Failed(Failure),
    /// The body was too large: status 413. It isn't kept.
    TooLarge,
}

impl Exchange {
    /// Whether a recording answered.
    #[must_use]
    pub fn matched(&self) -> bool {
        matches!(self.outcome, Outcome::Answered { .. })
    }

    /// Writes the exchange on one line, without secrets: `POST /tags → 200 tags/ok`.
    #[must_use]
    pub fn line(&self) -> String {
        let request = self.request.shown();
        let path = request.path_and_query();
        let place = mask_url(&path);
        let became = match &self.outcome {
            Outcome::Answered { recording, fault: Some(fault), .. } => {
                format!("{} {}", fault.name(), recording.name)
            }
            Outcome::Answered { recording, status, fault: None } => {
                format!("{status} {}", recording.name)
            }
            Outcome::Unmatched(reason) => format!("404 {}", first_difference(reason)),
            Outcome::Failed(failure) => match failure.status() {
                Some(status) => format!("{status} failed on purpose"),
                None => "connection broken on purpose".to_owned(),
            },
            Outcome::TooLarge => "413 the body is too large".to_owned(),
        };
        format!("{} {place} → {became}", request.method)
    }

    /// Writes the exchange for `/__admin/requests`, without secrets.
    pub(super) fn to_json(&self) -> Value {
        let Self { number, outcome, .. } = self;
        let request = self.request.shown();
        let mut headers = Map::new();
        for (name, value) in &request.headers {
            let value = match is_secret_header(name) {
                true => REDACTED.into(),
                false => masked_output(value),
            };
            match headers.get_mut(name) {
                None => {
                    headers.insert(name.clone(), json!(value));
                }
                Some(Value::Array(values)) => values.push(json!(value)),
                Some(one) => *one = json!([one, value]),
            }
        }
        let body = match mask_body(request.body.as_deref().unwrap_or_default()) {
            Cow::Borrowed(text) => masked_output(text),
            masked => masked,
        };
        let mut shown = json!({
            "id": number,
            "request": {
                "method": request.method,
                "url": mask_url(&request.path_and_query()),
                "absoluteUrl": mask_url(&request.url),
                "headers": headers,
                "body": body,
            },
            "wasMatched": self.matched(),
        });
        let (key, value) = match outcome {
            Outcome::Answered { recording, status, fault } => {
                shown["response"] = match fault {
                    Some(fault) => json!({"fault": fault.name()}),
                    None => json!({"status": status}),
                };
                ("stubMapping", named(recording))
            }
            Outcome::Unmatched(reason) => {
                shown["response"] = json!({"status": 404});
                ("reason", why(reason))
            }
            Outcome::Failed(failure) => {
                let response = match failure {
                    Failure::Wire(fault) => json!({"fault": fault.name()}),
                    failure => json!({"status": failure.status()}),
                };
                shown["response"] = response;
                ("failedOnPurpose", json!(true))
            }
            Outcome::TooLarge => ("response", json!({"status": 413})),
        };
        shown[key] = value;
        shown
    }

    /// Returns its approximate size in bytes.
    pub(super) fn size(&self) -> usize {
        let Request { method, url, headers, body, .. } = &self.request;
        let headers = headers.iter().map(|(name, value)| name.len() + value.len() + 48);
        let reason = match &self.outcome {
            Outcome::Unmatched(reason) => {
                let suggestion = reason.suggestion.as_ref().map_or(0, |file| file.contents.len());
                let near = reason.nearest.iter().flat_map(|near| &near.failed).map(String::len);
                reason.request.len() + suggestion + near.sum::<usize>()
            }
            _ => 0,
        };
        let own =
            size_of::<Self>() + method.len() + url.len() + body.as_ref().map_or(0, String::len);
        own + headers.sum::<usize>() + reason
    }
}

/// Names a recording on the admin pages.
pub(super) fn named(recording: &RecordingOrigin) -> Value {
    let mut named = json!({"name": recording.name, "file": shown_path(recording)});
    if let Some(index) = recording.index {
        named["index"] = json!(index);
    }
    named
}

fn shown_path(recording: &RecordingOrigin) -> String {
    recording
        .path
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}

fn why(reason: &Unanswered) -> Value {
    let nearest = reason.nearest.iter().map(|near| {
        json!({
            "stubMapping": named(&near.recording),
            "held": near.held,
            "differences": near.failed,
        })
    });
    json!({
        "problem": reason.problem,
        "nearest": nearest.collect::<Vec<_>>(),
        "create": reason.suggestion.as_ref().map(|file| &file.path),
    })
}

/// Says why nothing matched, on one line.
fn first_difference(reason: &Unanswered) -> String {
    let near = reason.nearest.first().and_then(|near| Some((near, near.failed.first()?)));
    match near {
        Some((near, difference)) => {
            format!("no match; the closest is {}: {difference}", near.recording.name)
        }
        None => "no match; there are no recordings".to_owned(),
    }
}
