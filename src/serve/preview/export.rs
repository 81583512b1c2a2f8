//! The page as files, with all that it would ask for: nothing to run, nothing to change.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use thiserror::Error;

use super::ask::Ask;
use super::assets::{ASSETS, Mode, page};
use super::counting::Counts;
use super::refusal::Refusal;
use super::rendering::{Rendering, to_json};
use super::{calls, files, grid, listing, snapshots};
use crate::diagnostic::Diagnostic;
use crate::files::{Placement, write_whole};
use crate::project::Message;
use crate::project::{ProjectError, Workspace, normal};
use crate::session::Session;

/// Why an export cannot be written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The workspace cannot be read at all.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A file is there that would be replaced.
    #[error("found `{}` already there, expected a new or empty folder", .0.display())]
    Exists(PathBuf),
    /// A file cannot be written.
    #[error("cannot write `{}`: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}

impl ExportError {
    /// Returns what to do about it.
    #[must_use]
    pub fn help(&self) -> String {
        match self {
            Self::Project(error) => error.help().unwrap_or("correct it there").to_owned(),
            Self::Exists(_) => "name another folder, or add `--overwrite`".to_owned(),
            Self::Unwritable { .. } => "check who may write there".to_owned(),
        }
    }
}

/// What an export came to.
#[derive(Debug)]
pub struct Exported {
    /// Messages that are shown.
    pub messages: usize,
    /// Files that were written.
    pub files: usize,
    /// What of the workspace could not be read, and is not shown.
    pub troubles: Vec<Diagnostic>,
}

/// Answers in the place of a server's, by what they are asked for.
#[derive(Default)]
struct Data {
    /// The files, by name.
    files: Vec<(String, String)>,
    /// Which file holds which answer.
    places: Map<String, Value>,
}

impl Data {
    /// Puts answers into the next file.
    fn add(&mut self, answers: impl IntoIterator<Item = (String, Value)>) {
        let name = format!("data/{:04}.js", self.files.len() + 1);
        let mut text = String::new();
        for (key, answer) in answers {
            text.push_str(&format!("meniscusData[{}] = {answer};\n", json!(key)));
            self.places.insert(key, json!(name));
        }
        if !text.is_empty() {
            self.files.push((name, text));
        }
    }
}

/// Writes the preview of a workspace to files below a folder; `scope` is what is shown of it.
///
/// They need no server, and the same workspace gives the same bytes. Without `overwrite` no file is replaced.
///
/// # Errors
/// Where the workspace cannot be read, a file is there already, or cannot be written.
pub fn export(
    workspace: Workspace,
    scope: &Path,
    folder: &Path,
    overwrite: bool,
) -> Result<Exported, ExportError> {
    let scope = normal(scope);
    let session = Arc::new(Session::read(workspace, vec![scope])?);
    let counts = Counts::now(&session);
    let mut data = Data::default();
    for ready in &session.messages {
        data.add(of_message(&session, ready, &counts));
    }
    data.add(texts(&session));
    for recording in session.known.recordings.iter() {
        let name = recording.name();
        let answer = calls::recording(&session, name).ok();
        data.add(answer.map(|answer| (format!("recording:{name}"), answer)));
    }
    let known =
        json!({ "workspace": listing::listing(&session, Some(&counts)), "files": data.places });
    // `<` would end the script that this stands in.
    let known = known.to_string().replace('<', "\\u003c");
    let script = format!("<script>window.meniscusData = {known};</script>");
    let mut written = vec![("index.html".to_owned(), page(Mode::Export { data: &script }))];
    written.extend(data.files);
    let mut all =
        written.iter().map(|(name, text)| (name.clone(), text.as_bytes())).collect::<Vec<_>>();
    let assets = ASSETS.iter().filter(|(name, _)| !name.ends_with(".js"));
    all.extend(assets.map(|(name, bytes)| (format!("page/{name}"), *bytes)));
    write(folder, &all, overwrite)?;
    let troubles = session.findings();
    Ok(Exported { messages: session.messages.len(), files: all.len(), troubles })
}

/// All that the page asks about a message.
fn of_message(session: &Session, ready: &Message, counts: &Counts) -> Vec<(String, Value)> {
    let message = &ready.name;
    let ask = |scenario: &str| Ask {
        message: message.clone(),
        scenario: scenario.to_owned(),
        ..Ask::default()
    };
    let scenarios = session.known.scenarios.iter();
    let scenarios = scenarios.filter(|scenario| scenario.applies_to(message));
    let mut names = scenarios.map(|scenario| &*scenario.name).collect::<Vec<_>>();
    if names.is_empty() {
        names.push("");
    }
    let mut answers = Vec::new();
    let mut add = |key: String, answer: Result<Value, Refusal>| {
        // What cannot be shown is told where the page asks for it.
        answers.push((key, answer.unwrap_or_else(|refusal| json!({ "error": refusal.to_json() }))));
    };
    for name in names {
        let ask = ask(name);
        let rendered = Rendering::of(&ask, session).map(|mut rendering| {
            // The same workspace gives the same bytes.
            rendering.micros = 0;
            to_json(&rendering, &ask, session, None)
        });
        add(format!("render:{message}:{name}"), rendered);
        add(format!("snapshot:{message}:{name}"), snapshots::compared(session, message, name));
    }
    add(format!("grid:{message}"), grid::grid(session, &ask(""), None, Some(counts)));
    add(format!("problems:{message}"), grid::problems(session, &ask("")));
    answers
}

/// The texts that the page's editor shows.
fn texts(session: &Session) -> Vec<(String, Value)> {
    let parts = session.messages.iter().flat_map(|ready| &ready.parts);
    let blocks = session.known.blocks.values().map(|block| &block.template.source);
    let scenarios = session.known.scenarios.iter().filter_map(|scenario| scenario.sources.first());
    let all = parts.map(|part| part.source()).chain(blocks).chain(scenarios);
    let read = all.filter_map(|source| {
        let (answer, _) = files::read(session, source.name()).ok()?;
        Some((format!("file:{}", source.name()), answer))
    });
    read.collect()
}

/// Writes files, none before it is known that all may be.
fn write(folder: &Path, all: &[(String, &[u8])], overwrite: bool) -> Result<(), ExportError> {
    let paths = all.iter().map(|(name, bytes)| (folder.join(name), bytes)).collect::<Vec<_>>();
    let there = paths.iter().find(|(path, _)| !overwrite && path.symlink_metadata().is_ok());
    if let Some((path, _)) = there {
        return Err(ExportError::Exists(path.clone()));
    }
    for (path, bytes) in &paths {
        let unwritable = |reason| ExportError::Unwritable { path: path.clone(), reason };
        let placement = if overwrite { Placement::Replace } else { Placement::New };
        write_whole(path, bytes, placement).map_err(unwritable)?;
    }
    Ok(())
}
