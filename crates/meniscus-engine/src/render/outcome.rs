use std::sync::Arc;

use indexmap::IndexMap;

use super::hits::Hits;
use super::saved::Saved;
use super::source_map::SourceMap;
use super::trace::Trace;
use crate::diagnostic::{Diagnostic, Label};
use crate::http::Request;
use crate::recording::Unanswered;
use crate::text::Span;

/// What a render comes to.
#[derive(Debug)]
pub struct Outcome {
    /// The text; what was printed up to the abort, where the message is aborted.
    pub output: String,
    /// Why the message is not sent, if it is not.
    pub abort: Option<Abort>,
    /// What was noticed, in order.
    pub diagnostics: Vec<Diagnostic>,
    /// The calls made, in order.
    pub calls: Vec<Call>,
    /// The steps that it took, of [`Limits::steps`](super::Limits::steps).
    pub steps: u64,
    /// What `message_extras` adds to the send event, in order.
    pub extras: IndexMap<String, String>,
    /// What calls saved in variables.
    pub saved: Saved,
    /// Whether a value may be missing in the text: an output printed nothing, a loop had no items, a
    /// call failed. Without it, a source map has no blank.
    pub silent: bool,
    /// What printed nothing and which branches were not taken, where that was asked for.
    pub trace: Option<Trace>,
    /// What was come past, where that was asked for.
    pub hits: Option<Hits>,
    /// What printed which place of the text, where that was asked for.
    pub map: Option<SourceMap>,
}

/// The end of a message that is not sent.
#[derive(Clone, Debug)]
pub struct Abort {
    /// Which kind of end.
    pub kind: AbortKind,
    /// The reason, as Braze logs it.
    pub reason: String,
    /// The tag or value that caused it.
    pub at: Option<Label>,
}

/// Why a message is not sent: Braze's abort types (reference 9A) that a render can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbortKind {
    /// `abort_message` was reached.
    AbortMessage,
    /// A syntax or rendering error.
    TemplateError,
    /// A call with `:retry` kept failing.
    RetriesExhausted,
    /// A promotion list had no code left.
    NoPromotionCode,
    /// A bound of this program's, not of Braze's, was reached.
    LimitReached,
}

impl AbortKind {
    /// All of them.
    pub const ALL: [AbortKind; 5] = [
        AbortKind::AbortMessage,
        AbortKind::TemplateError,
        AbortKind::RetriesExhausted,
        AbortKind::NoPromotionCode,
        AbortKind::LimitReached,
    ];

    /// The name in Braze's activity log; ours where Braze has none.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            AbortKind::AbortMessage => "liquid_abort_message",
            AbortKind::TemplateError => "template_parse_error",
            AbortKind::RetriesExhausted => "exhausted_cc_retries",
            AbortKind::NoPromotionCode => "no_promotion_code",
            AbortKind::LimitReached => "limit_reached",
        }
    }
}

/// One evaluation of `connected_content`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The tag.
    pub at: Label,
    /// What was asked.
    pub request: Request,
    /// What came of it.
    pub result: CallResult,
    /// The variable that the answer is meant for.
    pub target: String,
    /// The variable that holds the answer.
    pub saved_as: Option<String>,
    /// What the tag printed in place, in bytes.
    pub printed_bytes: usize,
    /// How often the tag asked just this and got just this answer.
    pub times: u64,
}

/// What tells calls apart: the tag, what was asked, and how it was answered.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct CallKey {
    source: usize,
    span: Span,
    kind: std::mem::Discriminant<CallResult>,
    /// Method, URL, headers and body.
    request: String,
}

impl CallKey {
    pub(super) fn of(call: &Call) -> CallKey {
        let request = &call.request;
        let body = request.body.as_deref().unwrap_or_default();
        let mut asked = String::with_capacity(request.url.len() + body.len() + 128);
        for part in [&request.method, &request.url] {
            asked.push_str(part);
            asked.push('\n');
        }
        for part in request.headers.iter().flat_map(|(name, value)| [name, value]) {
            asked.push_str(part);
            asked.push('\0');
        }
        asked.push_str(body);
        CallKey {
            // The text lives as long as the call: its address tells it from others.
            source: Arc::as_ptr(&call.at.source) as usize,
            span: call.at.span,
            kind: std::mem::discriminant(&call.result),
            request: asked,
        }
    }
}

/// What came of a call.
#[derive(Clone, Debug)]
pub enum CallResult {
    /// A recording answered.
    Answered {
        /// The recording's name.
        recording: String,
        /// Its file.
        path: String,
        /// The status.
        status: u16,
        /// What that means for the message, where it is not plain success.
        note: Option<String>,
    },
    /// The answer of an earlier call was used again.
    Cached {
        /// Which call, by its place among all.
        call: usize,
    },
    /// Nobody could answer.
    Unanswered(Arc<Unanswered>),
    /// Braze would not have made the call; why.
    Refused(String),
}
