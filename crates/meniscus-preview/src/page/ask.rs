//! Requests of the page: a message for a scenario, with temporary changes that don't touch files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use super::numbers;
use super::refusal::{Refusal, read_request};
use crate::files::{Files, Unsaved};
use crate::http::{Answer, Fault, RecordingOrigin, Request, Response};
use crate::project::{
    Message, Overlay, ProjectError, Scenario, Workspace, block_of, chosen_recordings, live_world,
};
use crate::recording::{Fetch, Recording, Replay, Unanswered};
use crate::render::{Cancel, ContentBlock, World};
use crate::session::Session;
use crate::text::Source;
use crate::value::to_json;
use crate::wire::name_of_call;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    pub message: String,
    /// The scenario; empty for an unknown recipient.
    #[serde(default)]
    pub scenario: String,
    /// Unsaved texts, by file path.
    #[serde(default)]
    pub texts: IndexMap<String, String>,
    #[serde(default)]
    pub values: Map<String, Json>,
    /// Responses, by the names of recordings; by method and URL for calls without one.
    #[serde(default)]
    pub answers: IndexMap<String, Edited>,
    /// Cancels the request when the response is no longer needed.
    #[serde(skip)]
    pub cancel: Cancel,
}

/// A response in place of a recording's; everything omitted is as recorded.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edited {
    status: Option<u16>,
    headers: Option<Vec<(String, String)>>,
    json: Option<Json>,
    body: Option<String>,
    fault: Option<Failure>,
}

/// How a response fails.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Failure {
    Timeout,
    Connection,
}

/// Longer than Braze's timeout, in milliseconds.
const TOO_LONG: u64 = 60_000;

/// Everything to render: the message and its dependencies, with changes applied.
pub struct Asked {
    pub message: Arc<Message>,
    pub scenario: Scenario,
    pub blocks: Arc<IndexMap<String, ContentBlock>>,
    pub world: World,
}

impl Ask {
    /// Parses the page's request.
    ///
    /// # Errors
    /// If it isn't what the route expects.
    pub fn read(body: &[u8], cancel: &Cancel) -> Result<Ask, Refusal> {
        let ask = read_request::<Ask>(body)?;
        Ok(Ask { cancel: cancel.clone(), ..ask })
    }

    /// Assembles what to render.
    ///
    /// # Errors
    /// If a name is unknown, or a value isn't allowed where it is.
    pub fn of(&self, session: &Session) -> Result<Asked, Refusal> {
        let message = self.message(session)?;
        let blocks = self.blocks(session);
        let mut scenario = self.scenario(session)?;
        overlay(&self.values, &scenario)?.apply(&mut scenario);
        let config = &session.workspace.config;
        let recordings = chosen_recordings(config, &scenario, &session.known.recordings)?;
        let fetch: Arc<dyn Fetch> = match self.answers.is_empty() {
            true => Arc::new(recordings),
            false => Arc::new(self.edited(session, recordings)?),
        };
        let mut world = live_world(config, &scenario, &blocks, fetch)?;
        world.cancel = self.cancel.clone();
        Ok(Asked { message, scenario, blocks, world })
    }

    /// Returns the message with unsaved texts.
    pub fn message(&self, session: &Session) -> Result<Arc<Message>, Refusal> {
        let Some(known) = session.message(&self.message) else {
            let names = session.messages.iter().map(|known| &*known.name);
            let refusal = Refusal::missing(format!("there is no message `{}`", self.message));
            return Err(refusal.near(&self.message, names));
        };
        let settings = known.settings.source.as_ref();
        if let Some(settings) = settings.filter(|file| self.texts.contains_key(file.name())) {
            return self.message_of(session, known, settings.name());
        }
        let is_changed = |name: &str| self.texts.contains_key(name);
        if !known.parts.iter().any(|part| is_changed(part.source().name())) {
            return Ok(Arc::clone(known));
        }
        let options = session.workspace.config.settings().parse;
        let mut message = Message::clone(known);
        for part in &mut message.parts {
            let name = part.source().name();
            if let Some(text) = self.texts.get(name) {
                *part = part.with_text(&unsaved(name, text)?, options);
            }
        }
        Ok(Arc::new(message))
    }

    /// Returns a message with an unsaved `message.toml`, shown as `settings`, which determines its
    /// parts.
    fn message_of(
        &self,
        session: &Session,
        known: &Message,
        settings: &str,
    ) -> Result<Arc<Message>, Refusal> {
        let path = known.parts.first().and_then(|part| part.path.parent());
        let shown = settings.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (name, text) in &self.texts {
            unsaved(name, text)?;
        }
        let options = session.workspace.config.settings().parse;
        let path = path.unwrap_or(Path::new(""));
        let mut message = Message::of_folder(&*self.files(session), path, shown, options)?;
        message.name.clone_from(&known.name);
        Ok(Arc::new(message))
    }

    /// Returns the content blocks with unsaved texts.
    pub fn blocks(&self, session: &Session) -> Arc<IndexMap<String, ContentBlock>> {
        let mut blocks = Arc::clone(&session.known.blocks);
        let options = session.workspace.config.settings().parse;
        for (name, block) in session.known.blocks.iter() {
            let path = block.template.source.name();
            if let Some(text) = self.texts.get(path)
                && let Ok(source) = unsaved(path, text)
            {
                Arc::make_mut(&mut blocks).insert(name.clone(), block_of(&source, options));
            }
        }
        blocks
    }

    fn scenario(&self, session: &Session) -> Result<Scenario, Refusal> {
        if self.scenario.is_empty() {
            return Ok(Scenario::empty());
        }
        let known = recipient(session, &self.scenario)?;
        let mut sources = known.sources.iter();
        if !sources.any(|source| self.texts.contains_key(source.name())) {
            return Ok(known.clone());
        }
        let Some(source) = known.sources.first() else { return Ok(known.clone()) };
        let path = session.workspace.root.join(source.name());
        Ok(Scenario::load(&*self.files(session), &path, source.name())?)
    }

    /// Returns the workspace's files with unsaved texts.
    fn files(&self, session: &Session) -> Arc<dyn Files> {
        let Workspace { root, files, .. } = &*session.workspace;
        let texts = self.texts.iter().map(|(shown, text)| (root.join(shown), text.clone()));
        Unsaved::over(files, texts.collect())
    }

    fn edited(&self, session: &Session, recordings: Replay) -> Result<EditedAnswers, Refusal> {
        let mut answers = IndexMap::new();
        for (name, edited) in &self.answers {
            let Some(recording) = recording(session, name) else {
                if is_call(name) {
                    answers.insert(name.clone(), Arc::new(edited.over(&Response::default())?));
                    continue;
                }
                let names = session.known.recordings.iter().map(Recording::name);
                return Err(
                    Refusal::missing(format!("there is no recording `{name}`")).near(name, names)
                );
            };
            answers.insert(name.clone(), Arc::new(edited.over(recording.response())?));
        }
        Ok(EditedAnswers { recordings, answers })
    }
}

/// Returns a recipient.
///
/// # Errors
/// If there is none of this name.
pub fn recipient<'s>(session: &'s Session, name: &str) -> Result<&'s Scenario, Refusal> {
    session.scenario(name).ok_or_else(|| {
        let names = session.known.scenarios.iter().map(|scenario| &*scenario.name);
        let names = names.collect::<Vec<_>>();
        let otherwise = match names.first() {
            None => "create a recipient; this workspace has none".to_owned(),
            Some(one) => format!("use a recipient of the workspace, such as `{one}`"),
        };
        Refusal::missing(format!("there is no recipient `{name}`")).near_or(name, names, otherwise)
    })
}

/// Returns the recording of a name.
pub fn recording<'s>(session: &'s Session, name: &str) -> Option<&'s Recording> {
    session.known.recordings.iter().find(|recording| recording.name() == name)
}

/// Returns the page's values, to be laid over a scenario. Numbers that the author didn't change are
/// written as before.
///
/// # Errors
/// If a value isn't allowed where it is.
pub fn overlay(values: &Map<String, Json>, scenario: &Scenario) -> Result<Overlay, ProjectError> {
    let mut values = values.clone();
    for (table, value) in &mut values {
        let Some(known) = scenario.tables.get(table) else { continue };
        numbers::restore(value, &to_json(known.view()));
    }
    Overlay::from_json(&values)
}

/// Makes a source from a text, if it isn't too long.
fn unsaved(name: &str, text: &str) -> Result<Arc<Source>, Refusal> {
    require_size(text)?;
    Ok(Arc::new(Source::new(name, text)))
}

/// Checks that a text isn't too long.
///
/// # Errors
/// If it is.
pub fn require_size(text: &str) -> Result<(), Refusal> {
    if text.len() > Source::MAX_BYTES {
        let message =
            format!("the text has {} bytes; the limit is {}", text.len(), Source::MAX_BYTES);
        return Err(Refusal::wrong(message));
    }
    Ok(())
}

impl Edited {
    /// Returns the response in place of a recorded one.
    ///
    /// # Errors
    /// If the status isn't one.
    pub fn over(&self, recorded: &Response) -> Result<Response, Refusal> {
        let mut response = recorded.clone();
        if let Some(status) = self.status {
            if !(100..=599).contains(&status) {
                let message = format!("the status {status} isn't between 100 and 599");
                return Err(Refusal::wrong(message));
            }
            response.status = status;
        }
        if let Some(headers) = &self.headers {
            response.headers.clone_from(headers);
        }
        if let Some(json) = &self.json {
            let mut json = json.clone();
            if let Ok(known) = serde_json::from_slice(&recorded.body) {
                numbers::restore(&mut json, &known);
            }
            response.body = json.to_string().into_bytes();
            response.fault = None;
        }
        if let Some(body) = &self.body {
            response.body = body.clone().into_bytes();
            response.fault = None;
        }
        match self.fault {
            Some(Failure::Timeout) => response.delay_ms = TOO_LONG,
            Some(Failure::Connection) => response.fault = Some(Fault::ConnectionResetByPeer),
            None => {}
        }
        Ok(response)
    }
}

/// Whether a name is a call's rather than a recording's.
fn is_call(name: &str) -> bool {
    let url = name.split_once(' ').map(|(_, url)| url);
    url.is_some_and(|url| url.starts_with("https://") || url.starts_with("http://"))
}

/// Returns the origin of a response without a recording.
fn origin_of_call(name: String) -> RecordingOrigin {
    let nowhere = PathBuf::new();
    RecordingOrigin {
        key: name.clone(),
        name,
        path: nowhere.clone(),
        index: None,
        file: nowhere,
        body: None,
    }
}

/// Recordings with some edited responses, and responses to calls without one.
struct EditedAnswers {
    recordings: Replay,
    answers: IndexMap<String, Arc<Response>>,
}

impl Fetch for EditedAnswers {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        let mut answer = match self.recordings.fetch(request) {
            Ok(answer) => answer,
            Err(unanswered) => {
                let name = name_of_call(request);
                let response = Arc::clone(self.answers.get(&name).ok_or(unanswered)?);
                let recording = Some(Arc::new(origin_of_call(name)));
                return Ok(Answer { response, recording, failure: None });
            }
        };
        let edited =
            answer.recording.as_ref().and_then(|recording| self.answers.get(&recording.name));
        if let Some(edited) = edited {
            answer.response = Arc::clone(edited);
        }
        Ok(answer)
    }
}
