//! Reading a workspace: unusable files are reported, the rest is used, and the run fails.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use indexmap::IndexMap;
use meniscus::diagnostic::Diagnostic;
use meniscus::endpoint::{Endpoints, Packs};
use meniscus::files::{FileError, read_stream_to_string, reason_of};
use meniscus::live::LiveConfig;
use meniscus::live::credential::Environment;
use meniscus::project::{Finding, Message, ProjectError, Scenario, Unusable, Workspace, normal};
use meniscus::recording::Replay;
use meniscus::render::ContentBlock;
use meniscus::report::{Paths, draw};
use meniscus::rules::{Knowledge, Levels};
use meniscus::session::{FileKind, Session};

use super::terminal::{hide, look, note, show_recording_errors};

/// Reports of unusable files, without duplicates; with any, the run ends with exit code 2.
static REPORTED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

pub(super) fn is_incomplete() -> bool {
    !REPORTED.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
}

/// Starts another run in this process.
pub(super) fn begin() {
    REPORTED.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Reports unusable files.
pub(super) fn report(unread: &[Diagnostic]) {
    for diagnostic in unread {
        let mut text = String::new();
        draw(diagnostic, look(), &mut text);
        if REPORTED.lock().unwrap_or_else(PoisonError::into_inner).insert(text.clone()) {
            note(&text);
        }
    }
}

/// Returns the usable items and reports the others.
fn usable<T>(workspace: &Workspace, each: impl IntoIterator<Item = Result<T, Unusable>>) -> Vec<T> {
    let mut usable = Vec::new();
    for one in each {
        match one {
            Ok(one) => usable.push(one),
            Err(unusable) => report(&[unusable.finding(&*workspace.files, &workspace.root)]),
        }
    }
    usable
}

/// Returns the workspace around a folder.
///
/// # Errors
/// If its configuration is unusable, with the file as the user sees it.
pub(super) fn workspace(folder: &Path) -> Result<Workspace> {
    let root = Workspace::root_around(folder);
    let workspace = Workspace::at(&root).map_err(|error| as_seen(error, &root))?;
    hide(workspace.config.secrets(&Environment::of_process()));
    Ok(workspace)
}

/// Returns the workspace's rule levels.
///
/// # Errors
/// As [`workspace`].
pub(super) fn levels(workspace: &Workspace) -> Result<Levels> {
    let levels = Levels::of(&workspace.config);
    levels.map_err(|error| as_seen(error, &workspace.root).into())
}

/// Shows an error's file relative to the working directory.
fn as_seen(error: ProjectError, root: &Path) -> ProjectError {
    let paths = Paths::new(root, &normal(Path::new(".")));
    match error {
        ProjectError::Content(mut diagnostic) => {
            paths.name_in(std::slice::from_mut(&mut *diagnostic));
            ProjectError::Content(diagnostic)
        }
        ProjectError::Unreadable { path, reason, help } => {
            let path = paths.seen(&path.to_string_lossy()).into();
            ProjectError::Unreadable { path, reason, help }
        }
        other => other,
    }
}

/// Reads standard input.
///
/// # Errors
/// If it can't be read, isn't UTF-8, or exceeds the size limit for files.
pub(super) fn stdin() -> Result<String> {
    let error = match read_stream_to_string(std::io::stdin().lock()) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    let help = match error.kind() {
        std::io::ErrorKind::InvalidData => "save it as UTF-8",
        _ => FileError::help_or(&error, "check the piped input"),
    };
    let message = format!("can't read stdin: {}", reason_of(&error));
    Err(ProjectError::Unknown { message, help: help.to_owned() }.into())
}

/// Reads a workspace with the messages at `paths`, by default all.
///
/// # Errors
/// If no message is at a path.
pub(super) fn session(workspace: Workspace, paths: &[PathBuf]) -> Result<Session> {
    let root = [workspace.root.clone()];
    let paths = if paths.is_empty() { &root } else { paths };
    // `body.liquid` and `.` are relative to the workspace, independent of the working directory.
    let session = Session::read(workspace, paths.iter().map(|path| normal(path)).collect());
    match &session.absent {
        Some(error) => Err(error.clone().into()),
        None => Ok(session),
    }
}

/// Rejects unusable recordings, for runs whose results would lack their responses.
///
/// # Errors
/// If there are any; each is reported.
pub(super) fn require_recordings(session: &Session) -> Result<()> {
    let broken = session.unread.iter().filter(|unread| unread.kind == FileKind::Recording);
    let broken = broken.map(|unread| Diagnostic::clone(&unread.finding)).collect::<Vec<_>>();
    report(&broken);
    match broken.len() {
        0 => Ok(()),
        1 => Err(anyhow::anyhow!("1 recording can't be used")),
        many => Err(anyhow::anyhow!("{many} recordings can't be used")),
    }
}

/// Returns what rules and contracts need to know about a workspace.
pub(super) fn knowledge(workspace: &Workspace) -> Knowledge {
    let (known, unread) = Session::knowledge(workspace);
    report(&unread);
    known
}

/// Returns the messages at a path.
///
/// # Errors
/// If nothing is there, or its only message is unusable.
pub(super) fn messages(workspace: &Workspace, path: &Path) -> Result<Vec<Message>> {
    let mut each = workspace.each_message(path)?;
    if let [Err(_)] = &each[..]
        && let Some(Err(unusable)) = each.pop()
    {
        return Err(unusable.error.into());
    }
    Ok(usable(workspace, each))
}

/// Returns all messages of a workspace, possibly none.
pub(super) fn all_messages(workspace: &Workspace) -> Result<Vec<Message>> {
    Ok(usable(workspace, workspace.messages_below(&workspace.root)?))
}

pub(super) fn scenarios(workspace: &Workspace) -> Vec<Scenario> {
    usable(workspace, workspace.each_scenario())
}

/// Returns the content blocks, by name.
pub(super) fn content_blocks(workspace: &Workspace) -> Arc<IndexMap<String, ContentBlock>> {
    Arc::new(usable(workspace, workspace.each_content_block()).into_iter().collect())
}

pub(super) fn recordings(workspace: &Workspace) -> Replay {
    let (recordings, errors) = workspace.sound_recordings();
    let errors = errors.iter().map(|error| error.finding(&*workspace.files, &workspace.root));
    report(&errors.collect::<Vec<_>>());
    recordings
}

/// Returns what packs and recordings say about endpoints.
pub(super) fn endpoints(workspace: &Workspace) -> Endpoints {
    let packs = workspace.packs().unwrap_or_else(|errors| {
        let errors = errors.iter().map(|error| error.finding(&*workspace.files, &workspace.root));
        report(&errors.collect::<Vec<_>>());
        Packs::built_in()
    });
    Endpoints::new(packs, &recordings(workspace))
}

/// Returns the recordings, if all are usable.
///
/// # Errors
/// If one isn't; each is reported.
pub(super) fn sound_recordings(workspace: &Workspace) -> Result<Replay> {
    workspace.recordings().map_err(|errors| {
        show_recording_errors(&errors);
        anyhow::anyhow!("{} of the recordings can't be used", errors.len())
    })
}
