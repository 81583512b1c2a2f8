//! A recipient changed so that a recording answers its calls.

use super::answers::{Difference, Wanted, differences, wanted};
use super::draft::Draft;
use super::trial::Trial;
use crate::contract::{CallRead, Contract};
use crate::recording::{PartialCall, Piece, Recording, UrlPattern};
use crate::render::{Call, Outcome};
use crate::text::DataPath;
use crate::value::{Value, from_json};

/// A value at a path.
pub(super) type Setting = (DataPath, Value);

/// Returns recordings that could answer unanswered calls, by name, with the values a recipient
/// needs for each.
pub(super) fn adapted_to(
    trial: &Trial<'_>,
    contract: &Contract,
    draft: &Draft,
    outcomes: &[Outcome],
) -> Vec<(String, Vec<Setting>)> {
    let mut found = Vec::<(String, Vec<Setting>)>::new();
    for call in outcomes.iter().flat_map(|outcome| &outcome.calls) {
        let read = contract.calls.iter().find(|read| made_at(read, call));
        for recording in could_answer(trial, read) {
            let name = recording.name();
            let wanted = wanted(recording);
            let differences = wanted.and_then(|wanted| differences(&call.request, &wanted));
            let Some(differences) = differences.filter(|all| !all.is_empty()) else { continue };
            let changes = changes(draft, &differences);
            if !changes.is_empty() && !found.iter().any(|(known, _)| known == name) {
                found.push((name.to_owned(), changes));
            }
        }
    }
    found
}

/// Replaces a request's values by those a recording requires; returns whether there were any.
pub(super) fn adapt(draft: &mut Draft, differences: &[Difference]) -> bool {
    let changes = changes(draft, differences);
    changes.iter().for_each(|(key_path, value)| draft.set(key_path, value.clone()));
    !changes.is_empty()
}

/// Returns values that a request has and a recording requires to differ.
fn changes(draft: &Draft, differences: &[Difference]) -> Vec<Setting> {
    let mut found = Vec::new();
    for Difference { found: text, wanted } in differences {
        for (key_path, value) in draft.leaves() {
            if value.view().to_str() == *text {
                let wanted = match wanted {
                    Wanted::Text(text) => Value::from(text.as_str()),
                    Wanted::Json(json) => from_json(json.clone()),
                };
                found.push((key_path, wanted));
            }
        }
    }
    found
}

/// Whether a call was made by the tag of a read call.
pub(super) fn made_at(read: &CallRead, made: &Call) -> bool {
    read.uses.iter().any(|used| {
        let inside = used.span.start <= made.at.span.start && made.at.span.start < used.span.end;
        used.source.name() == made.at.source.name() && inside
    })
}

/// Yields the recordings that a call may match for any recipient.
pub(super) fn could_answer<'t>(
    trial: &Trial<'t>,
    read: Option<&CallRead>,
) -> impl Iterator<Item = &'t Recording> {
    let url = read.map_or_else(|| vec![Piece::Placeholder], |read| pieces(&read.url));
    let (url, method) = (UrlPattern::new(&url), read.and_then(|read| read.method.clone()));
    let recordings = trial.known.recordings.iter();
    recordings.filter(move |recording| {
        let method = method.as_deref().unwrap_or("GET");
        !url.is_unknown() && recording.may_be_asked(&PartialCall::new(method, &url, None))
    })
}

/// Parses a URL with `{{…}}` as a pattern.
fn pieces(url: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = url;
    while let Some((text, more)) = rest.split_once("{{") {
        if !text.is_empty() {
            pieces.push(Piece::Text(text.to_owned()));
        }
        pieces.push(Piece::Placeholder);
        // A final `${…}` has its own closing brace.
        rest = more.split_once("}}").map_or("", |(_, rest)| rest.trim_start_matches('}'));
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}
