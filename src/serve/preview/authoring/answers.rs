//! Answers of calls that become recordings: from a paste, from a schema, or from the host itself.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::transaction::Transaction;
use super::{Done, change};
use crate::contract::Contract;
use crate::diagnostic::Label;
use crate::http::{Answer, Request, Response};
use crate::live::credential::{Environment, Secret};
use crate::live::record::{
    Context, Entry, EntryOptions, EntryState, Exchange, entries, is_worth_keeping,
};
use crate::live::redact::Redactor;
use crate::live::{Live, LiveConfig};
use crate::recipients::{Key, ScenarioFile, empty_answer};
use crate::recording::{Fetch, Replay};
use crate::serve::preview::Shared;
use crate::serve::preview::ask::{Ask, Edited};
use crate::serve::preview::refusal::Refusal;
use crate::serve::preview::rendering::Rendering;
use crate::session::Session;
use crate::wire::name_of_call;

/// A call of the message on the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve::preview) struct CallOnPage {
    ask: Ask,
    /// The name that its response has on the page: method and URL.
    call: String,
    /// The response, where the author gives it.
    #[serde(default)]
    answer: Edited,
}

/// A call as the message makes it.
struct Made {
    request: Request,
    at: Label,
    context: Context,
}

impl CallOnPage {
    /// Returns an answer to fill in, with every field that is documented or read, and the endpoint
    /// that documents it.
    ///
    /// # Errors
    /// If the message makes no such call.
    pub fn empty(&self, session: &Session) -> Result<Value, Refusal> {
        let made = self.made(session)?;
        let message = self.ask.message(session)?;
        let contract = Contract::of(&session.known, [&*message]);
        let is_it = |call: &&crate::contract::CallRead| {
            let mut uses = call.uses.iter();
            uses.any(|used| {
                used.span == made.at.span && used.source.name() == made.at.source.name()
            })
        };
        let call = contract.calls.iter().find(is_it);
        let json = call.map_or_else(|| json!({}), |call| empty_answer(&call.shape, &call.answer));
        let endpoint = call.and_then(|call| call.endpoint.as_deref());
        Ok(json!({ "json": json, "endpoint": endpoint }))
    }

    /// Records the author's answer.
    ///
    /// # Errors
    /// If the message makes no such call, or the recording can't be written.
    pub fn save(&self, shared: &Shared) -> Result<Value, Refusal> {
        let response = self.answer.over(&Response::default())?;
        let made = self.made(&shared.session())?;
        self.record(shared, made, response, &[], None)
    }

    /// Calls the host, if the workspace allows it, and records its answer.
    ///
    /// # Errors
    /// If the host may not be called, doesn't answer, or answers with nothing worth recording.
    pub fn live(&self, shared: &Shared) -> Result<Value, Refusal> {
        let session = shared.session();
        let made = self.made(&session)?;
        let options = session.workspace.config.live_options(&Environment::of_process())?;
        let live = Live::new(options).map_err(|error| Refusal::wrong(error.to_string()))?;
        let refused = |problem: &str, help: Option<&str>| {
            let refusal = Refusal::wrong(problem);
            match help {
                Some(help) => refusal.help(help),
                None => refusal,
            }
        };
        let answer =
            live.fetch(&made.request).map_err(|why| refused(&why.problem, why.help.as_deref()))?;
        is_worth_keeping(&answer, false)
            .map_err(|why| refused(&format!("nothing was recorded: {why}"), None))?;
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let response = Response::clone(&answer.response);
        self.record(shared, made, response, &live.secrets(), Some(&now))
    }

    fn made(&self, session: &Session) -> Result<Made, Refusal> {
        let rendering = Rendering::of(&self.ask, session)?;
        let message = &rendering.asked.message.name;
        let found = rendering.parts().find_map(|(part, outcome)| {
            let mut calls = outcome.calls.iter();
            let call = calls.find(|call| name_of_call(&call.request) == self.call)?;
            let context = Context {
                message: message.clone(),
                part: part.name.clone(),
                scenario: self.ask.scenario.clone(),
            };
            Some(Made { request: call.request.clone(), at: call.at.clone(), context })
        });
        found.ok_or_else(|| {
            Refusal::missing(format!("`{message}` doesn't make the call `{}`", self.call))
                .help("wait until the message is rendered, then try again")
        })
    }

    fn record(
        &self,
        shared: &Shared,
        made: Made,
        response: Response,
        secrets: &[Secret],
        recorded_at: Option<&str>,
    ) -> Result<Value, Refusal> {
        change(shared, |session, transaction| {
            let response = Arc::new(response);
            let answer = Answer { response, recording: None, failure: None };
            let exchange =
                Exchange { request: made.request, outcome: Ok(answer), context: made.context };
            let workspace = &session.workspace;
            let folder = workspace.root.join(&workspace.config.paths.recordings);
            let options = EntryOptions {
                folder: &folder,
                known: &session.known.recordings,
                recorded_at,
                // The recording is there for this call alone.
                overwrite_matchers: true,
                failures: true,
            };
            let mut redactor = redactor(session)?;
            let made = entries(&[exchange], &mut redactor, secrets, options);
            let [entry] = &made[..] else {
                return Err(Refusal::wrong("this answer can't be recorded")
                    .help("choose a status from 100 to 599"));
            };
            let shown = write(session, transaction, entry)?;
            let chosen = choose(session, transaction, &self.ask.scenario, entry)?;
            let mut said = format!("Recorded the answer in {shown}");
            said.push_str(&told(entry));
            if let Some(scenario) = chosen {
                said.push_str(&format!(". {scenario} answers from it now"));
            }
            Ok(Done { said, more: json!({ "path": shown }) })
        })
    }
}

/// Returns what removes secrets and personal data from an answer.
pub(super) fn redactor(session: &Session) -> Result<Redactor, Refusal> {
    let mut options = session.workspace.config.redact_options(&Environment::of_process())?;
    options.detect = true;
    Ok(Redactor::new(options))
}

/// Writes a recording. Returns its path.
fn write(
    session: &Session,
    transaction: &mut Transaction<'_>,
    entry: &Entry,
) -> Result<String, Refusal> {
    let shown = session.workspace.shown(&entry.file);
    match entry.state {
        EntryState::New => transaction.create(&shown, &entry.contents)?,
        EntryState::Changed | EntryState::Same => {
            let known = std::fs::read_to_string(&entry.file);
            let known =
                known.map_err(|error| Refusal::wrong(format!("cannot read `{shown}`: {error}")))?;
            transaction.replace(&shown, known.trim_start_matches('\u{feff}'), &entry.contents)?;
        }
    }
    Ok(shown)
}

/// Says what was replaced, and what it is about.
fn told(entry: &Entry) -> String {
    let mut told = String::new();
    if !entry.redacted.0.is_empty() {
        let redacted = entry.redacted.0.iter().map(String::as_str).collect::<Vec<_>>();
        told.push_str(&format!(", without {}", redacted.join("; ")));
    }
    if entry.request_changed {
        told.push_str(
            ". The request holds personal data, so it answers recipients with invented values",
        );
    }
    told
}

/// Adds a recording to those that a recipient's calls are answered from. Returns the recipient, if
/// its file was changed.
fn choose(
    session: &Session,
    transaction: &mut Transaction<'_>,
    scenario: &str,
    entry: &Entry,
) -> Result<Option<String>, Refusal> {
    let Some(scenario) = session.scenario(scenario) else { return Ok(None) };
    let Some(names) = &scenario.recordings else { return Ok(None) };
    let Ok(alone) = Replay::of_texts([(entry.key.as_str(), entry.contents.as_str())]) else {
        return Ok(None);
    };
    let is_chosen = |name: &String| alone.select(std::slice::from_ref(name)).is_ok();
    if names.iter().any(is_chosen) {
        return Ok(None);
    }
    let Some(source) = scenario.sources.first() else { return Ok(None) };
    let unreadable = |error: crate::recipients::ScenarioFileError| {
        Refusal::wrong(format!("`{}`: {error}", source.name()))
    };
    let mut file = ScenarioFile::parse(source.name(), source.text()).map_err(unreadable)?;
    let names = names.iter().cloned().chain([entry.key.clone()]).collect::<Vec<_>>();
    file.set(Key { table: None, name: "recordings" }, &json!(names)).map_err(unreadable)?;
    transaction.replace(source.name(), source.text(), &file.to_text())?;
    Ok(Some(scenario.name.clone()))
}
