//! What the page accepts: a message for a scenario, one of its parts, or an equal change for many.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use meniscus_preview::page::refusal::Refusal;
use meniscus_preview::page::snapshots::{all, compared, results};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Shared;
use crate::session::{Changes, FileKind};
use crate::snapshot::{Change, Status, Tested, accept};

/// What a page accepts.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Acceptance {
    One(One),
    Group(Group),
}

/// All parts of a message for a scenario, or one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct One {
    message: String,
    scenario: String,
    #[serde(default)]
    part: Option<String>,
}

/// The same change for many scenarios.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    message: String,
    scenarios: Vec<String>,
    /// What was looked at: the group by part. If something else changed since, nothing is accepted.
    groups: BTreeMap<String, String>,
}

impl Acceptance {
    /// Accepts what is asked. For one scenario, responds like [`compared`]; else with the number of
    /// accepted texts.
    ///
    /// # Errors
    /// If the message, scenario, or part doesn't exist, a part has a fatal syntax error, the change
    /// is another one now, or a file can't be written.
    pub fn write(&self, shared: &Shared) -> Result<Value, Refusal> {
        match self {
            Acceptance::One(one) => one.write(shared),
            Acceptance::Group(group) => group.write(shared),
        }
    }
}

impl One {
    fn write(&self, shared: &Shared) -> Result<Value, Refusal> {
        let session = shared.session();
        let (_, results) = results(&session, &self.message, &self.scenario)?;
        let wanted = |tested: &&Tested| {
            self.part.as_ref().is_none_or(|part| tested.case.part.part.name == *part)
        };
        let chosen = results.tested.iter().filter(wanted).collect::<Vec<_>>();
        if chosen.is_empty() {
            let part = self.part.as_deref().unwrap_or_default();
            let message = format!("the message `{}` has no part `{part}`", self.message);
            return Err(Refusal::missing(message));
        }
        write(shared, &chosen)?;
        compared(&shared.session(), Some(&shared.frames), &self.message, &self.scenario)
    }
}

impl Group {
    fn write(&self, shared: &Shared) -> Result<Value, Refusal> {
        let session = shared.session();
        let Some(message) = session.message(&self.message) else {
            return Err(Refusal::missing(format!("the message `{}` doesn't exist", self.message)));
        };
        let tested = all(&session, &[&**message], &|| true, &|_, _| {})?.unwrap_or_default();
        let mut chosen = Vec::new();
        for scenario in &self.scenarios {
            for (part, group) in &self.groups {
                let mut cases = tested.iter();
                let found = cases.find(|tested| {
                    let case = &tested.case;
                    case.part.part.name == *part && case.scenario.scenario.name == *scenario
                });
                let is_same = |tested: &&Tested| Change::of(tested).identity == *group;
                let found = found.filter(|tested| tested.status.pending().is_some());
                let Some(tested) = found.filter(is_same) else {
                    let message = format!(
                        "the change of `{part}` for `{scenario}` isn't the one that was shown"
                    );
                    return Err(Refusal::new(StatusCode::CONFLICT, message)
                        .help("nothing was accepted; review the changes again"));
                };
                chosen.push(tested);
            }
        }
        write(shared, &chosen)?;
        Ok(json!({ "accepted": chosen.len() }))
    }
}

/// Accepts cases, all of which must be acceptable.
fn write(shared: &Shared, chosen: &[&Tested]) -> Result<(), Refusal> {
    if chosen.iter().any(|tested| matches!(tested.status, Status::Refused(_))) {
        let message = "the message has a syntax error";
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, message)
            .help("fix it, then accept the result"));
    }
    let unreadable = chosen.iter().find_map(|tested| match &tested.status {
        Status::Unreadable(error) => Some(error.to_string()),
        _ => None,
    });
    if let Some(error) = unreadable {
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error)
            .help("delete the file or restore it from version control, then accept"));
    }
    let mut changes = Changes::default();
    let session = shared.session();
    let mut written = Ok(());
    for tested in chosen {
        written = accept(&session.workspace, tested).map(drop).map_err(|error| {
            Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
                .help("check the folder's permissions")
        });
        if written.is_err() {
            break;
        }
        changes.add(FileKind::Snapshot, tested.shown.clone());
    }
    shared.read_again(&changes);
    written
}
