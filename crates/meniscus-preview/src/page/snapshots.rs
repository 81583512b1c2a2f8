//! Messages compared with their snapshots: what is on disk, not temporary edits.

use std::sync::Arc;

use serde_json::{Value, json};

use super::frames::Frames;
use super::refusal::Refusal;
use super::sides::{Beside, words};
use crate::project::Message;
use crate::project::{ProjectError, Unusable};
use crate::render::{Cancel, Gather, Outcome};
use crate::session::Session;
use crate::snapshot::{
    Plan, PlannedRecordings, Results, Selection, Status, Tested, compare_cases, groups, test,
};

/// Compares a message for a scenario with its snapshots, part by part.
///
/// # Errors
/// If the message or scenario doesn't exist.
pub fn compared(
    session: &Session,
    frames: Option<&Frames>,
    message: &str,
    scenario: &str,
) -> Result<Value, Refusal> {
    if scenario.is_empty() {
        // Without a scenario, nothing could be rendered again later.
        let nothing: [Value; 0] = [];
        return Ok(json!({
            "generation": session.generation, "parts": nothing, "problems": nothing,
        }));
    }
    let (known, results) = results(session, message, scenario)?;
    let Results { recordings, tested, problems, .. } = &results;
    Ok(to_json(session, known, recordings, frames, tested, problems))
}

/// Converts a message's comparison for the page. Without `frames`, the response contains the HTML.
pub fn to_json(
    session: &Session,
    message: &Message,
    recordings: &PlannedRecordings,
    frames: Option<&Frames>,
    tested: &[Tested],
    problems: &[Arc<Unusable>],
) -> Value {
    let is_open = tested.iter().any(|tested| tested.status.pending().is_some());
    let beside = Beside { message, recordings, frames, is_open };
    let problems = problems.iter().map(
        |unusable| json!({ "message": unusable.error.to_string(), "help": unusable.error.help() }),
    );
    json!({
        "generation": session.generation,
        "parts": tested.iter().map(|tested| beside.part(tested)).collect::<Vec<_>>(),
        "problems": problems.collect::<Vec<_>>(),
    })
}

/// Compares a message for a scenario.
pub fn results<'s>(
    session: &'s Session,
    message: &str,
    scenario: &str,
) -> Result<(&'s Message, Results), Refusal> {
    let known = session.message(message);
    let known =
        known.ok_or_else(|| Refusal::missing(format!("there is no message `{message}`")))?;
    if session.scenario(scenario).is_none() {
        return Err(Refusal::missing(format!("there is no scenario `{scenario}`")));
    }
    let messages = vec![known.name.clone()];
    let selection =
        Selection { messages, scenarios: vec![scenario.to_owned()], ..Selection::default() };
    let plan = Plan::of(session, &selection)?;
    Ok((known, test(session, plan, Gather::default(), |_| {})))
}

/// Groups what changed in a message by equal changes, over all its scenarios.
///
/// # Errors
/// If the message doesn't exist, or can't be compared now.
pub fn changes(session: &Session, message: &str, cancel: &Cancel) -> Result<Value, Refusal> {
    let known = session.message(message);
    let known =
        known.ok_or_else(|| Refusal::missing(format!("there is no message `{message}`")))?;
    let tested = all(session, &[&**known], &|| !cancel.is_cancelled(), &|_, _| {})?;
    Ok(changes_json(session, message, &tested.unwrap_or_default()))
}

/// Converts the groups of a message for the page.
pub fn changes_json<'t>(
    session: &Session,
    message: &str,
    tested: impl IntoIterator<Item = &'t Tested>,
) -> Value {
    let groups = groups(tested).into_iter().map(|group| {
        let first = group.tested[0];
        let words = match &first.status {
            Status::Changed { before, now, .. } => {
                words(&group.change, &before.contents(), &now.contents())
            }
            _ => Vec::new(),
        };
        let scenarios = group.tested.iter().map(|tested| &tested.case.scenario.scenario.name);
        json!({
            "group": group.change.identity,
            "part": first.case.part.part.name,
            "state": state(&first.status),
            "words": words,
            "scenarios": scenarios.collect::<Vec<_>>(),
        })
    });
    json!({
        "generation": session.generation,
        "message": message,
        "groups": groups.collect::<Vec<_>>(),
    })
}

/// Compares messages with their snapshots for all scenarios; `None` if cancelled. `note` receives
/// the result of each render with its message, and what it reached.
///
/// # Errors
/// If they can't be compared now.
pub fn all(
    session: &Session,
    messages: &[&Message],
    should_continue: &(dyn Fn() -> bool + Sync),
    note: &(dyn Fn(&str, &Outcome) + Sync),
) -> Result<Option<Vec<Tested>>, ProjectError> {
    if messages.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let messages = messages.iter().map(|message| message.name.clone()).collect();
    let selection = Selection { messages, ..Selection::default() };
    let plan = Plan::of(session, &selection)?;
    // Blanks and branches are counted, too.
    let gather = Gather { hits: true, map: true, ..Gather::default() };
    Ok(compare_cases(&session.workspace, &plan, gather, should_continue, note))
}

/// Returns the word for a part's state; `None` if it can't be compared.
pub fn state(status: &Status) -> Option<&'static str> {
    match status {
        Status::Same { .. } => Some("same"),
        Status::New(_) | Status::Missing(_) => Some("new"),
        Status::Changed { .. } | Status::Unreadable(_) => Some("changed"),
        Status::Refused(_) => None,
    }
}
