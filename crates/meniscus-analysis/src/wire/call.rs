use std::borrow::Cow;

use serde::Serialize;

use super::{Place, Places};
use crate::http::Request;
use crate::http::secret::{REDACTED, is_secret_header, mask_body, mask_url};
use crate::recording::{NearMiss, request_digest};
use crate::render;

/// A call that a part makes. Secrets are masked.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Call<'a> {
    /// The tag that makes the call.
    pub at: Place<'a>,
    /// The part of the message.
    pub part: &'a str,
    /// How often the same request was made in a row.
    pub times: u64,
    /// The method: `GET`.
    pub method: &'a str,
    /// The URL.
    pub url: String,
    /// The headers: names and values, in the order they are written.
    pub headers: Vec<[String; 2]>,
    /// The body, if any.
    pub body: Option<String>,
    /// The request as sent.
    pub request: String,
    /// The result.
    pub result: CallResult<'a>,
    /// The variable that `:save` names.
    pub saved_as: Option<&'a str>,
    /// Whether the response is edited in the preview.
    pub edited: bool,
}

/// The result of a call.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum CallResult<'a> {
    /// A recording or a host answered.
    Answered {
        /// The name of the recording.
        recording: &'a str,
        /// Its file.
        path: &'a str,
        /// The status of the response.
        status: u16,
        /// Why nothing was saved despite the response, if so.
        note: Option<&'a str>,
    },
    /// An identical call was made before.
    Cached {
        /// The index of that call in the part.
        call: usize,
    },
    /// No recording answers it.
    Unanswered {
        /// The name of its response in the preview: method, URL, and a digest of the body.
        name: String,
        /// Why.
        problem: &'a str,
        /// What to do.
        help: Option<&'a str>,
        /// The most similar recording; `null` if there are no recordings.
        nearest: Option<NearRecording<'a>>,
    },
    /// Braze wouldn't make the call.
    Refused {
        /// Why.
        reason: &'a str,
    },
}

/// A recording that almost answers a call.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct NearRecording<'a> {
    /// The name of the recording.
    pub recording: &'a str,
    /// Its file.
    pub path: Cow<'a, str>,
    /// The number of its conditions that are met.
    pub held: usize,
    /// The number of its conditions.
    pub conditions: usize,
    /// The first condition that isn't met, as a sentence.
    pub difference: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// Describes a part's call; `edited` has the names of responses edited in the preview.
    #[must_use]
    pub fn of(
        places: &Places,
        call: &'a render::Call,
        part: &'a str,
        edited: &dyn Fn(&str) -> bool,
    ) -> Call<'a> {
        let request = call.request.shown();
        let result = CallResult::of(call);
        let edited = matches!(&result, CallResult::Answered { recording, .. } if edited(recording));
        Call {
            at: places.place(&call.at),
            part,
            times: call.times,
            method: &call.request.method,
            url: mask_url(&request.url),
            headers: masked_headers(&request.headers),
            body: request.body.as_deref().map(|body| mask_body(body).to_string()),
            request: request.to_http(),
            result,
            saved_as: call.saved_as.as_deref(),
            edited,
        }
    }
}

impl<'a> CallResult<'a> {
    fn of(call: &'a render::Call) -> CallResult<'a> {
        match &call.result {
            render::CallResult::Answered { recording, path, status, note } => {
                CallResult::Answered { recording, path, status: *status, note: note.as_deref() }
            }
            render::CallResult::Cached { call } => CallResult::Cached { call: *call },
            render::CallResult::Unanswered(unanswered) => CallResult::Unanswered {
                name: name_of_call(&call.request),
                problem: &unanswered.problem,
                help: unanswered.help.as_deref(),
                nearest: unanswered.nearest.first().map(NearRecording::of),
            },
            render::CallResult::Refused(reason) => CallResult::Refused { reason },
        }
    }
}

impl<'a> NearRecording<'a> {
    fn of(near: &'a NearMiss) -> NearRecording<'a> {
        NearRecording {
            recording: &near.recording.name,
            path: near.recording.path.to_string_lossy(),
            held: near.held,
            conditions: near.held + near.failed.len(),
            difference: near.failed.first().map(String::as_str),
        }
    }
}

/// Returns the name of a call without a recording: the method, the masked URL, and a digest of the
/// body: `POST https://api.example.com/offers #3f2a9c1b`.
pub fn name_of_call(request: &Request) -> String {
    let name = format!("{} {}", request.method, mask_url(&request.shown().url));
    match request.body.as_deref() {
        None | Some("") => name,
        Some(_) => format!("{name} #{}", request_digest(request)),
    }
}

/// Returns headers in order, with secret values masked.
pub fn masked_headers(headers: &[(String, String)]) -> Vec<[String; 2]> {
    let headers = headers.iter();
    let headers = headers.map(|(name, value)| {
        let value = if is_secret_header(name) { REDACTED } else { value };
        [name.clone(), value.to_owned()]
    });
    headers.collect()
}
