use std::sync::Arc;

use super::exchange::{self, Failure};
use super::{Live, refused};
use crate::http::{Request, Response};
use crate::recording::Unanswered;

/// What became of one attempt, for those who must know whether the host may have acted.
#[derive(Debug)]
pub enum Attempt {
    /// A whole answer came, of whatever status.
    Answered(Arc<Response>),
    /// None came.
    Failed {
        /// Whether the request, or some of it, went out: then the host may have done what it asks for.
        sent: bool,
        /// `no_connection`, `connection_lost`, `timeout` or `broken_answer`.
        code: &'static str,
        /// Why, in words that hold no secret.
        reason: String,
    },
}

impl Live {
    /// Sends the request once, whatever it says of retries.
    ///
    /// # Errors
    ///
    /// What the call lacks: an allowed host, port or address, or a credential.
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
