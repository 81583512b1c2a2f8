//! A recording: which requests it answers, and how.

use std::cmp::Reverse;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::de::IgnoredAny;
use serde_json::Value;

use super::mapping::Mapping;
use super::matcher::{Condition, Seen};
use super::pattern::{CallPattern, Piece};
use crate::http::request::Request;
use crate::http::secret::body_secrets;
use crate::http::{Answer, RecordingOrigin, Response};

/// A validated stub mapping.
#[derive(Debug)]
pub struct Recording {
    origin: Arc<RecordingOrigin>,
    priority: u64,
    metadata: Option<Value>,
    conditions: Vec<Condition>,
    weight: usize,
    /// The compiled size of its patterns in states.
    pub(super) pattern_size: usize,
    response: Arc<Response>,
    body_key: &'static str,
    is_json: OnceLock<bool>,
    secrets: OnceLock<Vec<String>>,
}

/// A summary of the requests a recording is for; displayed as `POST /users/1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestSummary<'r> {
    /// The method in uppercase; `None` for any.
    pub method: Option<&'r str>,
    /// The value of `url` or `urlPath`, or the pattern of `urlPattern` or `urlPathPattern`; `None`
    /// for any URL.
    pub url: Option<&'r str>,
    pub is_pattern: bool,
}

impl fmt::Display for RequestSummary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method.unwrap_or("ANY"), self.url.unwrap_or("any URL"))
    }
}

impl Recording {
    pub(super) fn new(origin: RecordingOrigin, mapping: Mapping) -> Self {
        let weight = mapping.conditions.iter().map(Condition::weight).sum();
        let pattern_size = mapping.conditions.iter().map(Condition::pattern_size).sum();
        Self {
            origin: Arc::new(origin),
            priority: mapping.priority,
            metadata: mapping.metadata,
            conditions: mapping.conditions,
            weight,
            pattern_size,
            response: Arc::new(mapping.response),
            body_key: mapping.body_key,
            is_json: OnceLock::new(),
            secrets: OnceLock::new(),
        }
    }

    /// Returns its `name`, or its path relative to the folder without `.json`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.origin.name
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.origin.path
    }

    /// Returns where the recording comes from.
    #[must_use]
    pub fn origin(&self) -> &Arc<RecordingOrigin> {
        &self.origin
    }

    /// Returns its priority among matching recordings: lower wins, the default is 5.
    #[must_use]
    pub fn priority(&self) -> u64 {
        self.priority
    }

    /// Returns `metadata`, which may be anything.
    #[must_use]
    pub fn metadata(&self) -> Option<&Value> {
        self.metadata.as_ref()
    }

    /// Whether meniscus derived it from another recording, to try a case that nobody has seen. It
    /// answers calls, but is no evidence of what a system responds.
    #[must_use]
    pub fn is_derived(&self) -> bool {
        let ours = self.metadata.as_ref().and_then(|metadata| metadata.get("meniscus"));
        ours.is_some_and(|ours| ours.get("derived_from").is_some())
    }

    /// Returns a summary of method and URL.
    #[must_use]
    pub fn request(&self) -> RequestSummary<'_> {
        let method = self.conditions.iter().find_map(|condition| match condition {
            Condition::Method(method) => Some(method.as_str()),
            _ => None,
        });
        let url = self.conditions.iter().find_map(|condition| match condition {
            Condition::Url(url) => Some(url),
            _ => None,
        });
        RequestSummary {
            method,
            url: url.map(|url| url.text()),
            is_pattern: url.is_some_and(|url| url.is_pattern()),
        }
    }

    #[must_use]
    pub fn response(&self) -> &Arc<Response> {
        &self.response
    }

    /// Parses the response's body as JSON; `None` if it isn't.
    #[must_use]
    pub fn json_body(&self) -> Option<Value> {
        serde_json::from_slice(&self.response.body).ok()
    }

    /// Whether the response's body is JSON; cached.
    #[must_use]
    pub fn is_json(&self) -> bool {
        let is_json = || serde_json::from_slice::<IgnoredAny>(&self.response.body).is_ok();
        *self.is_json.get_or_init(is_json)
    }

    /// Returns the strings under secret names in the response's body, in order; cached.
    #[must_use]
    pub fn secrets(&self) -> &[String] {
        self.secrets.get_or_init(|| {
            let body = String::from_utf8_lossy(&self.response.body);
            let found = body_secrets(&body).into_iter();
            found.map(|(range, _)| body[range].to_owned()).collect()
        })
    }

    /// Returns the key in `response` that holds the body: `jsonBody`.
    #[must_use]
    pub fn body_key(&self) -> &'static str {
        self.body_key
    }

    /// Returns the call that the recording is for, with placeholders for what it leaves open.
    #[must_use]
    pub fn as_call(&self) -> CallPattern {
        let summary = self.request();
        let mut url = vec![Piece::Placeholder];
        match summary.url {
            Some(text) if !summary.is_pattern => url.push(Piece::Text(text.to_owned())),
            _ => {}
        }
        CallPattern { method: summary.method.unwrap_or("GET").to_owned(), url, body: None }
    }

    /// Whether the request meets all conditions.
    #[must_use]
    pub fn matches(&self, request: &Request) -> bool {
        self.holds(&Seen::new(request))
    }

    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        self.conditions.iter().all(|condition| condition.holds(seen))
    }

    pub(super) fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Returns the rank among recordings that match the same request: the lowest wins.
    pub(super) fn rank(&self) -> impl Ord {
        let exact_url = self
            .conditions
            .iter()
            .any(|condition| matches!(condition, Condition::Url(url) if !url.is_pattern()));
        let origin = &self.origin;
        // No two are equal: paths are unique in a folder, and indexes in a file.
        (
            self.priority,
            Reverse((self.weight, exact_url)),
            origin.key.as_str(),
            Reverse(origin.index),
        )
    }

    /// Returns its response.
    #[must_use]
    pub fn answer(&self) -> Answer {
        Answer {
            response: Arc::clone(&self.response),
            recording: Some(Arc::clone(&self.origin)),
            failure: None,
        }
    }
}
