use jiff::Timestamp;

use rayon::prelude::*;

use super::adapt::{adapt, could_answer, made_at};
use super::answers::{differences, wanted};
use super::change::{Change, apply};
use super::draft::Draft;
use super::hints::Hints;
use super::invent::Inventor;
use super::names::{Sort, of_sort};
use super::pool::Clues;
use super::tables;
use super::trial::Trial;
use crate::contract::{Contract, Need, Node, each_part};
use crate::dialect::families::{FAMILIES, is_filled_in};
use crate::project::{ProjectError, default_now};
use crate::render::{CallResult, ExplanationKind, Origin, OriginSource, Outcome};
use crate::text::{DataPath, Step};
use crate::value::{Object, Time, Value};

/// The clock of a generated scenario, if no other scenario has one.
const NOW: &str = "2026-03-02T09:00:00Z";
/// Rounds of filling in missing values.
const ROUNDS: usize = 6;
/// Most recordings tried for a call.
const MAX_TRIED: usize = 16;
/// Most places listed in a value's note.
const MAX_PLACES: usize = 2;
/// Most changes tried to get a message sent.
const MAX_CHANGES: usize = 2_000;
/// Most recordings listed for a call.
const MAX_NAMED: usize = 6;

/// A scenario with everything a message reads, and what a scenario can't provide.
#[derive(Clone, Debug)]
pub struct Stub {
    pub draft: Draft,
    /// What is still missing: only responses could provide it. Without duplicates, as in the
    /// template, with its place.
    pub open: Vec<String>,
    /// Files that can't be parsed; they may read more.
    pub broken: Vec<String>,
}

/// Makes a scenario for a message with invented values.
///
/// # Errors
/// If the clock of a scenario in the workspace isn't a valid time.
pub fn stub(trial: &Trial<'_>) -> Result<Stub, ProjectError> {
    let (known, message) = (trial.known, trial.message);
    let contract = Contract::of(known, [message]);
    let hints = Hints::of(known, message);
    let now = known.scenarios.iter().filter(|scenario| scenario.applies_to(&message.name));
    let now = now.filter_map(|scenario| scenario.now.as_deref()).find(|now| clock(now).is_some());
    let now = now.unwrap_or(NOW);
    let inventor = Inventor { hints: &hints, now: clock(now).unwrap_or(Timestamp::UNIX_EPOCH) };
    let mut draft = Draft {
        heading: vec![
            format!(
                "Everything that `{}` reads. Values that the workspace doesn't know are invented;",
                message.name
            ),
            "change them as you like. Made by `meniscus scenarios stub`.".to_owned(),
        ],
        now: Some(now.to_owned()),
        templates: vec![globset::escape(&message.name)],
        ..Draft::default()
    };
    draft.note(&[Step::key("now")], "the clock".to_owned());
    fill(trial, &contract, &inventor, &mut draft);
    let mut outcomes = trial.render(&draft.scenario("stub", None), &[], true)?;
    for _ in 0..ROUNDS {
        let answered = answer(trial, &contract, &mut draft, &outcomes)?;
        let completed = complete(&inventor, &mut draft, &outcomes);
        if !answered && !completed {
            break;
        }
        outcomes = trial.render(&draft.scenario("stub", None), &[], true)?;
    }
    if let Some(better) = sent(trial, &draft, &outcomes)? {
        draft = better;
        outcomes = trial.render(&draft.scenario("stub", None), &[], true)?;
    }
    draft.ending = calls(&contract, trial, &outcomes);
    Ok(Stub { draft, open: open(&outcomes), broken: contract.broken })
}

/// Returns a value for everything that a message reads of a recipient, invented or as others have
/// it, without rendering anything.
#[must_use]
pub fn examples(trial: &Trial<'_>, contract: &Contract) -> Object {
    let hints = Hints::of(trial.known, trial.message);
    let inventor = Inventor { hints: &hints, now: clock(NOW).unwrap_or(Timestamp::UNIX_EPOCH) };
    let mut draft = Draft::default();
    fill(trial, contract, &inventor, &mut draft);
    draft.tables
}

fn fill(trial: &Trial<'_>, contract: &Contract, inventor: &Inventor<'_>, draft: &mut Draft) {
    families(contract, inventor, draft);
    variables(contract, inventor, draft);
    each_part(trial.known, trial.message, |_, model| {
        tables::add(trial.known, model, inventor, draft);
        tables::add_json(trial.known, model, inventor, draft);
    });
}

fn clock(now: &str) -> Option<Timestamp> {
    Time::parse(now, &default_now()).map(|time| time.timestamp())
}

fn families(contract: &Contract, inventor: &Inventor<'_>, draft: &mut Draft) {
    for (family, node) in &contract.families {
        let Some(table) = super::table_of(family) else { continue };
        let known = FAMILIES.iter().find(|known| known.name == *family);
        for (attribute, node) in &node.fields {
            // An attribute that the family lacks can't exist: a value would hide the mistake.
            if known.is_some_and(|known| known.closed && !known.fields.contains(&&**attribute)) {
                continue;
            }
            if is_filled_in(table, attribute) {
                continue;
            }
            let key_path = DataPath::of_keys(&[table, attribute]);
            let value = match table {
                "preference_center" => of_sort(Sort::Url, attribute, attribute, 0, inventor.now),
                _ => inventor.value(&format!("{table}.{attribute}"), node, 0),
            };
            notes(&key_path, node, &value, draft);
            draft.set(&key_path, value);
        }
    }
}

fn variables(contract: &Contract, inventor: &Inventor<'_>, draft: &mut Draft) {
    for (name, read) in &contract.variables {
        if read.shape.is_some() {
            continue;
        }
        let key_path = DataPath::of_keys(&["variables", name]);
        let value = inventor.value(&format!("variables.{name}"), &read.node, 0);
        notes(&key_path, &read.node, &value, draft);
        // A misspelling, or set by another tool.
        draft.note(&key_path, format!("{}; never set", note(&read.node)));
        draft.set(&key_path, value);
    }
}

/// Adds notes about where a value and its parts are read.
fn notes(key_path: &[Step], node: &Node, value: &Value, draft: &mut Draft) {
    let text = note(node);
    if !text.is_empty() {
        draft.note(key_path, text);
    }
    let inner = |key: Step| {
        let mut key_path = DataPath::from(key_path);
        key_path.push(key);
        key_path
    };
    match value {
        Value::Object(object) => {
            for (name, value) in object.iter() {
                if let Some(field) = node.fields.get(name) {
                    notes(&inner(Step::key(name)), field, value, draft);
                }
            }
        }
        Value::Array(items) => {
            if let (Some(item), Some(first)) = (&node.item, items.first()) {
                notes(&inner(Step::Index(0)), item, first, draft);
            }
        }
        _ => {}
    }
}

/// Describes where a value is read, and whether it is optional.
fn note(node: &Node) -> String {
    let mut places = Vec::new();
    for used in &node.uses {
        let place = format!("{}:{}", used.source.name(), used.position().line);
        if !places.contains(&place) {
            places.push(place);
        }
    }
    let more = places.len().saturating_sub(MAX_PLACES);
    let mut text = places.iter().take(MAX_PLACES).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    match node.need {
        _ if text.is_empty() => text,
        Need::Required => text,
        need => format!("{text} ({})", need.word()),
    }
}

/// Returns the draft with changes that get the message sent; `None` if it already is, or none are
/// found.
fn sent(
    trial: &Trial<'_>,
    draft: &Draft,
    outcomes: &[Outcome],
) -> Result<Option<Draft>, ProjectError> {
    let mut worst = badness(outcomes);
    if worst.0 == 0 {
        return Ok(None);
    }
    let clues = Clues::of(trial);
    let mut best = draft.clone();
    let mut stops = stops_of(outcomes);
    for _ in 0..ROUNDS {
        let scenario = best.scenario("stub", None);
        let outcomes = trial.render(&scenario, &[], true)?;
        let pool = clues.pool(trial, &scenario, &best, &outcomes);
        let given = |change: &Change| matches!(change, Change::Set(..) | Change::Now(_));
        let tried = pool.iter().filter(|changes| changes.iter().all(given)).take(MAX_CHANGES);
        let tried = tried.collect::<Vec<_>>();
        let results = tried.par_iter().map(|changes| {
            let mut other = best.clone();
            changes.iter().for_each(|change| apply(change, &mut other, &best));
            let outcomes = trial.render(&other.scenario("stub", None), &[], true).ok()?;
            Some((badness(&outcomes), stops_of(&outcomes), other))
        });
        let results = results.collect::<Vec<_>>().into_iter().flatten().collect::<Vec<_>>();
        // The first of the best. If none is better, take one that aborts elsewhere, because it got
        // past this place.
        let better = results.iter().min_by_key(|(badness, ..)| *badness);
        let better = better.filter(|(badness, ..)| *badness < worst);
        let elsewhere =
            |(_, own, _): &&(_, Vec<_>, _)| own.iter().any(|stop| !stops.contains(stop));
        let Some((tried, own, other)) = better.or_else(|| results.iter().find(elsewhere)) else {
            break;
        };
        stops.extend(own.iter().cloned());
        (worst, best) = (*tried, other.clone());
        if worst.0 == 0 {
            return Ok(Some(best));
        }
    }
    Ok(None)
}

/// Returns where messages abort.
fn stops_of(outcomes: &[Outcome]) -> Vec<(String, u32)> {
    let stops = outcomes.iter().filter_map(|outcome| outcome.abort.as_ref()?.at.as_ref());
    stops.map(|at| (at.source.name().to_owned(), at.span.start)).collect()
}

/// Invents values a render found missing; returns whether there were any.
fn complete(inventor: &Inventor<'_>, draft: &mut Draft, outcomes: &[Outcome]) -> bool {
    let mut any = false;
    for (key_path, place) in missing_of_scenario(outcomes) {
        if draft.get(&key_path).is_none() {
            draft.set(&key_path, inventor.by_way(&key_path));
            draft.note(&key_path, place);
            any = true;
        }
    }
    any
}

fn missing_of_scenario(outcomes: &[Outcome]) -> Vec<(DataPath, String)> {
    let mut found = Vec::new();
    let traces = outcomes.iter().filter_map(|outcome| outcome.trace.as_ref());
    for explanation in traces.flat_map(|trace| &trace.explanations) {
        for fact in explanation.facts.iter().filter(|fact| fact.missing.is_some()) {
            let Some(Origin { source: OriginSource::Scenario(table), path }) = &fact.origin else {
                continue;
            };
            if table.is_empty() {
                continue;
            }
            let key_path = DataPath::of_keys(&[table]).join(path);
            let at = &explanation.at;
            let line = at.source.position(at.span.start as usize).line;
            found.push((key_path, format!("{}:{line}", at.source.name())));
        }
    }
    found
}

/// Changes the recipient so that a recording answers; returns whether anything changed.
fn answer(
    trial: &Trial<'_>,
    contract: &Contract,
    draft: &mut Draft,
    outcomes: &[Outcome],
) -> Result<bool, ProjectError> {
    let before = badness(outcomes);
    let mut best = None;
    for call in outcomes.iter().flat_map(|outcome| &outcome.calls) {
        let holed = contract.calls.iter().find(|read| made_at(read, call));
        let good = could_answer(trial, holed).filter(|recording| {
            (200..300).contains(&recording.response().status) && recording.is_json()
        });
        let fitting = good.filter_map(|recording| differences(&call.request, &wanted(recording)?));
        for differences in fitting.filter(|all| !all.is_empty()).take(MAX_TRIED) {
            let mut other = draft.clone();
            if !adapt(&mut other, &differences) {
                continue;
            }
            let tried = badness(&trial.render(&other.scenario("stub", None), &[], true)?);
            if tried < best.as_ref().map_or(before, |(known, _)| *known) {
                best = Some((tried, other));
            }
        }
    }
    match best {
        Some((_, better)) => {
            *draft = better;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// Rates how far renders are from a good message: unsent messages, unanswered calls, blanks, and
/// loops without iterations.
pub(super) fn badness(outcomes: &[Outcome]) -> (usize, usize, usize, usize) {
    let aborted = outcomes.iter().filter(|outcome| outcome.abort.is_some()).count();
    let calls = outcomes.iter().flat_map(|outcome| &outcome.calls);
    let unanswered = calls.filter(|call| matches!(call.result, CallResult::Unanswered(_))).count();
    let traces = outcomes.iter().filter_map(|outcome| outcome.trace.as_ref());
    let all = traces.flat_map(|trace| &trace.explanations).collect::<Vec<_>>();
    let blanks = all.iter().filter(|one| {
        let missing = one.facts.iter().any(|fact| fact.missing.is_some());
        one.kind == ExplanationKind::EmptyOutput && missing
    });
    let empty = all.iter().filter(|one| one.kind == ExplanationKind::EmptyLoop).count();
    (aborted, unanswered, blanks.count(), empty)
}

/// Returns what only responses could provide, without duplicates.
fn open(outcomes: &[Outcome]) -> Vec<String> {
    let mut found = Vec::new();
    let traces = outcomes.iter().filter_map(|outcome| outcome.trace.as_ref());
    let facts = traces.flat_map(|trace| &trace.explanations).flat_map(|one| &one.facts);
    for fact in facts.filter(|fact| fact.missing.is_some()) {
        let of_call = |origin: &Origin| matches!(origin.source, OriginSource::Call(_));
        if !fact.origin.as_ref().is_some_and(of_call) {
            continue;
        }
        let at = &fact.expression;
        let line = at.source.position(at.span.start as usize).line;
        let text = format!("`{}` at {}:{line}", at.source.slice(at.span), at.source.name());
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// Describes the calls, what answers them for this recipient, and what could.
fn calls(contract: &Contract, trial: &Trial<'_>, outcomes: &[Outcome]) -> Vec<String> {
    let mut lines = Vec::new();
    for call in &contract.calls {
        let method = call.method.as_deref().unwrap_or("(computed)");
        let places = call
            .uses
            .first()
            .map(|used| format!("{}:{}", used.source.name(), used.position().line));
        let made =
            outcomes.iter().flat_map(|outcome| &outcome.calls).find(|made| made_at(call, made));
        lines.push(format!("calls {method} {} at {}", call.url, places.unwrap_or_default()));
        let Some(made) = made else {
            lines.push("  not reached by this recipient".to_owned());
            continue;
        };
        let could = could_answer(trial, Some(call));
        let could = could.map(|recording| recording.name().to_owned()).collect::<Vec<_>>();
        let answered = match &made.result {
            CallResult::Answered { recording, status, .. } => {
                lines.push(format!("  answered by {recording} ({status})"));
                Some(recording)
            }
            CallResult::Cached { .. } => {
                lines.push("  answered by an earlier call".to_owned());
                None
            }
            CallResult::Unanswered(_) => {
                lines.push("  no recording answers it; make one with `meniscus record`".to_owned());
                None
            }
            CallResult::Refused(why) => {
                lines.push(format!("  Braze doesn't make it: {why}"));
                None
            }
        };
        let others = could.iter().filter(|name| Some(*name) != answered).collect::<Vec<_>>();
        if !others.is_empty() {
            let more = others.len().saturating_sub(MAX_NAMED);
            let named = others.iter().take(MAX_NAMED).map(|name| name.as_str()).collect::<Vec<_>>();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            lines.push(format!("  other recordings that could answer: {}{more}", named.join(", ")));
        }
    }
    lines
}
