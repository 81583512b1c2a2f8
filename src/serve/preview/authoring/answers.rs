//! Answers of calls that become recordings: from a paste, from a schema, or from the host itself.

use meniscus_preview::page::ask::{Ask, Edited};
use meniscus_preview::page::refusal::Refusal;
use meniscus_preview::page::rendering::Rendering;
use serde::Deserialize;
use serde_json::{Value, json};

use super::kept::unusable;
use super::transaction::Transaction;
use super::{Done, change};
use crate::diagnostic::Label;
use crate::http::{Request, Response};
use crate::live::credential::{Environment, Secret};
use crate::live::record::{
    Context, NewRecording, exchange, free_key, is_worth_keeping, recordings, replaced, system_clock,
};
use crate::live::{Live, LiveConfig};
use crate::recipients::{empty_answer_to, listing};
use crate::recording::Fetch;
use crate::render::{Call, CallResult};
use crate::serve::preview::Shared;
use crate::session::Session;
use crate::wire::name_of_call;

/// A call of the message on the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve::preview) struct CallOnPage {
    ask: Ask,
    /// The name that its response has on the page: method, URL, and a digest of its body.
    call: String,
    /// The response, where the author gives it.
    #[serde(default)]
    answer: Edited,
}

/// A call as the message makes it.
struct Made {
    request: Request,
    at: Label,
    /// The variable that it saves to.
    target: String,
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
        let (json, endpoint) = empty_answer_to(&session.known, &message, &made.at, &made.target);
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
        let answer = live
            .fetch(&made.request)
            .map_err(|why| Refusal::wrong(why.problem).help_if(why.help))?;
        is_worth_keeping(&answer, false)
            .map_err(|why| Refusal::wrong(format!("nothing was recorded: {why}")))?;
        let response = Response::clone(&answer.response);
        self.record(shared, made, response, &live.secrets(), Some(&system_clock()))
    }

    /// Finds the call: one without an answer, or with one for the moment.
    fn made(&self, session: &Session) -> Result<Made, Refusal> {
        let rendering = Rendering::of(&self.ask, session)?;
        let message = &rendering.asked.message.name;
        let is_it = |call: &&Call| {
            name_of_call(&call.request) == self.call
                && match &call.result {
                    CallResult::Unanswered(_) => true,
                    CallResult::Answered { recording, .. } => *recording == self.call,
                    CallResult::Cached { .. } | CallResult::Refused(_) => false,
                }
        };
        let found = rendering.parts().find_map(|(part, outcome)| {
            let call = outcome.calls.iter().find(is_it)?;
            let context = Context {
                message: message.clone(),
                part: part.name.clone(),
                scenario: self.ask.scenario.clone(),
            };
            let target = call.target.clone();
            Some(Made { request: call.request.clone(), at: call.at.clone(), target, context })
        });
        found.ok_or_else(|| {
            Refusal::missing(format!(
                "`{message}` makes no call `{}` that lacks a recording",
                self.call
            ))
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
            let exchange = exchange(made.request.clone(), response, made.context);
            let mut made_of = recordings(session, &[exchange], secrets, recorded_at)?;
            let Some(recording) = made_of.first_mut() else {
                return Err(Refusal::wrong("there is no response to record"));
            };
            // The recipient may not use it: then the others keep theirs.
            if session.known.recordings.find(&made.request).is_some() {
                recording.be_last();
            }
            let key = free_key(session, recording.key());
            let contents = recording.contents();
            let shown = format!("{}/{key}.json", session.workspace.config.paths.recordings);
            transaction.create(&shown, &contents)?;
            let chosen = self.choose(session, transaction, &key, &contents)?;
            let mut said = format!("Recorded the response in {shown}{}", replaced(&made_of));
            if let Some(scenario) = chosen.filter(|_| !made_of.iter().any(NewRecording::is_other)) {
                said.push_str(&format!(". {scenario} now uses it"));
            }
            Ok(Done { said, more: json!({ "path": shown }) })
        })
    }

    /// Adds a recording to those that the recipient's calls are answered from. Returns the
    /// recipient, if its file was changed.
    fn choose(
        &self,
        session: &Session,
        transaction: &mut Transaction<'_>,
        key: &str,
        contents: &str,
    ) -> Result<Option<String>, Refusal> {
        let Some(scenario) = session.scenario(&self.ask.scenario) else { return Ok(None) };
        let Some(listing) = listing(scenario, key, contents) else { return Ok(None) };
        let Some(source) = scenario.sources.first() else { return Ok(None) };
        let file = source.name();
        if self.ask.texts.contains_key(file) {
            let message = format!("`{file}` has unsaved changes, but must list the recording");
            return Err(Refusal::wrong(message).help("save or revert it first"));
        }
        transaction.replace(file, source.text(), &listing.map_err(unusable(file))?)?;
        Ok(Some(scenario.name.clone()))
    }
}
