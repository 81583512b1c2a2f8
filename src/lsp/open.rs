//! The workspaces of open files, each read once and kept up to date.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::diagnostic::Diagnostic;
use crate::files::{Disk, Files, Unsaved};
use crate::project::{Message, ProjectError, Workspace, is_workspace};
use crate::rules::{Targets, lint};
use crate::session::{Changes, Places, Session};

/// A workspace with what the editor holds of it.
#[derive(Debug)]
pub(super) struct Opened {
    pub session: Arc<Session>,
    /// What is read, unsaved texts before those on disk.
    pub files: Arc<Unsaved>,
    scope: PathBuf,
    pub linted: Arc<Lints>,
}

/// What was found in each message, as long as nothing changes that it depends on.
#[derive(Debug, Default)]
pub(super) struct Lints(Mutex<HashMap<String, Lint>>);

#[derive(Debug)]
struct Lint {
    session: Arc<Session>,
    found: Arc<Vec<Diagnostic>>,
}

impl Lints {
    /// Lints a message, unless that is known.
    pub fn of(&self, session: &Arc<Session>, message: &Arc<Message>) -> Arc<Vec<Diagnostic>> {
        let is_same = |known: &Lint| {
            let Lint { session: before, .. } = known;
            Arc::ptr_eq(&before.known, &session.known)
                && Arc::ptr_eq(&before.levels, &session.levels)
                && before.messages.iter().any(|known| Arc::ptr_eq(known, message))
        };
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&message.name).filter(|known| is_same(known)) {
            return Arc::clone(&known.found);
        }
        drop(known);
        let targets = Targets { messages: vec![Arc::clone(message)], ..Targets::default() };
        let found = Arc::new(lint(&session.known, &session.levels, &targets).diagnostics);
        let entry = Lint { session: Arc::clone(session), found: Arc::clone(&found) };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(message.name.clone(), entry);
        found
    }
}

impl Opened {
    /// Reads a workspace; without a configuration, only `scope` of it.
    ///
    /// # Errors
    /// If its configuration can't be read.
    fn read(
        root: &Path,
        scope: &Path,
        texts: BTreeMap<PathBuf, String>,
    ) -> Result<Opened, ProjectError> {
        let files = Arc::new(Unsaved::new(Disk::files(), texts));
        let read: Arc<dyn Files> = Arc::clone(&files) as _;
        let workspace = Workspace::of(read, root)?;
        let session = Session::read(workspace, vec![scope.to_owned()]);
        Ok(Opened {
            session: Arc::new(session),
            files,
            scope: scope.to_owned(),
            linted: Arc::default(),
        })
    }

    /// Reads again what depends on changed files; returns whether anything does.
    pub fn update(&mut self, paths: &[PathBuf]) -> bool {
        let places = Places::of(&self.session.workspace, &self.scope);
        let mut changes = Changes::default();
        for path in paths {
            let kind = places.kind_of(path);
            let kind = kind.or_else(|| {
                self.session.holds_messages(path).then_some(crate::session::FileKind::Template)
            });
            if let Some(kind) = kind {
                changes.add(kind, self.session.workspace.shown(path));
            }
        }
        if changes.kinds.is_empty() {
            return false;
        }
        self.session = Arc::new(self.session.again(&changes));
        true
    }
}

/// Why a file has no workspace.
#[derive(Clone, Debug)]
pub(super) struct Unopened {
    /// The configuration that can't be read, and why.
    pub root: PathBuf,
    pub error: String,
}

/// The workspaces that are open, by their folders.
#[derive(Debug, Default)]
pub(super) struct Workspaces {
    open: BTreeMap<PathBuf, Opened>,
}

impl Workspaces {
    /// Returns the folder of a file's workspace: the nearest with a configuration up to one of the
    /// client's folders; otherwise the file alone, in the client's folder.
    pub fn root_of(path: &Path, folders: &[PathBuf]) -> PathBuf {
        let folder = folders.iter().filter(|folder| path.starts_with(folder));
        let folder = folder.max_by_key(|folder| folder.components().count());
        let mut ancestors = path.ancestors().skip(1);
        let disk = Disk::files();
        let configured = ancestors.find(|ancestor| is_workspace(&*disk, ancestor));
        let beside = path.parent().unwrap_or(path);
        match (configured, folder) {
            (Some(root), _) => root.to_owned(),
            (None, Some(folder)) => folder.clone(),
            (None, None) => beside.to_owned(),
        }
    }

    /// Returns the workspace of a file, which is read when its first file is opened. `texts` gives
    /// the unsaved texts there.
    ///
    /// # Errors
    /// If its configuration can't be read.
    pub fn of(
        &mut self,
        path: &Path,
        folders: &[PathBuf],
        texts: impl FnOnce(&Path) -> BTreeMap<PathBuf, String>,
    ) -> Result<&mut Opened, Unopened> {
        let root = Workspaces::root_of(path, folders);
        if !self.open.contains_key(&root) {
            let is_configured = is_workspace(&*Disk::files(), &root);
            let scope = if is_configured { root.as_path() } else { path };
            let opened = Opened::read(&root, scope, texts(&root))
                .map_err(|error| Unopened { root: root.clone(), error: error.to_string() })?;
            self.open.insert(root.clone(), opened);
        }
        // It was just put there if it wasn't.
        self.open.get_mut(&root).ok_or(Unopened { root, error: String::new() })
    }

    pub fn all(&mut self) -> impl Iterator<Item = (&PathBuf, &mut Opened)> {
        self.open.iter_mut()
    }

    /// Forgets a workspace; it is read again when it is needed.
    pub fn forget(&mut self, root: &Path) {
        self.open.remove(root);
    }
}
