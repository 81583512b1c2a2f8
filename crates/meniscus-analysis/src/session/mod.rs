//! A workspace that is read once, parsed once, and read again only where files have changed.
//!
//! A [`Session`] never changes: [`Session::again`] makes the next one, which shares with the last
//! whatever stayed the same. The preview holds one for as long as it serves, a command for one run.

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
    /// How often accepted snapshots changed since.
    pub accepted: u64,
    /// The folder and its configuration.
    pub workspace: Arc<Workspace>,
    /// The messages in scope, in order of name.
    pub messages: Vec<Arc<Message>>,
    /// Scenarios, content blocks, recordings and shapes.
    pub known: Arc<Knowledge>,
    /// The level of each rule.
    pub levels: Arc<Levels>,
    /// The files that can't be used. What was read of them before is kept until they can.
    pub unread: Vec<Unread>,
    /// The error of the first path in scope where no message is; it is in [`Session::unread`], too.
    pub absent: Option<ProjectError>,
    scope: Vec<PathBuf>,
}

/// A file that can't be used.
#[derive(Clone, Debug)]
pub struct Unread {
    /// What the file is.
    pub kind: FileKind,
    /// Why it can't be used.
    pub unusable: Arc<Unusable>,
    /// The same as a finding, at its place in the file as it was then.
    pub finding: Arc<Diagnostic>,
}

impl Unread {
    fn new(kind: FileKind, unusable: Unusable, workspace: &Workspace) -> Unread {
        let finding = Arc::new(unusable.finding(&*workspace.files, &workspace.root));
        Unread { kind, unusable: Arc::new(unusable), finding }
    }
}

impl Session {
    /// Reads a workspace, and of its messages those at the paths in `scope`: templates, folders with
    /// `message.toml`, or folders of these. Files that can't be used are in [`Session::unread`].
    ///
    /// A wrong level of a rule is one of these, too: rules then have the levels that they come with.
    #[must_use]
    pub fn read(workspace: Workspace, scope: Vec<PathBuf>) -> Session {
        let levels = Levels::of(&workspace.config);
        let (levels, wrong) = match levels {
            Ok(levels) => (levels, None),
            Err(error) => (Levels::default(), Some(error)),
        };
        let nothing = Session::of_nothing(workspace, levels, scope);
        let mut session = nothing.again(&Changes::all());
        session.unread.extend(wrong.map(|error| {
            let unusable = Unusable::config(error);
            Unread::new(FileKind::Config, unusable, &session.workspace)
        }));
        session
    }

    /// A session of a workspace of which nothing has been read.
    fn of_nothing(workspace: Workspace, levels: Levels, scope: Vec<PathBuf>) -> Session {
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

    /// Reads what is known of a workspace without its messages, for those who change it, and what is wrong with the
    /// files that can't be used: all others are read.
    #[must_use]
    pub fn knowledge(workspace: &Workspace) -> (Knowledge, Vec<Diagnostic>) {
        let nothing = Session::of_nothing(workspace.clone(), Levels::default(), Vec::new());
        let changes = Changes::all();
        let mut reading = Reading::new(&nothing, &changes);
        let known = reading.whole_knowledge(workspace);
        let unread = reading.unread.iter().map(|unread| Diagnostic::clone(&unread.finding));
        (known, unread.collect())
    }

    /// Reads again what has changed; the rest is shared.
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

    /// The message of a name.
    #[must_use]
    pub fn message(&self, name: &str) -> Option<&Arc<Message>> {
        self.messages.iter().find(|message| message.name == name)
    }

    /// The scenario of a name.
    #[must_use]
    pub fn scenario(&self, name: &str) -> Option<&Scenario> {
        self.known.scenarios.iter().find(|scenario| scenario.name == name)
    }

    /// The scenarios that apply to a message.
    pub fn scenarios_for<'s>(&'s self, message: &'s str) -> impl Iterator<Item = &'s Scenario> {
        self.known.scenarios.iter().filter(move |scenario| scenario.applies_to(message))
    }

    /// Whether the scope is all of the workspace.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        matches!(&*self.scope, [path] if *path == self.workspace.root)
    }

    /// All messages of the workspace, those outside the scope too; none where one can't be used.
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

    /// Refuses a configuration that can't be used, for what shows no message without it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn require_config(&self) -> Result<(), ProjectError> {
        match self.unread_of(FileKind::Config).next() {
            Some(unusable) => Err(unusable.error.clone()),
            None => Ok(()),
        }
    }

    /// The files of a kind that can't be used.
    pub fn unread_of(&self, kind: FileKind) -> impl Iterator<Item = &Arc<Unusable>> {
        let of_kind = self.unread.iter().filter(move |unread| unread.kind == kind);
        of_kind.map(|unread| &unread.unusable)
    }

    /// All files that can't be used, as findings at their places.
    #[must_use]
    pub fn findings(&self) -> Vec<Diagnostic> {
        self.unread.iter().map(|unread| Diagnostic::clone(&unread.finding)).collect()
    }

    /// Whether a folder, which may be gone, is one of a message or above one.
    #[must_use]
    pub fn holds_messages(&self, folder: &Path) -> bool {
        let mut parts = self.messages.iter().flat_map(|message| &message.parts);
        parts.any(|part| part.path.starts_with(folder))
    }
}
