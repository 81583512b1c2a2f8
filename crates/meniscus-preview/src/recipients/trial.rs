use std::sync::Arc;

use crate::http::{Answer, Request, Response};
use crate::project::{Message, ProjectError, Scenario, chosen_recordings, live_world};
use crate::recording::{Fetch, Recording, Replay, Unanswered};
use crate::render::{Gather, Outcome, render_gathering};
use crate::rules::Knowledge;

/// Step limit of one trial.
const MAX_STEPS: u64 = 1_000_000;
const MAX_TURNS: u64 = 100_000;

/// Renders a message for scenarios that aren't files yet.
pub struct Trial<'k> {
    /// What is known about the workspace.
    pub known: &'k Knowledge,
    pub message: &'k Message,
}

impl<'k> Trial<'k> {
    /// Prepares a message for trials.
    #[must_use]
    pub fn new(known: &'k Knowledge, message: &'k Message) -> Trial<'k> {
        Trial { known, message }
    }
}

/// A response that isn't a recording yet, in place of a recording's.
#[derive(Clone, Debug)]
pub struct Derived {
    pub name: String,
    /// The index of the recording whose requests it answers.
    pub of: usize,
    pub response: Arc<Response>,
}

/// Recordings, preceded by derived responses.
struct Answers {
    chosen: Replay,
    derived: Vec<(Derived, Replay)>,
}

impl<'k> Trial<'k> {
    /// Renders each part, optionally with explanations.
    ///
    /// # Errors
    /// If the scenario's clock isn't a valid time, or it names missing recordings.
    pub fn render(
        &self,
        scenario: &Scenario,
        derived: &[Derived],
        traced: bool,
    ) -> Result<Vec<Outcome>, ProjectError> {
        self.gather(scenario, derived, Gather { trace: traced, ..Gather::default() })
    }

    /// Renders each part, collecting everything requested.
    ///
    /// # Errors
    /// As [`Trial::render`].
    pub fn gather(
        &self,
        scenario: &Scenario,
        derived: &[Derived],
        gather: Gather,
    ) -> Result<Vec<Outcome>, ProjectError> {
        let config = &self.known.config;
        let chosen = match (&scenario.recordings, derived) {
            // Names of responses that aren't files yet.
            (Some(_), [_, ..]) => self.known.recordings.clone(),
            _ => chosen_recordings(config, scenario, &self.known.recordings)?,
        };
        let derived = derived.iter().filter_map(|derived| {
            let of = self.known.recordings.get(derived.of)?;
            let own = self.known.recordings.select(&[of.name().to_owned()]).ok()?;
            Some((derived.clone(), own))
        });
        let answers = Answers { chosen, derived: derived.collect() };
        let mut world = live_world(config, scenario, &self.known.blocks, Arc::new(answers))?;
        // There are many trials, and missing values show in a loop's first iterations.
        world.limits.steps = world.limits.steps.min(MAX_STEPS);
        world.limits.iterations = world.limits.iterations.min(MAX_TURNS);
        let templates = self.message.parts.iter().map(|part| &part.template);
        Ok(templates.map(|template| render_gathering(template, &world, gather)).collect())
    }

    /// Finds a recording by name; returns its index too.
    #[must_use]
    pub fn recording(&self, name: &str) -> Option<(usize, &Recording)> {
        self.known.recordings.iter().enumerate().find(|(_, recording)| recording.name() == name)
    }
}

impl Fetch for Answers {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        for (derived, own) in &self.derived {
            let Some(recording) = own.find(request) else { continue };
            let mut origin = (**recording.origin()).clone();
            origin.name.clone_from(&derived.name);
            return Ok(Answer {
                response: Arc::clone(&derived.response),
                recording: Some(Arc::new(origin)),
                failure: None,
            });
        }
        self.chosen.fetch(request)
    }
}
