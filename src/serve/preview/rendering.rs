//! A message rendered for a scenario.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use super::ask::{Ask, Asked};
use super::refusal::Refusal;
use super::webhook;
use crate::http::secret::body_secrets;
use crate::project::{Part, ProjectError};
use crate::render::{CallResult, Gather, Outcome, render_gathering};
use crate::send::webhook::Requested;
use crate::session::Session;
use crate::syntax::Template;

/// The shortest string masked as a secret everywhere, in bytes: a shorter one may be a word.
const SHORTEST_SECRET: usize = 8;

/// A rendered message: an outcome for each part, in order.
pub(super) struct Rendering {
    pub asked: Asked,
    pub outcomes: Vec<Outcome>,
    /// The time it took, in microseconds.
    pub micros: u64,
    /// Strings in responses under a secret name, whatever a template calls them.
    pub secrets: Vec<String>,
    /// The request of a webhook, if marks were requested.
    pub requested: Option<Result<Requested, ProjectError>>,
}

impl Rendering {
    /// Renders what is requested.
    ///
    /// # Errors
    /// If it names something that doesn't exist.
    pub fn of(ask: &Ask, session: &Session) -> Result<Rendering, Refusal> {
        Rendering::gathering(ask, session, Gather { map: true, ..Gather::default() })
    }

    /// Renders what is requested, without tracking where values come from.
    ///
    /// # Errors
    /// As [`Rendering::of`].
    pub fn without_marks(ask: &Ask, session: &Session) -> Result<Rendering, Refusal> {
        Rendering::gathering(ask, session, Gather::default())
    }

    fn gathering(ask: &Ask, session: &Session, gather: Gather) -> Result<Rendering, Refusal> {
        let begun = Instant::now();
        let asked = ask.of(session)?;
        let parts = asked.message.parts.iter();
        let outcomes = parts
            .map(|part| render_gathering(&part.template, &asked.world, gather))
            .collect::<Vec<_>>();
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let secrets = if gather.map { secrets(&outcomes, session) } else { Vec::new() };
        let requested =
            gather.map.then(|| webhook::requested(&asked, &outcomes, session)).flatten();
        Ok(Rendering { asked, outcomes, micros, secrets, requested })
    }

    /// Yields the parts with their outcomes.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, &Outcome)> {
        self.asked.message.parts.iter().zip(&self.outcomes)
    }

    /// Whether all parts are sent.
    pub fn is_sent(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.abort.is_none())
    }

    /// Whether a text has a fatal syntax error, so that only the error can be shown.
    pub fn is_refused(&self) -> bool {
        let blocks = self.asked.blocks.values().map(|block| &block.template);
        let parts = self.asked.message.parts.iter().map(|part| &part.template);
        let mut texts = parts.chain(blocks);
        texts.any(|text| text.refused && self.has_diagnostic_about(text))
    }

    /// Whether there is a diagnostic about a text that ended a part.
    fn has_diagnostic_about(&self, text: &Template) -> bool {
        let ended = self.outcomes.iter().filter(|outcome| outcome.abort.is_some());
        let mut said = ended.flat_map(|outcome| &outcome.diagnostics);
        said.any(|diagnostic| Arc::ptr_eq(&diagnostic.primary.source, &text.source))
    }

    /// Counts the findings of rendering.
    pub fn problem_count(&self) -> usize {
        self.outcomes.iter().map(|outcome| outcome.diagnostics.len()).sum()
    }
}

/// Returns the secrets in call responses.
fn secrets(outcomes: &[Outcome], session: &Session) -> Vec<String> {
    let calls = outcomes.iter().flat_map(|outcome| &outcome.calls);
    let names = calls.filter_map(|call| match &call.result {
        CallResult::Answered { recording, .. } => Some(&**recording),
        _ => None,
    });
    let names = names.collect::<BTreeSet<_>>();
    let answered =
        session.known.recordings.iter().filter(|recording| names.contains(recording.name()));
    let mut secrets = Vec::new();
    for recording in answered {
        let body = String::from_utf8_lossy(&recording.response().body);
        let found = body_secrets(&body).into_iter().map(|(range, _)| body[range].to_owned());
        secrets.extend(found.filter(|secret| secret.len() >= SHORTEST_SECRET));
    }
    secrets
}
