use std::sync::Arc;

use super::exchange::{self, Failure};
use super::{Live, refused};
use crate::http::{Request, Response};
use crate::recording::Unanswered;

/// The result of an attempt, for callers who must know whether the host may have acted.
#[derive(Debug)]
pub enum Attempt {
    /// A complete response with any status.
    Answered(Arc<Response>),
    /// No complete response.
    Failed {
        /// Whether any of the request was sent, so the host may have acted on it.
        sent: bool,
        /// `no_connection`, `connection_lost`, `timeout` or `broken_answer`.
        code: &'static str,
        /// Why, without secrets.
        reason: String,
    },
}

impl Live {
    /// Sends the request once, ignoring retries.
    ///
    /// # Errors
    ///
    /// What the call lacks: an allowed host, port, or address, or a credential.
    pub fn try_once(&self, request: &Request) -> Result<Attempt, Unanswered> {
        let prepared = self.prepare(request).map_err(|refusal| refused(request, refusal))?;
        let outcome = self.attempt(&prepared).map_err(|refusal| refused(request, refusal))?;
        let code = match &outcome {
            Err(Failure::Unconnected(_)) => "no_connection",
            Err(Failure::Connection(_)) => "connection_lost",
            Err(Failure::TimedOut) => "timeout",
            Ok(_) | Err(Failure::Broken(_) | Failure::Encoding(_)) => "broken_answer",
        };
        let sent = !matches!(outcome, Err(Failure::Unconnected(_)));
        let answer = exchange::answer(outcome, &self.options, &self.secrets());
        Ok(match answer.failure {
            None => Attempt::Answered(answer.response),
            Some(reason) => Attempt::Failed { sent, code, reason },
        })
    }
}
