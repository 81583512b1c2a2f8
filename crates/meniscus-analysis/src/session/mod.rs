//! A workspace that is read and parsed once; only changed files are read again.
//!
//! A [`Session`] never changes: [`Session::again`] makes the next one, which shares everything that
//! stayed the same. The preview keeps one while it serves, a command for a single run.

mod changes;
mod reading;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::endpoint::{Endpoints, Packs};
use crate::project::{Message, ProjectError, Scenario, Unusable, Workspace};
use crate::rules::{Knowledge, Levels};

pub use changes::{Changes, FileKind, Places, is_pattern};
use reading::Reading;

/// A workspace, read and parsed.
#[derive(Debug)]
pub struct Session {
    /// How often files were read, from 1.
    pub generation: u64,
    /// How often accepted snapshots have changed since.
    pub accepted: u64,
    /// The folder and its configuration.
    pub workspace: Arc<Workspace>,
    /// The messages in scope, sorted by name.
    pub messages: Vec<Arc<Message>>,
    /// Scenarios, content blocks, recordings, and shapes.
    pub known: Arc<Knowledge>,
    pub levels: Arc<Levels>,
    /// Unusable files. Their last usable contents are kept until they are fixed.
    pub unread: Vec<Unread>,
    /// The error of the first path in scope without a message; also in [`Session::unread`].
    pub absent: Option<ProjectError>,
    scope: Vec<PathBuf>,
}

/// A file that can't be used.
#[derive(Clone, Debug)]
pub struct Unread {
    pub kind: FileKind,
    /// Why it can't be used.
    pub unusable: Arc<Unusable>,
    /// The same as a finding, located in the file as it was then.
    pub finding: Arc<Diagnostic>,
}

impl Unread {
    fn new(kind: FileKind, unusable: Unusable, workspace: &Workspace) -> Unread {
        let finding = Arc::new(unusable.finding(&*workspace.files, &workspace.root));
        Unread { kind, unusable: Arc::new(unusable), finding }
    }
}

impl Session {
    /// Reads a workspace, and its messages at the paths in `scope`: templates, folders with
    /// `message.toml`, or folders of these. Unusable files are in [`Session::unread`].
    ///
    /// So is a wrong level of a rule; rules then have their default levels.
    #[must_use]
    pub fn read(workspace: Workspace, scope: Vec<PathBuf>) -> Session {
        let levels = Levels::of(&workspace.config);
        let (levels, wrong) = match levels {
            Ok(levels) => (levels, None),
            Err(error) => (Levels::default(), Some(error)),
        };
        let nothing = Session::unread_session(workspace, levels, scope);
        let mut session = nothing.again(&Changes::all());
        session.unread.extend(wrong.map(|error| {
            let unusable = Unusable::config(error);
            Unread::new(FileKind::Config, unusable, &session.workspace)
        }));
        session
    }

    /// Makes a session in which nothing has been read.
    fn unread_session(workspace: Workspace, levels: Levels, scope: Vec<PathBuf>) -> Session {
        let none = Endpoints::new(Packs::built_in(), &Default::default());
        let known =
            Knowledge::new(&workspace, Vec::new(), Arc::default(), Default::default(), none);
        Session {
            generation: 0,
            accepted: 0,
            workspace: Arc::new(workspace),
            messages: Vec::new(),
            known: Arc::new(known),
            levels: Arc::new(levels),
            unread: Vec::new(),
            absent: None,
            scope,
        }
    }

    /// Reads what is known about a workspace, except messages, for commands that change it. Also
    /// returns the problems of unusable files; all others are read.
    #[must_use]
    pub fn knowledge(workspace: &Workspace) -> (Knowledge, Vec<Diagnostic>) {
        let nothing = Session::unread_session(workspace.clone(), Levels::default(), Vec::new());
        let changes = Changes::all();
        let mut reading = Reading::new(&nothing, &changes);
        let known = reading.whole_knowledge(workspace);
        let unread = reading.unread.iter().map(|unread| Diagnostic::clone(&unread.finding));
        (known, unread.collect())
    }

    /// Reads changed files again and shares the rest.
    #[must_use]
    pub fn again(&self, changes: &Changes) -> Session {
        let mut reading = Reading::new(self, changes);
        let (workspace, levels) = reading.config();
        let known = reading.known(&workspace);
        let messages = reading.messages(&workspace);
        Session {
            generation: self.generation + 1,
            accepted: self.accepted + u64::from(changes.has(FileKind::Snapshot)),
            workspace,
            messages,
            known,
            levels,
            unread: reading.unread,
            absent: reading.absent,
            scope: self.scope.clone(),
        }
    }

    #[must_use]
    pub fn message(&self, name: &str) -> Option<&Arc<Message>> {
        self.messages.iter().find(|message| message.name == name)
    }

    #[must_use]
    pub fn scenario(&self, name: &str) -> Option<&Scenario> {
        self.known.scenarios.iter().find(|scenario| scenario.name == name)
    }

    /// Yields the scenarios that apply to a message.
    pub fn scenarios_for<'s>(&'s self, message: &'s str) -> impl Iterator<Item = &'s Scenario> {
        self.known.scenarios.iter().filter(move |scenario| scenario.applies_to(message))
    }

    /// Whether the scope is the whole workspace.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(&*self.scope, [path] if *path == self.workspace.root)
    }

    /// Returns all messages of the workspace, including those outside the scope; `None` if one
    /// can't be used.
    #[must_use]
    pub fn all_messages(&self) -> Option<Vec<Arc<Message>>> {
        if self.unread_of(FileKind::Template).next().is_some() {
            return None;
        }
        if self.is_whole() {
            return Some(self.messages.clone());
        }
        let all = self.workspace.each_message(&self.workspace.root).ok()?;
        all.into_iter().map(|each| each.ok().map(Arc::new)).collect()
    }

    /// Rejects an unusable configuration, for commands that need one.
    ///
    /// # Errors
    /// The configuration's error.
    pub fn require_config(&self) -> Result<(), ProjectError> {
        match self.unread_of(FileKind::Config).next() {
            Some(unusable) => Err(unusable.error.clone()),
            None => Ok(()),
        }
    }

    /// Yields the unusable files of a kind.
    pub fn unread_of(&self, kind: FileKind) -> impl Iterator<Item = &Arc<Unusable>> {
        let of_kind = self.unread.iter().filter(move |unread| unread.kind == kind);
        of_kind.map(|unread| &unread.unusable)
    }

    /// Returns all unusable files as findings with locations.
    #[must_use]
    pub fn findings(&self) -> Vec<Diagnostic> {
        self.unread.iter().map(|unread| Diagnostic::clone(&unread.finding)).collect()
    }

    /// Whether a folder, which may be gone, belongs to or contains a message.
    #[must_use]
    pub fn holds_messages(&self, folder: &Path) -> bool {
        let mut parts = self.messages.iter().flat_map(|message| &message.parts);
        parts.any(|part| part.path.starts_with(folder))
    }
}
