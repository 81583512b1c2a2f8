//! The search for recipients that reach unreached points.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::change::{Change, apply, response};
use super::draft::Draft;
use super::pool::Clues;
use super::stub::Stub;
use super::trial::{Derived, Trial};
use crate::project::{Message, ProjectError, Scenario};
use crate::render::{CallResult, Event, Gather, Outcome};
use crate::text::Step;
use crate::value::{Value, View};

/// A point by its source, offset, and event.
pub(super) type Target = (String, u32, Event);

/// Most recipients tried for a message.
const MAX_TRIED: usize = 8_000;

/// Recipients tried at a time: their hits are kept until it is known whether they are new.
const TRIED_AT_ONCE: usize = 128;

/// Most steps of renders over all recipients: a template with thousands of branches isn't tried
/// with thousands of recipients.
const MAX_WORK: u64 = 15_000_000;

/// Rounds of adding changes to recipients that reached something new.
const ROUNDS: usize = 5;

/// Most recipients of a round that are changed further.
const MAX_KEPT: usize = 16;

/// Most scenarios to start from.
const MAX_BASES: usize = 2;

/// Size of responses past which a recipient isn't changed further, because thousands of renders
/// would parse them again.
const LARGEST_ANSWERS: usize = 100_000;

/// A scenario that suggestions start from.
pub(super) struct Base {
    /// Its name; `None` if the suggestions are self-contained.
    pub name: Option<String>,
    pub scenario: Scenario,
    /// What the message reads, from the scenario or else the stub.
    pub ground: Draft,
    pub outcomes: Vec<Outcome>,
}

/// A recipient to try.
#[derive(Clone)]
pub(super) struct Candidate {
    pub base: usize,
    pub changes: Vec<Change>,
    /// The target points that it reaches.
    pub reaches: BTreeSet<Target>,
}

/// A chosen candidate, and the points it is chosen for.
pub(super) type Chosen = (Candidate, BTreeSet<Target>);

pub(super) struct Search<'s, 'k> {
    pub trial: &'s Trial<'k>,
    pub bases: &'s [Base],
    pub clues: &'s Clues,
    /// Steps taken by renders.
    pub work: AtomicU64,
}

/// Yields the scenarios that apply to a message.
pub(super) fn applying<'s>(
    scenarios: impl Iterator<Item = &'s Scenario>,
    message: &Message,
) -> impl Iterator<Item = &'s Scenario> {
    scenarios.filter(|scenario| scenario.applies_to(&message.name))
}

/// Returns the scenarios to start from, preferring those whose message is sent; a stub if there is
/// none.
pub(super) fn bases(trial: &Trial<'_>, stub: &Stub) -> Result<Vec<Base>, ProjectError> {
    let mut found = Vec::new();
    for scenario in applying(trial.known.scenarios.iter(), trial.message) {
        let outcomes = gathered(trial, scenario, &[])?;
        let aborted = outcomes.iter().filter(|outcome| outcome.abort.is_some()).count();
        let large = answered_bytes(trial, &outcomes) > LARGEST_ANSWERS;
        found.push((aborted, scenario.now.is_none(), large, scenario, outcomes));
    }
    // A stable sort keeps ties in order of name.
    found.sort_by_key(|(aborted, clockless, large, ..)| (*aborted, *clockless, *large));
    found.truncate(MAX_BASES);
    let mut bases = Vec::new();
    for (.., scenario, outcomes) in found {
        let mut ground = stub.draft.clone();
        for (table, entries) in stub.draft.tables.iter() {
            let View::Object(entries) = entries.view() else { continue };
            let Some(View::Object(known)) = scenario.tables.get(table).map(Value::view) else {
                continue;
            };
            for key in entries.keys() {
                if let Some(value) = known.get(key) {
                    ground.set(&[Step::key(table), Step::key(key)], value.clone());
                }
            }
        }
        bases.push(Base {
            name: Some(scenario.name.clone()),
            scenario: scenario.clone(),
            ground,
            outcomes,
        });
    }
    if bases.is_empty() {
        let scenario = stub.draft.scenario("stub", None);
        let outcomes = gathered(trial, &scenario, &[])?;
        bases.push(Base { name: None, scenario, ground: stub.draft.clone(), outcomes });
    }
    Ok(bases)
}

pub(super) fn gathered(
    trial: &Trial<'_>,
    scenario: &Scenario,
    derived: &[Derived],
) -> Result<Vec<Outcome>, ProjectError> {
    trial.gather(scenario, derived, Gather { hits: true, ..Gather::default() })
}

/// Yields what renders reached: the source's name, the offset, and the event.
fn events(outcomes: &[Outcome]) -> impl Iterator<Item = (&str, u32, Event)> {
    let hits = outcomes.iter().filter_map(|outcome| outcome.hits.as_ref());
    let texts = hits.flat_map(|hits| hits.texts());
    texts.flat_map(|(source, counts)| {
        counts.keys().map(|(place, event)| (source.name(), *place, *event))
    })
}

/// Points by source name, to look up a render's points without copying.
#[derive(Default)]
struct Points(BTreeMap<String, BTreeSet<(u32, Event)>>);

impl Points {
    fn of<'t>(targets: impl IntoIterator<Item = &'t Target>) -> Points {
        let mut points = Points::default();
        targets.into_iter().for_each(|target| points.add(target.clone()));
        points
    }

    fn add(&mut self, (name, place, event): Target) {
        self.0.entry(name).or_default().insert((place, event));
    }

    fn has(&self, name: &str, place: u32, event: Event) -> bool {
        self.0.get(name).is_some_and(|points| points.contains(&(place, event)))
    }

    /// Returns which of these points the renders reached.
    fn reached(&self, outcomes: &[Outcome]) -> BTreeSet<Target> {
        let mine = events(outcomes).filter(|(name, place, event)| self.has(name, *place, *event));
        mine.map(|(name, place, event)| (name.to_owned(), place, event)).collect()
    }

    /// Returns what the renders reached outside these points.
    fn lacks(&self, outcomes: &[Outcome]) -> BTreeSet<Target> {
        let others =
            events(outcomes).filter(|(name, place, event)| !self.has(name, *place, *event));
        others.map(|(name, place, event)| (name.to_owned(), place, event)).collect()
    }

    fn has_all(&self, other: &Points) -> bool {
        other
            .0
            .iter()
            .all(|(name, points)| self.0.get(name).is_some_and(|mine| points.is_subset(mine)))
    }
}

/// Returns the candidate that reaches the most open points; on a tie, the one with the fewest
/// changes.
pub(super) fn best(candidates: &[Candidate], open: &BTreeSet<Target>) -> Option<usize> {
    let scored = candidates.iter().enumerate().map(|(place, candidate)| {
        let count = candidate.reaches.intersection(open).count();
        (std::cmp::Reverse(count), candidate.changes.len(), place)
    });
    scored.filter(|(count, ..)| count.0 > 0).min().map(|(.., place)| place)
}

impl Search<'_, '_> {
    /// Searches in rounds: recipients that reach anything new are changed further in the next.
    pub fn run(
        &self,
        targets: &[Target],
        tried: &mut usize,
    ) -> Result<Vec<Candidate>, ProjectError> {
        let targets = Points::of(targets);
        let mut seen = Points::default();
        let mut kept = Vec::new();
        let mut front = Vec::new();
        for (place, base) in self.bases.iter().enumerate() {
            let reaches = targets.reached(&base.outcomes);
            let candidate = Candidate { base: place, changes: Vec::new(), reaches };
            seen.lacks(&base.outcomes).into_iter().for_each(|target| seen.add(target));
            kept.push(candidate.clone());
            front.push(candidate);
        }
        for _ in 0..ROUNDS {
            let mut next = Vec::new();
            for parent in &front {
                if seen.has_all(&targets) || *tried >= MAX_TRIED || self.is_spent() {
                    break;
                }
                let base = &self.bases[parent.base];
                let (draft, derived) = self.draft(parent);
                let scenario = draft.scenario("tried", Some(&base.scenario));
                let outcomes = gathered(self.trial, &scenario, &derived)?;
                if !parent.changes.is_empty()
                    && answered_bytes(self.trial, &outcomes) > LARGEST_ANSWERS
                {
                    continue;
                }
                let mut ground = base.ground.clone();
                parent.changes.iter().for_each(|change| apply(change, &mut ground, &base.ground));
                let mut pool = self.clues.pool(self.trial, &scenario, &ground, &outcomes);
                let room = MAX_TRIED - *tried;
                if pool.len() > room {
                    // Sample all of it, not only the start.
                    let step = pool.len().div_ceil(room.max(1));
                    pool = pool.into_iter().step_by(step).collect();
                }
                for pool in pool.chunks(TRIED_AT_ONCE) {
                    if self.is_spent() {
                        break;
                    }
                    *tried += pool.len();
                    let results = pool.par_iter().map(|changes| {
                        let mut child = parent.clone();
                        for change in changes {
                            child.changes.retain(|known| !replaces(change, known));
                            child.changes.push(change.clone());
                        }
                        let outcomes = self.outcomes_of(&child)?;
                        let new = seen.lacks(&outcomes);
                        if !new.is_empty() {
                            child.reaches = targets.reached(&outcomes);
                        }
                        Ok::<_, ProjectError>((child, new))
                    });
                    for result in results.collect::<Vec<_>>() {
                        // A value that makes the clock invalid is skipped.
                        let Ok((child, mut new)) = result else { continue };
                        new.retain(|(name, place, event)| !seen.has(name, *place, *event));
                        if new.is_empty() {
                            continue;
                        }
                        new.into_iter().for_each(|target| seen.add(target));
                        kept.push(child.clone());
                        next.push(child);
                    }
                }
            }
            next.truncate(MAX_KEPT);
            front = next;
            if front.is_empty() {
                break;
            }
        }
        Ok(kept)
    }

    /// Returns a candidate's scenario, and responses that need new recordings.
    pub fn draft(&self, candidate: &Candidate) -> (Draft, Vec<Derived>) {
        let base = &self.bases[candidate.base];
        let mut draft = Draft::default();
        candidate.changes.iter().for_each(|change| apply(change, &mut draft, &base.ground));
        // Only the base's values can be removed.
        let known = Draft { tables: base.scenario.tables.clone(), ..Draft::default() };
        draft.without.retain(|key_path| known.get(key_path).is_some());
        let places = candidate.changes.iter().filter_map(|change| match change {
            Change::Answer(of, _) => Some(*of),
            _ => None,
        });
        let derived = places.collect::<BTreeSet<_>>().into_iter().filter_map(|of| {
            let recording = self.trial.known.recordings.get(of)?;
            let response = response(recording, of, &candidate.changes)?;
            Some(Derived { name: recording.name().to_owned(), of, response })
        });
        (draft, derived.collect())
    }

    /// Reduces a candidate to the changes it needs for its points.
    pub fn smallest(
        &self,
        mut candidate: Candidate,
        wanted: &BTreeSet<Target>,
    ) -> Result<Candidate, ProjectError> {
        let mut place = candidate.changes.len();
        while place > 0 {
            place -= 1;
            let mut fewer = candidate.clone();
            fewer.changes.remove(place);
            if self.is_spent() {
                break;
            }
            if wanted.is_subset(&self.reached(&fewer)?) {
                candidate = fewer;
            }
        }
        candidate.reaches = self.reached(&candidate)?;
        Ok(candidate)
    }

    /// Merges candidates with compatible changes; the result reaches the points of each.
    pub fn merged(&self, chosen: Vec<Chosen>) -> Result<Vec<Chosen>, ProjectError> {
        let mut merged = Vec::<Chosen>::new();
        for (candidate, wanted) in chosen {
            let mut place = None;
            for (index, (known, known_wanted)) in merged.iter().enumerate() {
                if known.base != candidate.base || known.changes.is_empty() || self.is_spent() {
                    continue;
                }
                let mut both = known.clone();
                for change in &candidate.changes {
                    if !both.changes.iter().any(|known| clashes(change, known)) {
                        both.changes.push(change.clone());
                    }
                }
                let all = known_wanted.union(&wanted).cloned().collect::<BTreeSet<_>>();
                both.reaches = self.reached(&both)?;
                if all.is_subset(&both.reaches) {
                    place = Some((index, both, all));
                    break;
                }
            }
            match place {
                Some((index, both, all)) => merged[index] = (both, all),
                None => merged.push((candidate, wanted)),
            }
        }
        Ok(merged)
    }

    /// Returns the points a candidate reaches.
    fn reached(&self, candidate: &Candidate) -> Result<BTreeSet<Target>, ProjectError> {
        Ok(Points::default().lacks(&self.outcomes_of(candidate)?))
    }

    fn outcomes_of(&self, candidate: &Candidate) -> Result<Vec<Outcome>, ProjectError> {
        let base = &self.bases[candidate.base];
        let (draft, derived) = self.draft(candidate);
        let scenario = draft.scenario("tried", Some(&base.scenario));
        let outcomes = gathered(self.trial, &scenario, &derived)?;
        // Values are merged over the scenario one by one.
        let tables = base.ground.tables.iter().map(|(_, table)| match table.view() {
            View::Object(entries) => entries.len() as u64,
            _ => 1,
        });
        let steps = outcomes.iter().map(|outcome| outcome.steps);
        let work = 1 + steps.sum::<u64>() + tables.sum::<u64>();
        self.work.fetch_add(work, Ordering::Relaxed);
        Ok(outcomes)
    }

    /// Whether the step limit is exhausted.
    pub fn is_spent(&self) -> bool {
        self.work.load(Ordering::Relaxed) > MAX_WORK
    }
}

/// Returns the size of the recordings that answer.
fn answered_bytes(trial: &Trial<'_>, outcomes: &[Outcome]) -> usize {
    let calls = outcomes.iter().flat_map(|outcome| &outcome.calls);
    let bytes = calls.filter_map(|call| match &call.result {
        CallResult::Answered { recording, .. } => {
            trial.recording(recording).map(|(_, recording)| recording.response().body.len())
        }
        _ => None,
    });
    bytes.sum()
}

/// Whether two changes can't be combined.
fn clashes(change: &Change, known: &Change) -> bool {
    match (change, known) {
        (Change::Set(a, _) | Change::Without(a), Change::Set(b, _) | Change::Without(b)) => {
            a.starts_with(b) || b.starts_with(a)
        }
        (Change::Now(_), Change::Now(_)) => true,
        _ => false,
    }
}

/// Whether a change replaces another.
fn replaces(change: &Change, known: &Change) -> bool {
    match (change, known) {
        (Change::Set(a, _) | Change::Without(a), Change::Set(b, _) | Change::Without(b)) => {
            b.starts_with(a)
        }
        (Change::Now(_), Change::Now(_)) => true,
        _ => false,
    }
}
