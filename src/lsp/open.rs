//! The workspaces of open files, each read once and kept up to date.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use meniscus_preview::page::counting::{found_in, is_same};

use super::capabilities::Client;
use super::lines::Encoding;
use super::page::Page;
use crate::diagnostic::Diagnostic;
use crate::files::{Disk, Files, Unsaved};
use crate::project::{MESSAGE_FILE, Message, ProjectError, Workspace, is_workspace};
use crate::session::{Changes, FileKind, Places, Session};

/// A workspace with what the editor holds of it.
#[derive(Debug)]
pub(super) struct Opened {
    pub session: Arc<Session>,
    /// What is read, unsaved texts before those on disk.
    pub files: Arc<Unsaved>,
    /// What is read of it: all, or one file where there is no configuration.
    scope: PathBuf,
    pub is_configured: bool,
    pub linted: Arc<Lints>,
    /// The preview's page, once the client asked something for it.
    pub page: Option<Arc<Page>>,
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
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get_mut(&message.name)
            && is_same(&known.session, session, message)
        {
            // The older session isn't needed any more.
            known.session = Arc::clone(session);
            return Arc::clone(&known.found);
        }
        drop(known);
        let found = Arc::new(found_in(session, message));
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
        file: Option<&Path>,
        texts: BTreeMap<PathBuf, String>,
    ) -> Result<Opened, ProjectError> {
        let scope = file.unwrap_or(root);
        let files = Arc::new(Unsaved::new(Disk::files(), texts));
        let read: Arc<dyn Files> = Arc::clone(&files) as _;
        let workspace = Workspace::of(read, root)?;
        let session = Session::read(workspace, vec![scope.to_owned()]);
        Ok(Opened {
            session: Arc::new(session),
            files,
            scope: scope.to_owned(),
            is_configured: file.is_none(),
            linted: Arc::default(),
            page: None,
        })
    }

    /// Whether a file is one of this workspace's.
    pub fn holds(&self, path: &Path) -> bool {
        match self.is_configured {
            true => path.starts_with(&self.session.workspace.root),
            false => path == self.scope,
        }
    }

    /// Reads again what depends on changed files; returns what changed, and whether other files
    /// depend on it.
    pub fn update(&mut self, paths: &[PathBuf]) -> Option<(Changes, bool)> {
        let places = Places::of(&self.session.workspace, &self.scope);
        let mut changes = Changes::default();
        let mut concerns_others = false;
        for path in paths.iter().filter(|path| self.holds(path)) {
            let kind = places.kind_of(path);
            let kind =
                kind.or_else(|| self.session.holds_messages(path).then_some(FileKind::Template));
            if let Some(kind) = kind {
                let is_part =
                    kind == FileKind::Template && path.file_name() != Some(MESSAGE_FILE.as_ref());
                concerns_others |= !is_part;
                changes.add(kind, self.session.workspace.shown(path));
            }
        }
        if changes.kinds.is_empty() {
            return None;
        }
        if let Some(page) = &self.page {
            page.interrupt();
        }
        self.session = Arc::new(self.session.again(&changes));
        Some((changes, concerns_others))
    }
}

/// Why a file has no workspace.
#[derive(Clone, Debug)]
pub(super) struct Unopened {
    /// The folder of the configuration that can't be read.
    pub root: PathBuf,
    pub error: String,
    /// Where in the configuration the mistake is, if that is known.
    pub finding: Option<Box<Diagnostic>>,
    pub encoding: Encoding,
}

impl Unopened {
    fn new(root: &Path, error: ProjectError, client: &Client) -> Unopened {
        let (root, encoding) = (root.to_owned(), client.encoding);
        let (error, finding) = match error {
            ProjectError::Content(finding) => (finding.message.clone(), Some(finding)),
            error => (error.to_string(), None),
        };
        Unopened { root, error, finding, encoding }
    }
}

/// The workspaces that are open, by their folders; a file without a configuration by itself.
#[derive(Debug, Default)]
pub(super) struct Workspaces {
    open: BTreeMap<PathBuf, Opened>,
}

impl Workspaces {
    /// Returns the folder of a file's workspace, and whether it has a configuration: the nearest one
    /// that has; without any, the client's folder or the file's.
    fn root_of(path: &Path, folders: &[PathBuf]) -> (PathBuf, bool) {
        let folder = folders.iter().filter(|folder| path.starts_with(folder));
        let folder = folder.max_by_key(|folder| folder.components().count());
        let mut ancestors = path.ancestors().skip(1);
        let disk = Disk::files();
        let configured = ancestors.find(|ancestor| is_workspace(&*disk, ancestor));
        let beside = path.parent().unwrap_or(path);
        match (configured, folder) {
            (Some(root), _) => (root.to_owned(), true),
            (None, Some(folder)) => (folder.clone(), false),
            (None, None) => (beside.to_owned(), false),
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
        client: &Client,
        texts: impl FnOnce(&Path) -> BTreeMap<PathBuf, String>,
    ) -> Result<&mut Opened, Unopened> {
        let (root, is_configured) = Workspaces::root_of(path, &client.folders);
        let key = if is_configured { &*root } else { path }.to_owned();
        match self.open.entry(key) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(free) => {
                let file = (!is_configured).then_some(path);
                let opened = Opened::read(&root, file, texts(&root));
                Ok(free.insert(opened.map_err(|error| Unopened::new(&root, error, client))?))
            }
        }
    }

    pub fn all(&mut self) -> impl Iterator<Item = &mut Opened> {
        self.open.values_mut()
    }

    /// Forgets the workspaces in a folder; they are read again when they are needed.
    pub fn forget(&mut self, folder: &Path) {
        self.open.retain(|root, _| !root.starts_with(folder));
    }

    /// Forgets those whose configuration came or went.
    pub fn forget_other_configurations(&mut self) {
        let disk = Disk::files();
        self.open.retain(|_, opened| {
            let mut ancestors = opened.scope.ancestors();
            let nearest = ancestors.find(|folder| is_workspace(&*disk, folder));
            match opened.is_configured {
                true => nearest == Some(&*opened.session.workspace.root),
                false => nearest.is_none(),
            }
        });
    }
}
