use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::files::{Files, UNFINISHED};
use crate::project::Workspace;

/// What a file of a workspace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// `meniscus.toml`.
    Config,
    /// A template, or another file of a message.
    Template,
    /// A content block.
    Block,
    /// A scenario, or a file that one reads.
    Scenario,
    /// A recording, or the body of one.
    Recording,
    /// A pack or a schema.
    Schema,
    /// An accepted text.
    Snapshot,
}

impl FileKind {
    /// All kinds.
    const ALL: [FileKind; 7] = [
        FileKind::Config,
        FileKind::Template,
        FileKind::Block,
        FileKind::Scenario,
        FileKind::Recording,
        FileKind::Schema,
        FileKind::Snapshot,
    ];

    /// The word for it.
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

/// Files that changed, each with what it is, in order of path.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The kinds, each once.
    pub kinds: Vec<FileKind>,
    /// The files, as they are shown.
    pub paths: Vec<String>,
}

impl Changes {
    /// As if everything had changed.
    pub fn all() -> Changes {
        Changes { kinds: FileKind::ALL.to_vec(), paths: Vec::new() }
    }

    /// Whether files of a kind are among them.
    pub fn has(&self, kind: FileKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether files of a kind are read because of them.
    pub fn read(&self, kind: FileKind) -> bool {
        self.has(kind)
            || match kind {
                FileKind::Snapshot => false,
                FileKind::Recording => self.has(FileKind::Config) || self.has(FileKind::Schema),
                FileKind::Schema => self.has(FileKind::Config) || self.has(FileKind::Recording),
                _ => self.has(FileKind::Config),
            }
    }

    /// Takes another file in.
    pub fn add(&mut self, kind: FileKind, path: String) {
        if let Err(place) = self.kinds.binary_search(&kind) {
            self.kinds.insert(place, kind);
        }
        if let Err(place) = self.paths.binary_search(&path) {
            self.paths.insert(place, path);
        }
    }
}

/// Tells what the files of a workspace are.
#[derive(Debug)]
pub struct Places {
    config: PathBuf,
    folders: Vec<(FileKind, PathBuf)>,
    root: PathBuf,
    templates: GlobSet,
    /// The folders below which patterns find templates.
    roots: Vec<PathBuf>,
    scope: PathBuf,
    files: Arc<dyn Files>,
}

impl Places {
    /// The places of a workspace, of which `scope` is shown.
    pub fn of(workspace: &Workspace, scope: &Path) -> Places {
        let root = workspace.root.clone();
        let paths = &workspace.config.paths;
        let folders = [
            (FileKind::Block, &*paths.content_blocks),
            (FileKind::Scenario, &*paths.scenarios),
            (FileKind::Recording, &*paths.recordings),
            (FileKind::Schema, &*paths.schemas),
            (FileKind::Snapshot, &*paths.snapshots),
        ];
        let folders = folders.map(|(kind, folder)| (kind, root.join(folder))).to_vec();
        let mut templates = GlobSetBuilder::new();
        for pattern in &paths.templates {
            // A pattern that cannot be read is told where messages are read.
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

    /// What a file is; none where nothing reads it.
    pub fn kind_of(&self, path: &Path) -> Option<FileKind> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // What editors leave for a moment.
        if name.starts_with(UNFINISHED) || name.ends_with('~') || name.ends_with(".swp") {
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
            // A folder of templates that came, or that is one no longer.
            || ((self.files.is_folder(path) || path.extension().is_none()) && self.may_hold_templates(inner));
        is_template.then_some(FileKind::Template)
    }

    fn may_hold_templates(&self, folder: &Path) -> bool {
        self.roots.iter().any(|root| folder.starts_with(root) || root.starts_with(folder))
    }
}

/// Whether a name in a pattern stands for many.
pub fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '[', '{'])
}
