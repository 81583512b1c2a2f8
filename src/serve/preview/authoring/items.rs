//! Renames, duplicates, and deletes messages, their parts, recipients, and content blocks.

use std::path::Path;

use axum::http::StatusCode;
use meniscus_preview::page::refusal::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};

use super::names::{check, templates_folder};
use super::references::{Named, References};
use super::{Done, change};
use crate::project::{Message, name_of};
use crate::serve::preview::Shared;
use crate::session::Session;
use crate::snapshot::file_of;

/// Something on the page that is a file, or a folder of files.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::serve::preview) enum Item {
    Message { name: String },
    Part { message: String, name: String },
    Recipient { name: String },
    Block { name: String },
}

/// A request for another name, or for a copy of another name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve::preview) struct NamedAnew {
    item: Item,
    to: String,
}

/// A request to delete.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::serve::preview) struct Deleted {
    item: Item,
}

impl Item {
    fn word(&self) -> &'static str {
        match self {
            Item::Message { .. } => "message",
            Item::Part { .. } => "part",
            Item::Recipient { .. } => "recipient",
            Item::Block { .. } => "content block",
        }
    }

    fn name(&self) -> &str {
        match self {
            Item::Message { name }
            | Item::Part { name, .. }
            | Item::Recipient { name }
            | Item::Block { name } => name,
        }
    }

    /// Returns the file or folder, relative to the workspace.
    fn path(&self, session: &Session) -> Result<String, Refusal> {
        let workspace = &session.workspace;
        let missing =
            || Refusal::missing(format!("the {} `{}` doesn't exist", self.word(), self.name()));
        Ok(match self {
            Item::Message { name } => {
                workspace.shown(session.message(name).ok_or_else(missing)?.path())
            }
            Item::Part { message, name } => {
                let message = session.message(message).ok_or_else(missing)?;
                workspace.shown(&part(message, name).ok_or_else(missing)?)
            }
            Item::Recipient { name } => {
                let scenario = session.scenario(name).ok_or_else(missing)?;
                scenario.sources.first().ok_or_else(missing)?.name().to_owned()
            }
            Item::Block { name } => {
                let block = session.known.blocks.get(name).ok_or_else(missing)?;
                block.template.source.name().to_owned()
            }
        })
    }

    /// Returns the path for another name.
    ///
    /// # Errors
    /// If it can't be a name, or a message of that name would be elsewhere.
    fn path_of(&self, session: &Session, path: &str, to: &str) -> Result<String, Refusal> {
        check(to, matches!(self, Item::Message { .. }))?;
        if let Item::Part { message, .. } = self
            && let Some(message) = session.message(message)
            && message.parts.iter().any(|part| part.name == to)
        {
            let message = format!("the part `{to}` already exists");
            return Err(Refusal::new(StatusCode::CONFLICT, message).help("choose another name"));
        }
        let Item::Message { name } = self else {
            let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
            let ending = file.find('.').map_or("", |at| &file[at..]);
            let slash = if folder.is_empty() { "" } else { "/" };
            return Ok(format!("{folder}{slash}{to}{ending}"));
        };
        if to.starts_with(&format!("{name}/")) {
            let message = format!("`{to}` is inside the message");
            return Err(Refusal::wrong(message).help("choose another name"));
        }
        self.check_alone(session)?;
        let endings = [".liquid", ".html"];
        let ending = endings.into_iter().find(|ending| path.ends_with(ending)).unwrap_or("");
        let stem = path.strip_suffix(ending).unwrap_or(path);
        // The folders of a message's name are folders of its path.
        let new = match stem.strip_suffix(name.as_str()) {
            Some(folder) => format!("{folder}{to}{ending}"),
            None => format!("{}/{to}{ending}", templates_folder(&session.workspace)),
        };
        let folder = templates_folder(&session.workspace);
        if name_of(&new) != to || !new.starts_with(&format!("{folder}/")) {
            let message = format!("messages in this workspace must be in `{folder}/`");
            return Err(Refusal::wrong(message).help(format!("start the name with `{folder}/`")));
        }
        Ok(new)
    }

    /// Checks that a message's folder has no other message in it.
    fn check_alone(&self, session: &Session) -> Result<(), Refusal> {
        let Item::Message { name } = self else { return Ok(()) };
        let folder = format!("{name}/");
        match session.messages.iter().find(|one| one.name.starts_with(&folder)) {
            Some(one) => {
                let message = format!("its folder contains the message `{}`", one.name);
                Err(Refusal::wrong(message).help("move or delete that message first"))
            }
            None => Ok(()),
        }
    }

    /// Returns the snapshots with this item, with their names for another.
    fn snapshots(&self, session: &Session, to: &str) -> Vec<(String, String)> {
        let folder = &session.workspace.config.paths.snapshots;
        let mut moved = Vec::new();
        for message in &session.messages {
            for part in &message.parts {
                for scenario in session.scenarios_for(&message.name) {
                    let (mut names, old) = (
                        [&*message.name, &*part.name, &*scenario.name],
                        file_of(&message.name, &part.name, &scenario.name),
                    );
                    match self {
                        Item::Message { name } if *name == message.name => names[0] = to,
                        Item::Part { message: of, name }
                            if *of == message.name && *name == part.name =>
                        {
                            names[1] = to;
                        }
                        Item::Recipient { name } if *name == scenario.name => names[2] = to,
                        _ => continue,
                    }
                    let new = file_of(names[0], names[1], names[2]);
                    let old = format!("{folder}/{old}");
                    if session.workspace.root.join(&old).is_file() {
                        moved.push((old, format!("{folder}/{new}")));
                    }
                }
            }
        }
        moved
    }

    /// Returns where the workspace names it, and may name it otherwise.
    fn references(&self, session: &Session, to: &str) -> References {
        match self {
            Item::Message { name } => References::of(session, Named::Message, name, to),
            Item::Recipient { name } => References::of(session, Named::Recipient, name, to),
            Item::Block { name } => References::of(session, Named::Block, name, to),
            Item::Part { .. } => References::default(),
        }
    }
}

/// Returns the file of a part; `None` for a header, which is a line of `message.toml`.
fn part(message: &Message, name: &str) -> Option<std::path::PathBuf> {
    let part = message.parts.iter().find(|part| part.name == name)?;
    let is_file = part.path.file_name() != Some("message.toml".as_ref());
    is_file.then(|| part.path.clone())
}

impl NamedAnew {
    /// Renames the file, its snapshots, and what refers to it.
    ///
    /// # Errors
    /// If the name can't be one or is taken, or a file can't be written.
    pub fn rename(&self, shared: &Shared) -> Result<Value, Refusal> {
        change(shared, |session, transaction| {
            let NamedAnew { item, to } = self;
            let from = item.path(session)?;
            let path = item.path_of(session, &from, to)?;
            item.references(session, to).rename(transaction)?;
            for (old, new) in item.snapshots(session, to) {
                transaction.rename(&old, &new)?;
            }
            transaction.rename(&from, &path)?;
            let said = format!("Renamed the {} {} to {to}", item.word(), item.name());
            Ok(Done { said, more: json!({ "name": to, "path": path }) })
        })
    }

    /// Copies the file or folder. Snapshots aren't copied: nobody has looked at the new ones.
    ///
    /// # Errors
    /// As [`NamedAnew::rename`].
    pub fn duplicate(&self, shared: &Shared) -> Result<Value, Refusal> {
        change(shared, |session, transaction| {
            let NamedAnew { item, to } = self;
            let from = item.path(session)?;
            let path = item.path_of(session, &from, to)?;
            transaction.copy(&from, &path)?;
            let said = format!("Copied the {} {} to {to}", item.word(), item.name());
            Ok(Done { said, more: json!({ "name": to, "path": path }) })
        })
    }
}

impl Deleted {
    /// Says what else the workspace has to do with the item, for a question before it goes.
    ///
    /// # Errors
    /// If it doesn't exist.
    pub fn asked(&self, shared: &Shared) -> Result<Value, Refusal> {
        let session = shared.session();
        let path = self.item.path(&session)?;
        let references = self.item.references(&session, self.item.name());
        let used = references.files().collect::<Vec<_>>();
        let snapshots = self.item.snapshots(&session, "x").len();
        Ok(json!({ "path": path, "used": used, "snapshots": snapshots }))
    }

    /// Moves the file or folder, and its snapshots, into the trash.
    ///
    /// # Errors
    /// If it doesn't exist, is the last part of its message, or can't be moved.
    pub fn write(&self, shared: &Shared) -> Result<Value, Refusal> {
        change(shared, |session, transaction| {
            let item = &self.item;
            if let Item::Part { message, .. } = item
                && let Some(message) = session.message(message)
                && message.parts.iter().filter(|one| part(message, &one.name).is_some()).count() < 2
            {
                let message = "a message needs a part";
                return Err(Refusal::wrong(message).help("delete the message instead"));
            }
            let path = item.path(session)?;
            item.check_alone(session)?;
            for (snapshot, _) in item.snapshots(session, "x") {
                transaction.remove(&snapshot)?;
            }
            transaction.remove(&path)?;
            let said = format!("Deleted the {} {}", item.word(), item.name());
            let name = Path::new(&path).file_stem().unwrap_or_default().to_string_lossy();
            Ok(Done { said, more: json!({ "name": name }) })
        })
    }
}
