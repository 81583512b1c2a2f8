//! Messages compared with their snapshots: what is on disk, not temporary edits.

use std::sync::Arc;

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use super::refusal::Refusal;
use crate::project::Message;
use crate::project::{ProjectError, Unusable};
use crate::render::{Gather, Outcome};
use crate::report::test::{Side, whole_diff, why};
use crate::session::Session;
use crate::session::{Changes, FileKind};
use crate::snapshot::{
    Plan, PlannedRecordings, Results, Selection, Status, Tested, accept, compare_cases, test,
};
use crate::wire::{Finding, Places};

/// What a page accepts: all parts, or one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Acceptance {
    message: String,
    scenario: String,
    #[serde(default)]
    part: Option<String>,
}

impl Acceptance {
    /// Parses the page's request.
    ///
    /// # Errors
    /// If it isn't what the route expects.
    pub fn read(body: &[u8]) -> Result<Acceptance, Refusal> {
        serde_json::from_slice(body)
            .map_err(|error| Refusal::wrong(format!("found a body that cannot be used: {error}")))
    }

    /// Accepts the parts, and responds like [`compared`].
    ///
    /// # Errors
    /// If the message, scenario, or part doesn't exist, a part has a fatal syntax error, or a file
    /// can't be written.
    pub fn write(&self, shared: &Shared) -> Result<Value, Refusal> {
        let session = shared.session();
        let results = results(&session, &self.message, &self.scenario)?;
        let wanted = |tested: &&Tested| {
            self.part.as_ref().is_none_or(|part| tested.case.part.part.name == *part)
        };
        let chosen = results.tested.iter().filter(wanted).collect::<Vec<_>>();
        if chosen.is_empty() {
            let part = self.part.as_deref().unwrap_or_default();
            let message = format!("the message `{}` has no part `{part}`", self.message);
            return Err(Refusal::missing(message));
        }
        if chosen.iter().any(|tested| matches!(tested.status, Status::Refused(_))) {
            let message = "found a syntax error, expected a message that can be read";
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, message)
                .help("correct it, and accept what comes of it"));
        }
        if let Some(Status::Unreadable(error)) = chosen
            .iter()
            .map(|tested| &tested.status)
            .find(|status| matches!(status, Status::Unreadable(_)))
        {
            return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
                .help("delete the file or take it from version control again, and accept then"));
        }
        let mut changes = Changes::default();
        for tested in chosen {
            accept(&session.workspace, tested).map_err(|error| {
                Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
                    .help("check who may write there")
            })?;
            changes.add(FileKind::Snapshot, tested.shown.clone());
        }
        shared.read_again(&changes);
        compared(&shared.session(), &self.message, &self.scenario)
    }
}

/// Compares a message for a scenario with its snapshots, part by part.
///
/// # Errors
/// If the message or scenario doesn't exist.
pub(super) fn compared(session: &Session, message: &str, scenario: &str) -> Result<Value, Refusal> {
    if scenario.is_empty() {
        // Without a scenario, nothing could be rendered again later.
        let nothing: [Value; 0] = [];
        return Ok(json!({
            "generation": session.generation, "parts": nothing, "problems": nothing,
        }));
    }
    let results = results(session, message, scenario)?;
    Ok(to_json(session, &results.recordings, &results.tested, &results.problems))
}

/// Converts a message's comparison for the page.
pub(super) fn to_json(
    session: &Session,
    recordings: &PlannedRecordings,
    tested: &[Tested],
    problems: &[Arc<Unusable>],
) -> Value {
    let parts = tested.iter().map(|tested| part_json(recordings, tested));
    let problems = problems.iter().map(
        |unusable| json!({ "message": unusable.error.to_string(), "help": unusable.error.help() }),
    );
    json!({
        "generation": session.generation,
        "parts": parts.collect::<Vec<_>>(),
        "problems": problems.collect::<Vec<_>>(),
    })
}

fn results(session: &Session, message: &str, scenario: &str) -> Result<Results, Refusal> {
    let Some(known) = session.message(message) else {
        return Err(Refusal::missing(format!("no message `{message}`")));
    };
    if session.scenario(scenario).is_none() {
        return Err(Refusal::missing(format!("no scenario `{scenario}`")));
    }
    let messages = vec![known.name.clone()];
    let selection = Selection { messages, scenarios: vec![scenario.to_owned()] };
    let plan = Plan::of(session, &selection)?;
    Ok(test(session, plan, Gather::default(), |_| {}))
}

/// Compares messages with their snapshots for all scenarios; `None` if cancelled. `note` receives
/// the result of each render with its message.
///
/// # Errors
/// If they can't be compared now.
pub(super) fn all(
    session: &Session,
    messages: &[&Message],
    should_continue: &(dyn Fn() -> bool + Sync),
    note: &(dyn Fn(&str, &Outcome) + Sync),
) -> Result<Option<Vec<Tested>>, ProjectError> {
    if messages.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let messages = messages.iter().map(|message| message.name.clone()).collect();
    let selection = Selection { messages, scenarios: Vec::new() };
    let plan = Plan::of(session, &selection)?;
    // Blanks are counted, too.
    let gather = Gather { map: true, ..Gather::default() };
    Ok(compare_cases(&session.workspace, &plan, should_continue, (gather, note)))
}

/// Returns the word for a part's state; `None` if it can't be compared.
pub(super) fn state(status: &Status) -> Option<&'static str> {
    match status {
        Status::Same { .. } => Some("same"),
        Status::New(_) | Status::Missing(_) => Some("new"),
        Status::Changed { .. } | Status::Unreadable(_) => Some("changed"),
        Status::Refused(_) => None,
    }
}

fn part_json(recordings: &PlannedRecordings, tested: &Tested) -> Value {
    let mut shown = json!({
        "part": tested.case.part.part.name,
        "file": tested.shown,
        "state": state(&tested.status),
        "accepted": Value::Null,
        "now": Value::Null,
        "diff": [],
        "why": [],
    });
    match &tested.status {
        Status::Same { .. } => {}
        Status::New(now) | Status::Missing(now) => {
            shown["now"] = json!(now.text);
            shown["diff"] = json!([{ "op": "insert", "text": now.text }]);
        }
        Status::Changed { before, now, causes } => {
            shown["accepted"] = json!(before.text);
            shown["now"] = json!(now.text);
            let pieces = whole_diff(&before.text, &now.text).into_iter().map(|(side, text)| {
                let op = match side {
                    Side::Both => "equal",
                    Side::Old => "delete",
                    Side::New => "insert",
                };
                json!({ "op": op, "text": text })
            });
            shown["diff"] = pieces.collect();
            let reasons = causes.iter().flat_map(|cause| why(recordings, tested, cause));
            shown["why"] = reasons.map(Value::from).collect();
        }
        Status::Refused(found) => {
            let places = Places::default();
            shown["problems"] =
                found.iter().map(|one| json!(Finding::of(&places, one, None))).collect();
        }
        Status::Unreadable(error) => shown["why"] = json!([error.to_string()]),
    }
    shown
}
