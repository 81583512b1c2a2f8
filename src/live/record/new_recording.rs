//! Recordings that are made of a response at hand, without secrets and personal data.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Context, Exchange, Mapping, changes_request, learn, mapping_of};
use crate::http::{Request, Response};
use crate::live::LiveConfig;
use crate::live::credential::{Environment, Secret};
use crate::live::redact::Redactor;
use crate::project::ProjectError;
use crate::recipients::LAST_PRIORITY;
use crate::session::Session;

/// A recording to write.
#[derive(Debug)]
pub struct NewRecording {
    mapping: Mapping,
    /// Whether personal data in the request was replaced, so that it matches the replacements.
    request_changed: bool,
}

/// Makes a recording of each exchange. `secrets` are those sent without appearing in the requests.
///
/// # Errors
/// If the environment has no key for the values that replace personal data.
pub fn recordings(
    session: &Session,
    exchanges: &[Exchange],
    secrets: &[Secret],
    recorded_at: Option<&str>,
) -> Result<Vec<NewRecording>, ProjectError> {
    let mut options = session.workspace.config.redact_options(&Environment::of_process())?;
    options.detect = true;
    let mut redactor = Redactor::new(options);
    learn(&mut redactor, exchanges, secrets, &session.known.recordings);
    let ready = redactor.ready();
    let make = |exchange: &Exchange| {
        let answer = exchange.outcome.as_ref().ok()?;
        let mut mapping = mapping_of(&ready, exchange, answer, recorded_at);
        add_failure(&mut mapping.value["response"], &answer.response);
        let request_changed = changes_request(&ready, &exchange.request);
        Some(NewRecording { mapping, request_changed })
    };
    Ok(exchanges.iter().filter_map(make).collect())
}

/// Adds how a response fails, or comes too late.
fn add_failure(response: &mut Value, answer: &Response) {
    if let Some(fault) = answer.fault {
        response["fault"] = json!(fault.name());
    }
    if answer.delay_ms > 0 {
        response["fixedDelayMilliseconds"] = json!(answer.delay_ms);
    }
}

impl NewRecording {
    /// Returns the path below the recordings folder, without `.json`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.mapping.key
    }

    /// Takes the matchers of another recording, which may fit many requests.
    pub fn match_as(&mut self, known: &Value) {
        self.mapping.value["request"] = known["request"].clone();
        self.request_changed = false;
    }

    /// Whether it answers another request than the one it was made for.
    #[must_use]
    pub fn is_other(&self) -> bool {
        self.request_changed
    }

    /// Lets other recordings answer first, unless this one is named.
    pub fn be_last(&mut self) {
        self.mapping.value["priority"] = json!(LAST_PRIORITY);
    }

    /// Returns the contents of its file.
    #[must_use]
    pub fn contents(&self) -> String {
        format!("{:#}\n", self.mapping.value)
    }
}

/// Says what was replaced in recordings; empty if nothing was.
#[must_use]
pub fn replaced<'r>(recordings: impl IntoIterator<Item = &'r NewRecording>) -> String {
    let mut redacted = BTreeSet::new();
    let mut request_changed = false;
    for recording in recordings {
        redacted.extend(recording.mapping.redacted.0.iter().map(String::as_str));
        request_changed |= recording.request_changed;
    }
    let mut said = String::new();
    if !redacted.is_empty() {
        let redacted = redacted.into_iter().collect::<Vec<_>>().join("; ");
        said.push_str(&format!(". Replaced: {redacted}"));
    }
    if request_changed {
        said.push_str(
            ". The request contains personal data, so the recording matches a recipient with \
             invented values only",
        );
    }
    said
}

/// Returns an unused key: the wanted one, or the wanted one with a number.
#[must_use]
pub fn free_key(session: &Session, wanted: &str) -> String {
    let folder = session.workspace.root.join(&session.workspace.config.paths.recordings);
    let is_taken = |key: &str| {
        let mut known = session.known.recordings.iter();
        known.any(|recording| recording.origin().key == key || recording.name() == key)
            || folder.join(format!("{key}.json")).symlink_metadata().is_ok()
    };
    let mut keys =
        std::iter::once(wanted.to_owned()).chain((2..).map(|number| format!("{wanted}-{number}")));
    keys.find(|key| !is_taken(key)).unwrap_or_default()
}

/// Returns an exchange that ended with this response.
#[must_use]
pub fn exchange(request: Request, response: Response, context: Context) -> Exchange {
    let answer = crate::http::Answer {
        response: std::sync::Arc::new(response),
        recording: None,
        failure: None,
    };
    Exchange { request, outcome: Ok(answer), context }
}
