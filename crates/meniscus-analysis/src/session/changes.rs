use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::files::{Files, is_beside};
use crate::project::Workspace;

/// The kind of a workspace file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// `meniscus.toml`, or a catalog that every recipient has.
    Config,
    /// A template, or another file of a message.
    Template,
    Block,
    /// A scenario, or a file that one reads.
    Scenario,
    /// A recording, or a response body.
    Recording,
    Schema,
    /// An accepted snapshot.
    Snapshot,
}

impl FileKind {
    const ALL: [FileKind; 7] = [
        FileKind::Config,
        FileKind::Template,
        FileKind::Block,
        FileKind::Scenario,
        FileKind::Recording,
        FileKind::Schema,
        FileKind::Snapshot,
    ];

    pub fn word(self) -> &'static str {
        match self {
            FileKind::Config => "config",
            FileKind::Template => "template",
            FileKind::Block => "block",
            FileKind::Scenario => "scenario",
            FileKind::Recording => "recording",
            FileKind::Schema => "schema",
            FileKind::Snapshot => "snapshot",
        }
    }
}

/// Changed files with their kinds, sorted by path.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    pub kinds: Vec<FileKind>,
    /// The files, as shown.
    pub paths: Vec<String>,
}

impl Changes {
    /// Returns changes of every kind.
    pub fn all() -> Changes {
        Changes { kinds: FileKind::ALL.to_vec(), paths: Vec::new() }
    }

    /// Whether files of a kind changed.
    pub fn has(&self, kind: FileKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether files of a kind must be read again.
    pub fn read(&self, kind: FileKind) -> bool {
        self.has(kind)
            || match kind {
                FileKind::Snapshot => false,
                FileKind::Recording => self.has(FileKind::Config) || self.has(FileKind::Schema),
                FileKind::Schema => self.has(FileKind::Config) || self.has(FileKind::Recording),
                _ => self.has(FileKind::Config),
            }
    }

    /// Adds another file.
    pub fn add(&mut self, kind: FileKind, path: String) {
        if let Err(place) = self.kinds.binary_search(&kind) {
            self.kinds.insert(place, kind);
        }
        if let Err(place) = self.paths.binary_search(&path) {
            self.paths.insert(place, path);
        }
    }
}

/// Classifies the files of a workspace.
#[derive(Debug)]
pub struct Places {
    config: PathBuf,
    folders: Vec<(FileKind, PathBuf)>,
    root: PathBuf,
    templates: GlobSet,
    /// Folders in which patterns find templates.
    roots: Vec<PathBuf>,
    scope: PathBuf,
    files: Arc<dyn Files>,
}

impl Places {
    /// Prepares to classify the files of a workspace, of which `scope` is shown.
    pub fn of(workspace: &Workspace, scope: &Path) -> Places {
        let root = workspace.root.clone();
        let paths = &workspace.config.paths;
        let folders = [
            (FileKind::Config, &*paths.catalogs),
            (FileKind::Block, &*paths.content_blocks),
            (FileKind::Scenario, &*paths.scenarios),
            (FileKind::Recording, &*paths.recordings),
            (FileKind::Schema, &*paths.schemas),
            (FileKind::Snapshot, &*paths.snapshots),
        ];
        let folders = folders.map(|(kind, folder)| (kind, root.join(folder))).to_vec();
        let mut templates = GlobSetBuilder::new();
        for pattern in &paths.templates {
            // An invalid pattern is reported when messages are read.
            if let Ok(glob) = Glob::new(pattern) {
                templates.add(glob);
            }
        }
        let templates = templates.build().unwrap_or_else(|_| GlobSet::empty());
        let roots = paths.templates.iter().map(|pattern| {
            let fixed = pattern.split('/').take_while(|name| !is_pattern(name));
            fixed.collect::<PathBuf>()
        });
        let roots = roots.collect();
        let config = root.join("meniscus.toml");
        Places {
            config,
            folders,
            root,
            templates,
            roots,
            scope: scope.to_owned(),
            files: Arc::clone(&workspace.files),
        }
    }

    /// Returns the kind of a file; `None` if it is never read.
    pub fn kind_of(&self, path: &Path) -> Option<FileKind> {
        if is_beside(path) {
            return None;
        }
        if path == self.config {
            return Some(FileKind::Config);
        }
        if let Some((kind, _)) = self.folders.iter().find(|(_, folder)| path.starts_with(folder)) {
            return Some(*kind);
        }
        let inner = path.strip_prefix(&self.root).ok()?;
        let beside_message =
            || path.parent().is_some_and(|folder| self.files.is_file(&folder.join("message.toml")));
        let is_template = path == self.scope
            || self.templates.is_match(inner)
            || path.file_name().is_some_and(|name| name == "message.toml")
            || beside_message()
            // A folder of templates that appeared, or no longer is one.
            || ((self.files.is_folder(path) || path.extension().is_none()) && self.may_hold_templates(inner));
        is_template.then_some(FileKind::Template)
    }

    fn may_hold_templates(&self, folder: &Path) -> bool {
        self.roots.iter().any(|root| folder.starts_with(root) || root.starts_with(folder))
    }
}

/// Whether a name in a pattern has wildcards.
pub fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}
