use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::change::{Change, apply, mapping};
use super::draft::Draft;
use super::names::slug;
use super::pool::Clues;
use super::search::{Candidate, Chosen, Search, Target, applying, bases, best, gathered};
use super::stub::Stub;
use super::trial::{Derived, Trial};
use crate::contract::Contract;
use crate::coverage::{Coverage, FileCoverage, Level, Point, Role, State};
use crate::project::{ProjectError, remove_value};
use crate::render::{CallResult, Outcome};

/// A scenario that reaches new coverage points.
#[derive(Clone, Debug)]
pub struct Suggestion {
    pub name: String,
    pub draft: Draft,
    /// How it differs from its base, line by line.
    pub changes: Vec<String>,
    /// New recordings it needs: names and stub mappings.
    pub recordings: Vec<(String, String)>,
    pub reaches: Vec<Reached>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The source and line: `templates/a.liquid:3`.
    pub at: String,
    pub words: String,
}

/// What to do about points that no scenario reaches.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    /// Number of points that no scenario reached.
    pub missed: usize,
    pub points: usize,
    /// Scenarios that reach some, fewest changes first.
    pub suggestions: Vec<Suggestion>,
    /// Points that no attempt reached, with the reason as far as it is known.
    pub unreached: Vec<(Reached, String)>,
    pub tried: usize,
}

/// Returns the coverage of a message and its content blocks before any render.
#[must_use]
pub fn coverage_of(trial: &Trial<'_>) -> Coverage {
    let mut coverage = Coverage::default();
    for part in &trial.message.parts {
        let role = Role::Part { message: trial.message.name.clone(), part: part.name.clone() };
        coverage.insert(&part.template, role);
    }
    let contract = Contract::of(trial.known, [trial.message]);
    for name in contract.blocks.keys() {
        if let Some(block) = trial.known.blocks.get(name) {
            coverage.insert(&block.template, Role::Block(name.clone()));
        }
    }
    coverage
}

/// Adds what a message's scenarios reach.
///
/// # Errors
/// If a scenario's clock isn't a valid time, or it names missing recordings.
pub fn cover(trial: &Trial<'_>, coverage: &mut Coverage) -> Result<(), ProjectError> {
    for scenario in applying(trial.known.scenarios.iter(), trial.message) {
        add(&gathered(trial, scenario, &[])?, coverage);
    }
    Ok(())
}

/// Suggests scenarios for points that `coverage` lacks, and adds what they reach to it.
///
/// # Errors
/// As [`cover`].
pub fn suggest(
    trial: &Trial<'_>,
    stub: &Stub,
    coverage: &mut Coverage,
) -> Result<Suggestions, ProjectError> {
    let mut found = Suggestions::default();
    let mut targets = Vec::new();
    let own = coverage_of(trial);
    for file in coverage.files().filter(|file| own.file(file.source.name()).is_some()) {
        for (point, state) in file.states() {
            if point.level != Level::Branch || matches!(state, State::Excluded(_) | State::Never(_))
            {
                continue;
            }
            found.points += 1;
            if matches!(state, State::Missed | State::Implied) {
                let (place, event) = point.event();
                targets.push((file.source.name().to_owned(), place, event));
            }
        }
    }
    found.missed = targets.len();
    if targets.is_empty() {
        return Ok(found);
    }
    let bases = bases(trial, stub)?;
    let clues = Clues::of(trial);
    let search = Search { trial, bases: &bases, clues: &clues, work: Default::default() };
    let mut candidates = search.run(&targets, &mut found.tried)?;
    let mut open = targets.iter().cloned().collect::<BTreeSet<_>>();
    let mut chosen = Vec::<Chosen>::new();
    while let Some(place) = best(&candidates, &open) {
        let candidate = candidates.swap_remove(place);
        let wanted = candidate.reaches.intersection(&open).cloned().collect::<BTreeSet<_>>();
        let smallest = search.smallest(candidate, &wanted)?;
        for target in &smallest.reaches {
            open.remove(target);
        }
        chosen.push((smallest, wanted));
    }
    let mut chosen = search.merged(chosen)?;
    chosen.sort_by_key(|(candidate, _)| candidate.changes.len());
    let mut names = BTreeSet::new();
    let named = named(coverage);
    for (candidate, wanted) in chosen {
        let suggestion = search.suggestion(&candidate, &wanted, &named, &mut names)?;
        found.suggestions.push(suggestion);
    }
    let unanswered =
        bases.iter().flat_map(|base| &base.outcomes).flat_map(|outcome| &outcome.calls);
    let unanswered =
        unanswered.filter(|call| matches!(call.result, CallResult::Unanswered(_))).count() > 0;
    for target in targets.iter().filter(|target| open.contains(*target)) {
        let Some(reached) = reached(&named, target) else { continue };
        let reason = if unanswered {
            "no recording answers a call in the message; make one with `meniscus record`".to_owned()
        } else {
            let ended = match search.is_spent() {
                true => "; the message takes too long to try more",
                false => "",
            };
            format!("none of the {} recipients tried gets there{ended}", found.tried)
        };
        found.unreached.push((reached, reason));
    }
    // What suggestions reach counts from here on.
    for suggestion in &search.rendered(&found)? {
        add(suggestion, coverage);
    }
    Ok(found)
}

fn add(outcomes: &[Outcome], coverage: &mut Coverage) {
    outcomes.iter().filter_map(|outcome| outcome.hits.as_ref()).for_each(|hits| coverage.add(hits));
}

type Named<'c> = HashMap<Target, (&'c FileCoverage, &'c Point)>;

fn named(coverage: &Coverage) -> Named<'_> {
    let files = coverage.files();
    let points = files.flat_map(|file| file.points.iter().map(move |point| (file, point)));
    let named = points.map(|(file, point)| {
        let (place, event) = point.event();
        ((file.source.name().to_owned(), place, event), (file, point))
    });
    named.collect()
}

/// Describes a point for people.
fn reached(named: &Named<'_>, target: &Target) -> Option<Reached> {
    let (file, point) = named.get(target)?;
    let line = file.source.position(point.span.start as usize).line;
    Some(Reached { at: format!("{}:{line}", target.0), words: point.words.clone() })
}

impl Search<'_, '_> {
    fn suggestion(
        &self,
        candidate: &Candidate,
        wanted: &BTreeSet<Target>,
        named: &Named<'_>,
        names: &mut BTreeSet<String>,
    ) -> Result<Suggestion, ProjectError> {
        let base = &self.bases[candidate.base];
        let message = &self.trial.message.name;
        let (mut draft, derived) = self.draft(candidate);
        let own = candidate.changes.first().map_or_else(|| "as_it_is".to_owned(), Change::slug);
        let more = match candidate.changes.len() {
            0 | 1 => String::new(),
            count => format!("_and_{}_more", count - 1),
        };
        let first = format!("{}_{own}{more}", slug(message));
        let taken = |name: &String| {
            names.contains(name)
                || self.trial.known.scenarios.iter().any(|known| known.name == *name)
        };
        let mut name = first.clone();
        let mut number = 2;
        while taken(&name) {
            name = format!("{first}_{number}");
            number += 1;
        }
        names.insert(name.clone());
        let mut recordings = Vec::new();
        if !derived.is_empty() {
            let scenario = draft.scenario("tried", Some(&base.scenario));
            let outcomes = gathered(self.trial, &scenario, &derived)?;
            let mut needed = BTreeSet::new();
            for call in outcomes.iter().flat_map(|outcome| &outcome.calls) {
                if let CallResult::Answered { recording, .. } = &call.result {
                    needed.insert(recording.clone());
                }
            }
            for (index, one) in derived.iter().enumerate() {
                let Some(recording) = self.trial.known.recordings.get(one.of) else { continue };
                let counted = if index == 0 { String::new() } else { format!("_{}", index + 1) };
                let own = format!("suggested/{name}{counted}");
                needed.remove(recording.name());
                needed.insert(own.clone());
                if let Some(file) = mapping(recording, one.of, &own, &candidate.changes) {
                    recordings.push((own, file));
                }
            }
            draft.recordings = Some(needed.into_iter().collect());
        }
        let reaches = wanted.iter().filter_map(|target| reached(named, target)).collect::<Vec<_>>();
        let name_of = |of: usize| {
            let recording = self.trial.known.recordings.get(of);
            recording.map_or_else(String::new, |recording| recording.name().to_owned())
        };
        let changes =
            candidate.changes.iter().map(|change| change.words(name_of)).collect::<Vec<_>>();
        draft.heading = vec!["Reaches what no other scenario reaches:".to_owned()];
        draft.heading.extend(reaches.iter().map(|one| format!("  {} {}", one.at, one.words)));
        draft.heading.push("Made by `meniscus scenarios suggest`.".to_owned());
        match &base.name {
            Some(name) => {
                draft.extends = Some(name.clone());
                draft.drops_expectations = !base.scenario.expectations.is_empty();
            }
            None => {
                let Draft { heading, recordings, now, without, .. } = draft;
                draft = Draft { heading, recordings, ending: Vec::new(), ..base.ground.clone() };
                draft.now = now.or(draft.now);
                for change in &candidate.changes {
                    apply(change, &mut draft, &base.ground);
                }
                for key_path in &without {
                    remove_value(&mut draft.tables, key_path);
                }
                draft.without.clear();
            }
        }
        draft.templates = vec![globset::escape(message)];
        Ok(Suggestion { name, draft, changes, recordings, reaches })
    }

    fn rendered(&self, found: &Suggestions) -> Result<Vec<Vec<Outcome>>, ProjectError> {
        let mut all = Vec::new();
        for suggestion in &found.suggestions {
            let name = suggestion.draft.extends.as_ref();
            let base = name.and_then(|name| {
                self.bases
                    .iter()
                    .find(|base| base.name.as_ref() == Some(name))
                    .map(|base| &base.scenario)
            });
            let mut draft = suggestion.draft.clone();
            let derived = suggestion.derived(self.trial);
            if !derived.is_empty() {
                draft.recordings = None;
            }
            all.push(gathered(self.trial, &draft.scenario(&suggestion.name, base), &derived)?);
        }
        Ok(all)
    }
}

impl Suggestion {
    /// Returns the responses that aren't recordings yet.
    fn derived(&self, trial: &Trial<'_>) -> Vec<Derived> {
        let all = self.recordings.iter().filter_map(|(name, file)| {
            let json = serde_json::from_str::<serde_json::Value>(file).ok()?;
            let of = json.pointer("/metadata/meniscus/derived_from")?.as_str()?;
            let (of, recording) = trial.recording(of)?;
            let answer = json.get("response")?;
            let body = match answer.get("jsonBody") {
                Some(body) => body.to_string(),
                None => answer.get("body")?.as_str()?.to_owned(),
            };
            let mut response = (**recording.response()).clone();
            response.status = u16::try_from(answer.get("status")?.as_u64()?).ok()?;
            response.body = body.into_bytes();
            (response.delay_ms, response.fault) = (0, None);
            Some(Derived { name: name.clone(), of, response: Arc::new(response) })
        });
        all.collect()
    }
}
