//! A message rendered for a scenario.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::ask::{Ask, Asked};
use super::channel::oversize;
use super::refusal::Refusal;
use super::webhook;
use crate::diagnostic::Diagnostic;
use crate::http::{Response, SHORTEST_SECRET, longest_first, masked_by};
use crate::project::{Part, ProjectError};
use crate::recording::Recording;
use crate::render::{CallResult, Gather, Outcome, render_gathering};
use crate::send::webhook::Requested;
use crate::session::Session;
use crate::snapshot::{RenderedPart, expected};
use crate::syntax::Template;

/// A rendered message: an outcome for each part, in order.
pub struct Rendering {
    pub asked: Asked,
    pub outcomes: Vec<Outcome>,
    /// Strings in responses, variables, and the scenario under a secret name, whatever a template
    /// calls them.
    pub secrets: Vec<String>,
    /// The recorded responses that calls got.
    pub responses: Vec<Arc<Response>>,
    /// The request of a webhook.
    pub requested: Option<Result<Requested, ProjectError>>,
    /// Expectations of the scenario that aren't met, and sizes over the channel's limits.
    pub unmet: Vec<Diagnostic>,
}

impl Rendering {
    /// Renders what is requested.
    ///
    /// # Errors
    /// If it names something that doesn't exist.
    pub fn of(ask: &Ask, session: &Session) -> Result<Rendering, Refusal> {
        Ok(Rendering::with(ask.of(session)?, session))
    }

    /// Renders what is assembled.
    #[must_use]
    pub fn with(asked: Asked, session: &Session) -> Rendering {
        let gather = Gather { map: true, ..Gather::default() };
        let parts = asked.message.parts.iter();
        let outcomes = parts
            .map(|part| render_gathering(&part.template, &asked.world, gather))
            .collect::<Vec<_>>();
        let answered = answered(&outcomes, session);
        let secrets = answered.iter().flat_map(|recording| recording.secrets());
        let secrets = secrets.filter(|secret| secret.len() >= SHORTEST_SECRET);
        let secrets = secrets.chain(asked.world.secrets.iter()).cloned();
        let mut secrets = secrets.collect::<Vec<_>>();
        longest_first(&mut secrets);
        let responses = answered.iter().map(|recording| Arc::clone(recording.response())).collect();
        let requested = webhook::requested(&asked, &outcomes, session, &secrets);
        let unmet = Vec::new();
        let mut rendering = Rendering { asked, outcomes, secrets, responses, requested, unmet };
        rendering.unmet = rendering.unmet();
        rendering
    }

    fn unmet(&self) -> Vec<Diagnostic> {
        let parts = self.parts().map(|(part, outcome)| RenderedPart { name: &part.name, outcome });
        let expected =
            expected(&self.asked.scenario, &self.asked.message.name, &parts.collect::<Vec<_>>());
        let unmet = expected.unmet.into_iter().map(|one| one.diagnostic);
        unmet.chain(oversize(self)).collect()
    }

    /// Yields the parts with their outcomes.
    pub fn parts(&self) -> impl Iterator<Item = (&Part, &Outcome)> {
        self.asked.message.parts.iter().zip(&self.outcomes)
    }

    /// Returns the texts that may set variables of a part: the part itself and the content blocks.
    pub fn templates(&self, part: usize) -> Vec<&Template> {
        let part = self.asked.message.parts.get(part).map(|part| &*part.template);
        part.into_iter().chain(self.asked.blocks.values().map(|block| &*block.template)).collect()
    }

    /// Masks secrets of the data in a text.
    #[must_use]
    pub fn masked<'t>(&self, text: &'t str) -> Cow<'t, str> {
        masked_by(text, &self.secrets)
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

    /// Counts the places that are blank.
    pub fn blank_count(&self) -> usize {
        let maps = self.outcomes.iter().filter_map(|outcome| outcome.map.as_ref());
        maps.flat_map(|map| &map.marks).filter(|mark| mark.kind.is_blank()).count()
    }

    /// Drops the record of where values come from.
    pub fn forget_marks(&mut self) {
        self.outcomes.iter_mut().for_each(|outcome| outcome.map = None);
    }

    /// Counts the findings of rendering.
    pub fn problem_count(&self) -> usize {
        let found = self.outcomes.iter().map(|outcome| outcome.diagnostics.len());
        found.sum::<usize>() + self.unmet.len()
    }
}

/// Returns the recordings that answered calls.
fn answered<'s>(outcomes: &[Outcome], session: &'s Session) -> Vec<&'s Recording> {
    let calls = outcomes.iter().flat_map(|outcome| &outcome.calls);
    let names = calls.filter_map(|call| match &call.result {
        CallResult::Answered { recording, .. } => Some(&**recording),
        _ => None,
    });
    let names = names.collect::<BTreeSet<_>>();
    let recordings = session.known.recordings.iter();
    recordings.filter(|recording| names.contains(recording.name())).collect()
}
