use std::sync::Arc;

use crate::http::{Answer, Request};
use crate::recording::{Fetch, Unanswered};

/// Answers some requests with a fixed response, and delegates the others.
pub(super) struct Substitute {
    pub requests: Arc<Vec<Request>>,
    pub answer: Answer,
    /// The source for other requests.
    pub others: Arc<dyn Fetch>,
}

impl Fetch for Substitute {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        match self.requests.contains(request) {
            true => Ok(self.answer.clone()),
            false => self.others.fetch(request),
        }
    }
}
