//! What answers the calls of one customer.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use meniscus_analysis::endpoint::Endpoint;
use meniscus_engine::http::{Answer, RecordingOrigin, Request, Response};
use meniscus_engine::recording::{Fetch, Replay, Unanswered};

/// Where responses come from, and which calls they answer.
#[derive(Clone, Debug)]
pub struct AnswerSource {
    /// As people know it: a file, a column.
    pub(super) shown: Arc<str>,
    pub(super) path: PathBuf,
    /// The calls that it answers, by method and path: all without an endpoint.
    pub(super) endpoint: Option<(String, String)>,
}

impl AnswerSource {
    /// Makes a source by its name. Without an endpoint, it answers all calls.
    #[must_use]
    pub fn new(shown: &str, endpoint: Option<&Endpoint>) -> AnswerSource {
        AnswerSource {
            shown: Arc::from(shown),
            path: PathBuf::from(shown),
            endpoint: endpoint.map(|one| (one.method.clone(), one.path.clone())),
        }
    }

    fn answers(&self, request: &Request) -> bool {
        let Some((method, path)) = &self.endpoint else { return true };
        let url = request.url.split(['?', '#']).next().unwrap_or_default();
        let asked = url.split_once("://").map_or(url, |(_, rest)| rest);
        let asked = asked.find('/').map_or("", |at| &asked[at..]);
        let mut pieces = asked.split('/');
        request.method.eq_ignore_ascii_case(method)
            && path.split('/').all(|wanted| {
                let piece = pieces.next();
                piece.is_some_and(|piece| wanted == piece || wanted.starts_with('{'))
            })
            && pieces.next().is_none()
    }
}

/// The responses of one customer, by their sources.
#[derive(Debug, Default)]
pub struct RowAnswers {
    found: Vec<(Arc<AnswerSource>, Option<Arc<Response>>)>,
    /// These answer what no source does.
    pub(super) recordings: Arc<Replay>,
    missed: AtomicBool,
}

impl RowAnswers {
    /// Adds what a source has for the customer: a response, or nothing. Sources of one endpoint
    /// come before those of all.
    pub fn add(&mut self, source: &Arc<AnswerSource>, response: Option<Arc<Response>>) {
        self.found.push((Arc::clone(source), response));
    }

    /// Whether a call was made that neither a source nor a recording answers.
    pub(super) fn has_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }

    /// Returns a failed call, which takes its branch in the template.
    fn miss(&self, why: String) -> Answer {
        self.missed.store(true, Ordering::Relaxed);
        Answer { response: Arc::default(), recording: None, failure: Some(why) }
    }
}

/// Makes the response of a body in JSON.
pub fn json_response(status: u16, body: &[u8]) -> Arc<Response> {
    Arc::new(Response {
        status,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: body.to_vec(),
        ..Response::default()
    })
}

impl Fetch for RowAnswers {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        let asked = || self.found.iter().filter(|(source, _)| source.answers(request));
        // Of several sources, the first that has the customer.
        let found = asked().find(|(_, response)| response.is_some()).or_else(|| asked().next());
        match found {
            None => self
                .recordings
                .fetch(request)
                .or_else(|unanswered| Ok(self.miss(unanswered.problem))),
            Some((source, Some(response))) => {
                let origin = RecordingOrigin {
                    key: source.shown.to_string(),
                    name: source.shown.to_string(),
                    path: source.path.clone(),
                    index: None,
                    file: source.path.clone(),
                    body: None,
                };
                let response = Arc::clone(response);
                Ok(Answer { response, recording: Some(Arc::new(origin)), failure: None })
            }
            Some((source, None)) => {
                Ok(self.miss(format!("`{}` has no row for this customer", source.shown)))
            }
        }
    }
}
