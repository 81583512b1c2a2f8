//! Responses to the requests of `connected_content`.
//!
//! A render calls [`Fetch`] and doesn't know where a response comes from, so the same template
//! renders from recordings and from a live host. This module is HTTP only: a [`Request`], a
//! [`Response`](crate::http::Response), and the recordings that connect them. Braze's own rules
//! (timeout, size limit, caching, what counts as JSON) belong to the dialect, which reads
//! [`Response::delay_ms`](crate::http::Response::delay_ms) and
//! [`Response::fault`](crate::http::Response::fault) for them.
//!
//! A recording is a WireMock stub mapping, so the same file works in WireMock, can be edited by
//! hand, and diffs well (<https://wiremock.org/docs/request-matching/>,
//! <https://wiremock.org/docs/stubbing/>).

mod body_match;
mod error;
mod file;
mod index;
mod json_bodies;
mod json_diff;
pub mod json_path;
mod mapping;
mod mapping_matchers;
mod mapping_response;
mod matcher;
mod may_answer;
mod open_matchers;
mod pattern;
mod reader;
mod replay;
mod stub;
mod suggestion;
mod unanswered;

use crate::http::{Answer, Request};

pub use error::{RecordingError, UnknownRecording};
pub use file::{BodyFiles, NoBody, RecordingFile};
pub use json_path::JsonPath;
pub use may_answer::PartialCall;
pub use open_matchers::open_matchers;
pub use pattern::{CallPattern, Piece, Segment, UrlPattern};
pub use replay::Replay;
pub use stub::{Recording, RequestSummary};
pub use suggestion::{Suggestion, request_digest};
pub use unanswered::{NearMiss, Unanswered};

/// A source of responses: recordings, a live host, or a live host being recorded.
pub trait Fetch: Send + Sync {
    /// Returns the response to `request`.
    ///
    /// # Errors
    ///
    /// [`Unanswered`] if this source has no response. A response that is itself an error (status
    /// 500, a broken connection as [`Fault`](crate::http::Fault)) is an answer.
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered>;
}
