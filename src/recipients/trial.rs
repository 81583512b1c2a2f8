use std::sync::Arc;

use crate::http::{Answer, Request, Response};
use crate::project::{Message, ProjectError, Scenario, chosen_recordings, live_world};
use crate::recording::{Fetch, Recording, Replay, Unanswered};
use crate::render::{Gather, Outcome, render_gathering};
use crate::rules::Knowledge;

/// Bounds of one trial.
const MOST_STEPS: u64 = 1_000_000;
const MOST_TURNS: u64 = 100_000;

/// A message that is rendered for scenarios that are no files yet.
pub struct Trial<'k> {
    /// What is known of the workspace.
    pub known: &'k Knowledge,
    pub message: &'k Message,
}

impl<'k> Trial<'k> {
    /// A message to try.
    #[must_use]
    pub fn new(known: &'k Knowledge, message: &'k Message) -> Trial<'k> {
        Trial { known, message }
    }
}

/// An answer that is no recording yet: what a recording would say in its place.
#[derive(Clone, Debug)]
pub struct Derived {
    /// The name that it will have.
    pub name: String,
    /// The recording whose requests it answers, by place.
    pub of: usize,
    /// What it answers.
    pub response: Arc<Response>,
}

/// Recordings, with derived answers before them.
struct Answers {
    chosen: Replay,
    derived: Vec<(Derived, Replay)>,
}

impl<'k> Trial<'k> {
    /// What comes of each part, with explanations where they are asked for.
    ///
    /// # Errors
    /// Where the scenario's clock is no time, or it names recordings that are not there.
    pub fn render(
        &self,
        scenario: &Scenario,
        derived: &[Derived],
        traced: bool,
    ) -> Result<Vec<Outcome>, ProjectError> {
        self.gather(scenario, derived, Gather { trace: traced, ..Gather::default() })
    }

    /// What comes of each part, with all that is asked for.
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
            // Names of answers that are no files yet.
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
        // Many are tried: what is missing shows in the first turns of a loop.
        world.limits.steps = world.limits.steps.min(MOST_STEPS);
        world.limits.iterations = world.limits.iterations.min(MOST_TURNS);
        let templates = self.message.parts.iter().map(|part| &part.template);
        Ok(templates.map(|template| render_gathering(template, &world, gather)).collect())
    }

    /// The recording of a name, with its place.
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
