//! Renders every message with every recording of its endpoints, and finds those that leave blanks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use super::blank::{Blank, blank_of};
use super::substitute::Substitute;
use crate::analyze::{Model, analyze};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::endpoint::{CallPattern, Piece};
use crate::http::Request;
use crate::recording::Recording;
use crate::render::{
    AbortKind, Call, CallResult, Explanation, ExplanationKind, Outcome, World, render,
};
use crate::rules::Knowledge;
use crate::syntax::Template;
use crate::syntax::ast::{ExprKind, Pipeline};
use crate::text::{Source, Span};

/// Most recordings tried for one call; the rest are counted.
const MAX_RECORDINGS: usize = 1_000;

/// A message part for a scenario, to be rendered with every recording.
#[derive(Clone, Copy, Debug)]
pub struct Combined<'a> {
    pub message: &'a str,
    pub part: &'a str,
    pub scenario: &'a str,
    pub template: &'a Template,
    pub world: &'a World,
}

/// The result over all combinations.
#[derive(Debug, Default)]
pub struct Combination {
    /// The blanks, by message, part, place, and recording, without duplicates over scenarios.
    pub blanks: Vec<Blank>,
    /// Number of renders by result.
    pub counts: Counts,
}

/// Number of renders with another recording, by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Number of parts and scenarios, rendered with their own recordings first.
    pub cases: usize,
    /// Those without calls.
    pub without_calls: usize,
    /// Renders with the same text.
    pub same: usize,
    /// Renders with another text, without blanks.
    pub other: usize,
    /// Renders with a blank where there otherwise is output.
    pub with_blanks: usize,
    /// Renders whose message isn't sent, deliberately or because a call kept failing.
    pub aborted: usize,
    /// Renders whose message isn't sent because of an error, or with a new error.
    pub failed: usize,
    /// Recordings not tried, because there are more than 1,000 for a call.
    pub left_out: usize,
}

impl Counts {
    /// Returns the number of renders with other recordings than the scenario's own.
    #[must_use]
    pub fn renders(&self) -> usize {
        self.same + self.other + self.with_blanks + self.aborted + self.failed
    }

    fn add(&mut self, other: Counts) {
        self.cases += other.cases;
        self.without_calls += other.without_calls;
        self.same += other.same;
        self.other += other.other;
        self.with_blanks += other.with_blanks;
        self.aborted += other.aborted;
        self.failed += other.failed;
        self.left_out += other.left_out;
    }
}

/// Renders each case with every recording of its endpoints, one call at a time, and finds blanks.
/// `on_done` is called after each case, unordered.
///
/// A blank is an output that prints nothing, although it prints something with the scenario's own
/// recordings or with another one, and is never blank with its own. An output with an empty
/// `default` is intended to be blank.
#[must_use]
pub fn combine(
    known: &Knowledge,
    cases: &[Combined<'_>],
    on_done: impl Fn() + Sync,
) -> Combination {
    let mut templates = IndexMap::new();
    for case in cases {
        templates.entry(std::ptr::from_ref(case.template) as usize).or_insert(*case);
    }
    let distinct = templates.values().collect::<Vec<_>>();
    let read = distinct.par_iter().map(|case| Sites::of(known, case)).collect::<Vec<_>>();
    let places = templates.keys().enumerate().map(|(index, key)| (*key, index));
    let places = places.collect::<HashMap<usize, usize>>();
    let each = cases.par_iter().map(|case| {
        let index = places.get(&(std::ptr::from_ref(case.template) as usize));
        let found = index.and_then(|index| read.get(*index)).map(|sites| one(known, case, sites));
        on_done();
        found.unwrap_or_default()
    });
    let mut whole = Combination::default();
    let mut blanks: IndexMap<_, Blank> = IndexMap::new();
    for found in each.collect::<Vec<_>>() {
        whole.counts.add(found.counts);
        for blank in found.blanks {
            match blanks.entry(blank.key()) {
                indexmap::map::Entry::Occupied(mut known) => {
                    known.get_mut().also.push(blank.scenario);
                }
                indexmap::map::Entry::Vacant(place) => drop(place.insert(blank)),
            }
        }
    }
    blanks.sort_keys();
    whole.blanks = blanks.into_values().map(Blank::finished).collect();
    whole
}

/// A source's name, and a span.
type SourcePlace = (String, Span);

fn place_of(label: &Label) -> SourcePlace {
    place(&label.source, label.span)
}

fn place(source: &Source, span: Span) -> SourcePlace {
    (source.name().to_owned(), span)
}

/// What is known about a template before rendering.
struct Sites {
    /// Its calls, as far as the template determines them.
    calls: HashMap<SourcePlace, CallPattern>,
    /// Outputs intended to be blank if there is no value.
    may_be_empty: HashSet<SourcePlace>,
}

impl Sites {
    fn of(known: &Knowledge, case: &Combined<'_>) -> Sites {
        let families = known.families(case.message);
        let model: Model<'_> = analyze(case.template, known.before(&families));
        let calls = model.calls.iter();
        let calls = calls.map(|call| (place(call.at.source, call.at.span), call.pattern()));
        let empty = model
            .outputs
            .iter()
            .filter(|output| is_blank_by_default(output.pipeline, output.at.source));
        let empty = empty.map(|output| place(output.at.source, output.at.span));
        Sites { calls: calls.collect(), may_be_empty: empty.collect() }
    }
}

/// Whether a pipeline is intended to be blank without a value: `default: ''`.
fn is_blank_by_default(pipeline: &Pipeline, source: &Source) -> bool {
    pipeline.filters.iter().any(|call| {
        source.slice(call.name) == "default"
            && call.arguments.first().is_some_and(|argument| match argument.value.kind {
                ExprKind::Str(text) => source.slice(text).trim().is_empty(),
                ExprKind::Blank | ExprKind::Empty | ExprKind::Nil => true,
                _ => false,
            })
    })
}

/// A render with another recording than the scenario's own.
struct Varied<'k> {
    recording: &'k Recording,
    /// Its blank outputs, with the calls made.
    empty: Vec<Explanation>,
    calls: Vec<Call>,
    /// Whether the text is that of the scenario's own recordings.
    is_same: bool,
}

/// Renders one case with every recording.
fn one(known: &Knowledge, case: &Combined<'_>, sites: &Sites) -> Combination {
    let mut counts = Counts { cases: 1, ..Counts::default() };
    let own = render(case.template, case.world, true);
    let calls = varied_calls(&own);
    if calls.is_empty() {
        counts.without_calls = 1;
        return Combination { blanks: Vec::new(), counts };
    }
    let mut printed = printed_of(&own).collect::<HashSet<_>>();
    let own_empty = empty_of(&own).map(|one| place_of(&one.at)).collect::<HashSet<_>>();
    let mut all = Vec::new();
    for (at, requests, answered) in calls {
        let pattern = sites.calls.get(&at).cloned().unwrap_or_else(|| concrete(&requests));
        let recordings = known.endpoints.recordings_of(&pattern);
        counts.left_out += recordings.len().saturating_sub(MAX_RECORDINGS);
        let requests = Arc::new(requests);
        for recording in recordings.into_iter().take(MAX_RECORDINGS) {
            if answered.len() == 1 && answered.contains(recording.name()) {
                continue;
            }
            let mut world = case.world.clone();
            world.fetch = Arc::new(Substitute {
                requests: Arc::clone(&requests),
                answer: recording.answer(),
                others: Arc::clone(&case.world.fetch),
            });
            let outcome = render(case.template, &world, true);
            match outcome.abort.as_ref().map(|abort| abort.kind) {
                Some(AbortKind::TemplateError | AbortKind::LimitReached) => counts.failed += 1,
                Some(_) => counts.aborted += 1,
                None if has_new_errors(&own, &outcome) => counts.failed += 1,
                None => {
                    printed.extend(printed_of(&outcome));
                    let is_same = own.abort.is_none() && outcome.output == own.output;
                    let empty = empty_of(&outcome).cloned().collect();
                    all.push(Varied { recording, empty, calls: outcome.calls, is_same });
                }
            }
        }
    }
    let mut blanks = Vec::new();
    for varied in all {
        let before = blanks.len();
        for explanation in &varied.empty {
            let place = place_of(&explanation.at);
            if printed.contains(&place)
                && !own_empty.contains(&place)
                && !sites.may_be_empty.contains(&place)
            {
                blanks.push(blank_of(case, varied.recording, explanation, &varied.calls));
            }
        }
        *match (blanks.len() > before, varied.is_same) {
            (true, _) => &mut counts.with_blanks,
            (false, true) => &mut counts.same,
            (false, false) => &mut counts.other,
        } += 1;
    }
    Combination { blanks, counts }
}

/// Returns the calls of a render by tag, with their requests and the recordings that answered,
/// except calls that are never sent.
fn varied_calls(own: &Outcome) -> Vec<(SourcePlace, Vec<Request>, HashSet<&str>)> {
    let mut calls: IndexMap<SourcePlace, (Vec<Request>, HashSet<&str>)> = IndexMap::new();
    for call in &own.calls {
        let recording = match &call.result {
            CallResult::Answered { recording, .. } => Some(recording.as_str()),
            CallResult::Unanswered(_) => None,
            CallResult::Cached { .. } | CallResult::Refused(_) => continue,
        };
        let (requests, answered) = calls.entry(place_of(&call.at)).or_default();
        if !requests.contains(&call.request) {
            requests.push(call.request.clone());
        }
        answered.extend(recording);
    }
    calls.into_iter().map(|(at, (requests, answered))| (at, requests, answered)).collect()
}

/// Returns a call as it was made.
fn concrete(requests: &[Request]) -> CallPattern {
    let first = requests.first();
    let url = first.map(|request| Piece::Text(request.url.clone())).into_iter().collect();
    let method = first.map_or_else(String::new, |request| request.method.clone());
    CallPattern { method, url, body: None }
}

fn printed_of(outcome: &Outcome) -> impl Iterator<Item = SourcePlace> {
    outcome.trace.iter().flat_map(|trace| trace.printed()).map(place_of)
}

fn empty_of(outcome: &Outcome) -> impl Iterator<Item = &Explanation> {
    let explanations = outcome.trace.iter().flat_map(|trace| &trace.explanations);
    explanations.filter(|one| one.kind == ExplanationKind::EmptyOutput)
}

/// Whether there is an error that doesn't occur with the scenario's own recordings.
fn has_new_errors(own: &Outcome, outcome: &Outcome) -> bool {
    let same = |one: &Diagnostic, other: &Diagnostic| {
        one.code == other.code && place_of(&one.primary) == place_of(&other.primary)
    };
    let errors = outcome.diagnostics.iter().filter(|one| one.severity == Severity::Error);
    errors.into_iter().any(|error| !own.diagnostics.iter().any(|known| same(known, error)))
}
