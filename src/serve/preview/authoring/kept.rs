//! Keeps what an author changed on the page for the moment: in a new recipient, with recordings of
//! the changed answers, or in the recipient's own file.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::StatusCode;
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::answers::redactor;
use super::names::check;
use super::new_recipient::NOW;
use super::transaction::Transaction;
use super::{Done, change};
use crate::http::{Answer, Response};
use crate::live::record::{Context, Exchange, Metadata, learn, mapping};
use crate::project::{Overlay, Scenario, value_at};
use crate::recipients::{Draft, Key, ScenarioFile, ScenarioFileError, mapping_of};
use crate::recording::Recording;
use crate::render::CallResult;
use crate::serve::preview::Shared;
use crate::serve::preview::ask::{Ask, Edited};
use crate::serve::preview::refusal::Refusal;
use crate::serve::preview::rendering::Rendering;
use crate::session::Session;
use crate::text::{DataPath, nearest};
use crate::value::{Value, to_json};

/// A priority below that of others: such a recording answers only if it is named, or nothing else
/// does.
const LOW_PRIORITY: u64 = 10;

/// A request for a recipient with what is changed on the page.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve::preview) struct Kept {
    name: String,
    /// The recipient that it differs from.
    #[serde(default)]
    from: String,
    /// The message on the page.
    #[serde(default)]
    message: String,
    #[serde(default)]
    values: Map<String, Json>,
    /// Changed answers, by the names of recordings or calls.
    #[serde(default)]
    answers: IndexMap<String, Edited>,
}

impl Kept {
    /// Writes the recipient's file, and a recording for each changed answer.
    ///
    /// # Errors
    /// If its name can't be one or is taken, a value isn't allowed where it is, or a file can't be
    /// written.
    pub fn save(&self, shared: &Shared) -> Result<Json, Refusal> {
        check(&self.name, false)?;
        change(shared, |session, transaction| {
            let folder = &session.workspace.config.paths.scenarios;
            check_free(session, &self.name)?;
            let base = match self.from.as_str() {
                "" => Scenario::empty(),
                from => known(session, from)?.clone(),
            };
            let mut draft = self.draft(&base)?;
            let recordings = self.record(session, transaction)?;
            if let Some(names) = recordings {
                draft.recordings = Some(names);
                // Its calls have answers for this message only.
                draft.templates = vec![globset::escape(&self.message)];
            }
            if let Some(path) = draft.unwritable() {
                let message = format!("`{path}` has a number that a recipient's file can't hold");
                return Err(Refusal::wrong(message).help("write it in quotes"));
            }
            let path = format!("{folder}/{}.toml", self.name);
            transaction.create(&path, &draft.to_toml())?;
            let said = format!("Saved the recipient {}", self.name);
            Ok(Done { said, more: json!({ "name": self.name, "path": path }) })
        })
    }

    /// Returns the contents of the file: only what differs from the base, and the clock.
    fn draft(&self, base: &Scenario) -> Result<Draft, Refusal> {
        let mut laid = base.clone();
        Overlay::from_json(&self.values)?.apply(&mut laid);
        let mut draft = Draft {
            now: Some(laid.now.clone().unwrap_or_else(|| NOW.to_owned())),
            seed: self.values.contains_key("seed").then_some(laid.seed),
            recordings: laid.recordings.clone().filter(|_| self.values.contains_key("recordings")),
            drops_expectations: !base.expectations.is_empty(),
            ..Draft::default()
        };
        match self.from.as_str() {
            "" => draft.templates = vec![globset::escape(&self.message)],
            from => {
                draft.heading = vec![format!("As `{from}`, with other values.")];
                draft.extends = Some(from.to_owned());
            }
        }
        for (table, names) in changed(&self.values, base) {
            for name in names {
                let path = DataPath::of_keys(&[&table, &name]);
                match value_at(&laid.tables, &path) {
                    Some(value) => draft.set(&path, value.clone()),
                    None if value_at(&base.tables, &path).is_some() => draft.without.push(path),
                    None => {}
                }
            }
        }
        Ok(draft)
    }

    /// Writes the changed answers that the message gets. Returns the recordings that answer it
    /// then; `None` if no answer is changed.
    fn record(
        &self,
        session: &Session,
        transaction: &mut Transaction<'_>,
    ) -> Result<Option<Vec<String>>, Refusal> {
        if self.answers.is_empty() {
            return Ok(None);
        }
        let ask = Ask {
            message: self.message.clone(),
            scenario: self.from.clone(),
            values: self.values.clone(),
            answers: self.answers.clone(),
            ..Ask::default()
        };
        let rendering = Rendering::of(&ask, session)?;
        let mut names = BTreeSet::new();
        let mut exchanges: IndexMap<String, Exchange> = IndexMap::new();
        for (part, outcome) in rendering.parts() {
            for call in &outcome.calls {
                let CallResult::Answered { recording, .. } = &call.result else { continue };
                let Some(edited) = self.answers.get(recording) else {
                    names.insert(recording.clone());
                    continue;
                };
                let before = find(session, recording).map(|known| known.response());
                let response = edited.over(before.map_or(&Response::default(), |known| known))?;
                let answer =
                    Answer { response: Arc::new(response), recording: None, failure: None };
                exchanges.entry(recording.clone()).or_insert_with(|| Exchange {
                    request: call.request.clone(),
                    outcome: Ok(answer),
                    context: Context {
                        message: self.message.clone(),
                        part: part.name.clone(),
                        scenario: self.name.clone(),
                    },
                });
            }
        }
        let mut redactor = redactor(session)?;
        let made = exchanges.values().cloned().collect::<Vec<_>>();
        learn(&mut redactor, &made, &[], &session.known.recordings);
        let ready = redactor.ready();
        for (name, exchange) in &exchanges {
            let Ok(answer) = &exchange.outcome else { continue };
            let metadata = Metadata { recorded_at: None, ..Metadata::default() };
            let mut made = mapping(&ready, &exchange.request, &answer.response, &metadata);
            let mapping = &mut made.value;
            let known = find(session, name);
            // Matchers that an author wrote may fit many requests.
            if let Some(known) = known.and_then(mapping_of) {
                mapping["request"] = known["request"].clone();
            }
            if let Some(fault) = answer.response.fault {
                mapping["response"]["fault"] = json!(fault.name());
            }
            if answer.response.delay_ms > 0 {
                mapping["response"]["fixedDelayMilliseconds"] = json!(answer.response.delay_ms);
            }
            mapping["priority"] = json!(LOW_PRIORITY);
            mapping["metadata"]["meniscus"] = json!({ "derived_from": known.map(Recording::name), "made_by": "meniscus preview" });
            let last = known.map_or(made.key.as_str(), |known| &known.origin().key);
            let last = last.rsplit('/').next().unwrap_or(last);
            let key = format!("{}/{last}", self.name);
            let folder = &session.workspace.config.paths.recordings;
            transaction.create(&format!("{folder}/{key}.json"), &format!("{mapping:#}\n"))?;
            names.insert(key);
        }
        Ok(Some(names.into_iter().collect()))
    }
}

/// A request to keep changed values in the recipient's own file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve::preview) struct KeptInPlace {
    scenario: String,
    values: Map<String, Json>,
}

impl KeptInPlace {
    /// Changes the file; everything else in it stays as it is written.
    ///
    /// # Errors
    /// If there is no such recipient, a value isn't allowed where it is, or the file can't be read
    /// or written.
    pub fn save(&self, shared: &Shared) -> Result<Json, Refusal> {
        change(shared, |session, transaction| {
            let scenario = known(session, &self.scenario)?;
            let [source, bases @ ..] = &scenario.sources[..] else {
                return Err(Refusal::missing(format!("`{}` has no file", self.scenario)));
            };
            let refused = |error: ScenarioFileError| {
                Refusal::wrong(format!("`{}`: {error}", source.name()))
                    .help("correct it in the editor first")
            };
            let mut laid = scenario.clone();
            Overlay::from_json(&self.values)?.apply(&mut laid);
            let base = bases.first().and_then(|base| {
                let mut all = session.known.scenarios.iter();
                all.find(|one| one.sources.first().is_some_and(|own| own.name() == base.name()))
            });
            let mut file = ScenarioFile::parse(source.name(), source.text()).map_err(refused)?;
            let mut without = file.list("without");
            let listed = without.clone();
            for (table, names) in changed(&self.values, scenario) {
                for name in names {
                    let path = DataPath::of_keys(&[&table, &name]);
                    let key = Key { table: Some(&table), name: &name };
                    without.retain(|known| *known != path.to_string());
                    if let Some(value) = value_at(&laid.tables, &path) {
                        check_number(&path, value, source.name())?;
                        file.set(key, &to_json(value.view())).map_err(refused)?;
                        continue;
                    }
                    file.remove(key);
                    if base.is_some_and(|base| value_at(&base.tables, &path).is_some()) {
                        without.push(path.to_string());
                    }
                }
            }
            let without_key = Key { table: None, name: "without" };
            match without.is_empty() {
                _ if without == listed => {}
                true => drop(file.remove(without_key)),
                false => file.set(without_key, &json!(without)).map_err(refused)?,
            }
            for (name, value) in [("now", json!(laid.now)), ("seed", json!(laid.seed))] {
                if self.values.contains_key(name) && !value.is_null() {
                    file.set(Key { table: None, name }, &value).map_err(refused)?;
                }
            }
            transaction.replace(source.name(), source.text(), &file.to_text())?;
            let said = format!("Saved in {}", source.name());
            Ok(Done { said, more: json!({ "path": source.name() }) })
        })
    }
}

/// Yields the tables with the names of their changed values; a table that is removed has all of
/// its names.
fn changed<'v>(
    values: &'v Map<String, Json>,
    before: &'v Scenario,
) -> impl Iterator<Item = (String, Vec<String>)> + 'v {
    values.iter().filter_map(|(table, value)| {
        let names = match (value, before.tables.get(table)) {
            (Json::Object(changed), _) => changed.keys().cloned().collect(),
            (Json::Null, Some(Value::Object(known))) => known.keys().map(str::to_owned).collect(),
            _ => return None,
        };
        Some((table.clone(), names))
    })
}

fn check_number(path: &DataPath, value: &Value, file: &str) -> Result<(), Refusal> {
    let mut draft = Draft::default();
    draft.set(path, value.clone());
    match draft.unwritable() {
        Some(path) if file.ends_with(".toml") => {
            let message = format!("`{path}` has a number that `{file}` can't hold");
            Err(Refusal::wrong(message).help("write it in quotes"))
        }
        _ => Ok(()),
    }
}

/// Checks that no recipient has a name; an unreadable file occupies its name, too.
pub(super) fn check_free(session: &Session, name: &str) -> Result<(), Refusal> {
    let folder = &session.workspace.config.paths.scenarios;
    let mut files = ["toml", "json"].into_iter().map(|ending| format!("{folder}/{name}.{ending}"));
    if session.scenario(name).is_none()
        && !files.any(|file| session.workspace.root.join(file).exists())
    {
        return Ok(());
    }
    let message = format!("there is a recipient `{name}` already");
    Err(Refusal::new(StatusCode::CONFLICT, message).help("choose another name"))
}

fn known<'s>(session: &'s Session, name: &str) -> Result<&'s Scenario, Refusal> {
    session.scenario(name).ok_or_else(|| {
        let names = session.known.scenarios.iter().map(|scenario| &*scenario.name);
        let refusal = Refusal::missing(format!("there is no recipient `{name}`"));
        match nearest(name, names) {
            Some(near) => refusal.help(format!("did you mean `{near}`?")),
            None => refusal,
        }
    })
}

fn find<'s>(session: &'s Session, name: &str) -> Option<&'s Recording> {
    session.known.recordings.iter().find(|recording| recording.name() == name)
}
