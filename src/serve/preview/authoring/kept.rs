//! Keeps what an author changed on the page for the moment: in a new recipient, with recordings of
//! the changed answers, or in the recipient's own file.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use indexmap::IndexMap;
use meniscus_preview::page::ask::{Ask, Edited, overlay, recipient, recording};
use meniscus_preview::page::refusal::Refusal;
use meniscus_preview::page::rendering::Rendering;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::names::check;
use super::new_recipient::NOW;
use super::transaction::Transaction;
use super::{Done, change};
use crate::files::Unsaved;
use crate::http::Response;
use crate::live::record::{Context, Exchange, exchange, free_key, recordings, replaced};
use crate::project::{ProjectError, Scenario, Workspace, default_now, value_at};
use crate::recipients::{Draft, Key, ScenarioFile, ScenarioFileError, mapping_of};
use crate::render::CallResult;
use crate::serve::preview::Shared;
use crate::session::Session;
use crate::text::{DataPath, Source};
use crate::value::{Object, Time, Value, to_json};

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
    /// Unsaved texts, by file path.
    #[serde(default)]
    texts: IndexMap<String, String>,
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
                from => recipient(session, from)?.clone(),
            };
            let mut draft = self.draft(&base)?;
            let mut said = format!("Saved the recipient {}", self.name);
            if let Some((names, replaced)) = self.record(session, transaction)? {
                draft.recordings = Some(names);
                // Its calls have answers for this message only.
                draft.templates = vec![globset::escape(&self.message)];
                said.push_str(&replaced);
            }
            let path = format!("{folder}/{}.toml", self.name);
            transaction.create(&path, &written(&draft)?)?;
            Ok(Done { said, more: json!({ "name": self.name, "path": path }) })
        })
    }

    /// Returns the contents of the file: only what differs from the base, and the clock.
    fn draft(&self, base: &Scenario) -> Result<Draft, Refusal> {
        let mut laid = base.clone();
        overlay(&self.values, base)?.apply(&mut laid);
        check_clock(&laid)?;
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
                draft.heading = vec![format!("Copy of `{from}` with other values.")];
                draft.extends = Some(from.to_owned());
            }
        }
        for (table, names) in changed(&self.values, base) {
            for name in names {
                let path = DataPath::of_keys(&[&table, &name]);
                match value_at(&laid.tables, &path) {
                    Some(value) if !value.view().is_nil() => draft.set(&path, value.clone()),
                    _ if value_at(&base.tables, &path).is_some() => draft.without.push(path),
                    _ => {}
                }
            }
        }
        Ok(draft)
    }

    /// Writes the changed answers. Returns the recordings that answer the message then, and what
    /// was replaced in them; `None` if no answer is changed.
    ///
    /// # Errors
    /// If the message doesn't get one of the answers.
    fn record(
        &self,
        session: &Session,
        transaction: &mut Transaction<'_>,
    ) -> Result<Option<(Vec<String>, String)>, Refusal> {
        if self.answers.is_empty() {
            return Ok(None);
        }
        let ask = Ask {
            message: self.message.clone(),
            scenario: self.from.clone(),
            texts: self.texts.clone(),
            values: self.values.clone(),
            answers: self.answers.clone(),
            ..Ask::default()
        };
        let rendering = Rendering::of(&ask, session)?;
        let mut names = BTreeSet::new();
        let mut exchanges: IndexMap<String, Exchange> = IndexMap::new();
        for (part, outcome) in rendering.parts() {
            for call in &outcome.calls {
                let CallResult::Answered { recording: name, .. } = &call.result else { continue };
                let Some(edited) = self.answers.get(name) else {
                    names.insert(name.clone());
                    continue;
                };
                let before = recording(session, name).map(|known| known.response());
                let response = edited.over(before.map_or(&Response::default(), |known| known))?;
                let context = Context {
                    message: self.message.clone(),
                    part: part.name.clone(),
                    scenario: self.name.clone(),
                };
                exchanges
                    .entry(name.clone())
                    .or_insert_with(|| exchange(call.request.clone(), response, context));
            }
        }
        if let Some(unused) = self.answers.keys().find(|name| !exchanges.contains_key(*name)) {
            let message = format!("the message doesn't make the call for `{unused}`");
            let help = "reset that response, or the value that prevents the call";
            return Err(Refusal::wrong(message).help(help));
        }
        let all = exchanges.values().cloned().collect::<Vec<_>>();
        let mut made = recordings(session, &all, &[], None)?;
        for (name, made) in exchanges.keys().zip(&mut made) {
            let known = recording(session, name);
            if let Some(mapping) = known.and_then(mapping_of) {
                made.match_as(&mapping);
            }
            made.be_last();
            let key = known.map_or(made.key(), |known| &known.origin().key);
            let key = free_key(session, &format!("{}/{key}", self.name));
            let folder = &session.workspace.config.paths.recordings;
            transaction.create(&format!("{folder}/{key}.json"), &made.contents())?;
            names.insert(key);
        }
        Ok(Some((names.into_iter().collect(), replaced(&made))))
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
    /// If there is no such recipient, a value isn't allowed where it is, or the file can't hold it,
    /// be read, or be written.
    pub fn save(&self, shared: &Shared) -> Result<Json, Refusal> {
        change(shared, |session, transaction| {
            let scenario = recipient(session, &self.scenario)?;
            let Some(source) = scenario.sources.first() else {
                return Err(Refusal::missing(format!("`{}` has no file", self.scenario)));
            };
            let mut laid = scenario.clone();
            overlay(&self.values, scenario)?.apply(&mut laid);
            check_clock(&laid)?;
            let mut without = Vec::new();
            let mut text = self.text(source, &laid, &without)?;
            let mut loaded = load(session, source, &text);
            if let Ok(now) = &loaded {
                // What another file gives has to be taken away by name.
                without = self.left(scenario, &laid, now);
                if !without.is_empty() {
                    text = self.text(source, &laid, &without)?;
                    loaded = load(session, source, &text);
                }
            }
            let is_kept = |now: &Scenario| {
                self.paths(scenario).all(|path| same(&now.tables, &laid.tables, &path))
            };
            if !loaded.as_ref().is_ok_and(is_kept) {
                let message = format!("`{}` can't store this in its current form", source.name());
                let help = "edit the file, or save the values as a new recipient";
                return Err(Refusal::wrong(message).help(help));
            }
            check_others(session, source, &text)?;
            transaction.replace(source.name(), source.text(), &text)?;
            let said = format!("Saved in {}", source.name());
            Ok(Done { said, more: json!({ "path": source.name() }) })
        })
    }

    /// Returns the paths of what is changed.
    fn paths<'s>(&'s self, before: &'s Scenario) -> impl Iterator<Item = DataPath> + 's {
        let tables = changed(&self.values, before);
        tables.flat_map(|(table, names)| {
            names.into_iter().map(move |name| DataPath::of_keys(&[&table, &name]))
        })
    }

    /// Returns what is still there and shouldn't be.
    fn left(&self, before: &Scenario, laid: &Scenario, now: &Scenario) -> Vec<String> {
        let is_left = |path: &DataPath| {
            value_at(&laid.tables, path).is_none() && value_at(&now.tables, path).is_some()
        };
        self.paths(before).filter(is_left).map(|path| path.to_string()).collect()
    }

    /// Returns the file's text with the changes; `without` is added to what it takes away.
    fn text(
        &self,
        source: &Source,
        laid: &Scenario,
        without: &[String],
    ) -> Result<String, Refusal> {
        let refused = unusable(source.name());
        let mut file = ScenarioFile::parse(source.name(), source.text()).map_err(&refused)?;
        let listed = file.list("without");
        let mut taken = listed.clone();
        for (table, names) in changed(&self.values, laid) {
            for name in names {
                let path = DataPath::of_keys(&[&table, &name]);
                let key = Key { table: Some(&table), name: &name };
                match value_at(&laid.tables, &path) {
                    Some(value) => {
                        check_value(&path, value, source.name())?;
                        file.set(key, &to_json(value.view())).map_err(&refused)?;
                        // A value is written whole: nothing in it is taken away any more.
                        let spelled = format!("{table}.{name}");
                        taken.retain(|entry| !is_at_or_below(entry, &path.to_string()));
                        taken.retain(|entry| !is_at_or_below(entry, &spelled));
                    }
                    None => drop(file.remove(key)),
                }
            }
        }
        taken.extend(without.iter().cloned());
        let key = Key { table: None, name: "without" };
        match taken.is_empty() {
            _ if taken == listed => {}
            true => drop(file.remove(key)),
            false => file.set(key, &json!(taken)).map_err(&refused)?,
        }
        for (name, value) in [("now", json!(laid.now)), ("seed", json!(laid.seed))] {
            if self.values.contains_key(name) && !value.is_null() {
                file.set(Key { table: None, name }, &value).map_err(&refused)?;
            }
        }
        Ok(file.to_text())
    }
}

/// Whether an entry of `without` is a path, or leads into what is there.
fn is_at_or_below(entry: &str, path: &str) -> bool {
    entry.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

fn same(a: &Object, b: &Object, path: &DataPath) -> bool {
    let json = |tables| value_at(tables, path).map(|value: &Value| to_json(value.view()));
    json(a) == json(b)
}

/// Reads a recipient's file as it would be with another text.
fn load(session: &Session, source: &Source, text: &str) -> Result<Scenario, ProjectError> {
    load_with(session, source, (source, text))
}

/// Reads a recipient's file as it would be if this one had another text.
fn load_with(
    session: &Session,
    source: &Source,
    (changed, text): (&Source, &str),
) -> Result<Scenario, ProjectError> {
    let Workspace { root, files, .. } = &*session.workspace;
    let texts = [(root.join(changed.name()), text.to_owned())];
    let files = Unsaved::over(files, texts.into_iter().collect());
    Scenario::load(&*files, &root.join(source.name()), source.name())
}

/// Checks that the recipients that extend this one can still be read.
fn check_others(session: &Session, changed: &Source, text: &str) -> Result<(), Refusal> {
    for other in &session.known.scenarios {
        let [source, bases @ ..] = &other.sources[..] else { continue };
        if bases.iter().any(|base| base.name() == changed.name())
            && let Err(error) = load_with(session, source, (changed, text))
        {
            let message = format!("`{}` extends this one: {error}", other.name);
            return Err(Refusal::wrong(message).help(format!("change `{}` first", source.name())));
        }
    }
    Ok(())
}

fn check_clock(scenario: &Scenario) -> Result<(), Refusal> {
    let Some(now) = &scenario.now else { return Ok(()) };
    match Time::parse(now, &default_now()) {
        Some(_) => Ok(()),
        None => Err(Refusal::wrong(format!("`{now}` isn't a time"))
            .help("use a time such as `2026-03-01T09:00:00Z`")),
    }
}

/// Converts the error of a recipient's file.
pub(super) fn unusable(file: &str) -> impl Fn(ScenarioFileError) -> Refusal {
    move |error| {
        let help = match error {
            ScenarioFileError::Syntax(_) => "fix it in the editor first",
            ScenarioFileError::NotATable(_) => {
                "its values are in another file; edit that file, or save them as a new recipient"
            }
        };
        Refusal::wrong(format!("`{file}`: {error}")).help(help)
    }
}

/// Returns the text of a new recipient's file.
///
/// # Errors
/// If TOML can't hold a value.
pub(super) fn written(draft: &Draft) -> Result<String, Refusal> {
    match draft.unwritable() {
        Some(why) => Err(Refusal::wrong(why).help("change or remove it")),
        None => Ok(draft.to_toml()),
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

fn check_value(path: &DataPath, value: &Value, file: &str) -> Result<(), Refusal> {
    if file.ends_with(".json") {
        return Ok(());
    }
    let mut draft = Draft::default();
    draft.set(path, value.clone());
    written(&draft).map(drop)
}

/// Checks that no recipient has a name; an unreadable file occupies its name, too.
pub(super) fn check_free(session: &Session, name: &str) -> Result<(), Refusal> {
    let folder = &session.workspace.config.paths.scenarios;
    let mut files = ["toml", "json"].into_iter().map(|ending| format!("{folder}/{name}.{ending}"));
    // Some file systems take names for the same that differ in case.
    let is_it = |known: &Scenario| known.name.to_lowercase() == name.to_lowercase();
    if !session.known.scenarios.iter().any(is_it)
        && !files.any(|file| session.workspace.root.join(file).exists())
    {
        return Ok(());
    }
    let message = format!("the recipient `{name}` already exists");
    Err(Refusal::new(StatusCode::CONFLICT, message).help("choose another name"))
}
