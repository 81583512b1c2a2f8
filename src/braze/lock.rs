use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};

use super::kinds::{Kind, Listed};
use crate::files::read_file_to_string;
use crate::live::record::{WriteError, append_line, write_file};

/// The file beside `meniscus.toml` that says what was pulled. It belongs to the workspace's history.
pub const LOCK_FILE: &str = "braze.lock.json";

const VERSION: u32 = 1;

/// Entries of a run that isn't over, one a line: after a run that was killed, they are part of the
/// lock.
const JOURNAL_FILE: &str = ".braze.lock.journal";

/// What was pulled, so that the next pull knows what has changed here and what in Braze.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    /// Where it was pulled from: another instance has other ids.
    pub endpoint: String,
    /// By kind and id: `campaigns/1a2b`.
    objects: BTreeMap<String, Entry>,
    /// Those that this run has changed: another run may have changed others meanwhile.
    #[serde(skip)]
    changed: BTreeSet<String>,
}

/// A line of the journal.
#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    entry: Entry,
}

/// What was pulled of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub name: String,
    /// When it was last changed in Braze, as Braze writes it.
    pub edited: String,
    /// The name of its file or folder, which stays when the object is renamed.
    pub place: String,
    /// Digests of its files as they were in Braze, by path.
    pub files: BTreeMap<String, String>,
    /// Digests of files that were being sent to Braze, which may have arrived.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub sending: BTreeMap<String, String>,
}

/// Why a lock can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct LockError {
    pub problem: String,
    pub help: String,
}

impl Lock {
    /// Reads the lock of a workspace; an empty one if nothing was pulled yet.
    ///
    /// # Errors
    /// If it can't be read, or is of another instance of Braze.
    pub fn read(root: &Path, endpoint: &str) -> Result<Lock, LockError> {
        let mut lock = match read_file_to_string(&root.join(LOCK_FILE)) {
            Ok(text) => Lock::parse(&text, endpoint)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Lock {
                version: VERSION,
                endpoint: endpoint.to_owned(),
                objects: BTreeMap::new(),
                changed: BTreeSet::new(),
            },
            Err(error) => {
                return Err(LockError {
                    problem: format!("can't read `{LOCK_FILE}`: {error}"),
                    help: "check its permissions".to_owned(),
                });
            }
        };
        // Whoever deletes the lock begins anew. The last line may be cut.
        let journal = match root.join(LOCK_FILE).is_file() {
            true => read_file_to_string(&root.join(JOURNAL_FILE)).unwrap_or_default(),
            false => String::new(),
        };
        for line in journal.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()) {
            lock.changed.insert(line.key.clone());
            lock.objects.insert(line.key, line.entry);
        }
        let paths = lock.objects.values().flat_map(|entry| entry.files.keys());
        let mut paths = paths.chain(lock.objects.values().map(|entry| &entry.place));
        let is_inside = |path: &str| {
            let mut steps = Path::new(path).components();
            steps.all(|step| matches!(step, Component::Normal(_)))
        };
        match paths.find(|path| !is_inside(path)) {
            None => Ok(lock),
            Some(path) => Err(LockError {
                problem: format!("`{LOCK_FILE}` names `{path}`, which isn't in the workspace"),
                help:
                    "restore it from version control, or delete it; files that differ then become \
                     conflicts"
                        .to_owned(),
            }),
        }
    }

    fn parse(text: &str, endpoint: &str) -> Result<Lock, LockError> {
        let lock = serde_json::from_str::<Lock>(text).map_err(|error| LockError {
            problem: format!("`{LOCK_FILE}` isn't what a pull wrote: {error}"),
            help: "restore it from version control, or delete it; files that differ then become \
                   conflicts"
                .to_owned(),
        })?;
        if lock.version != VERSION {
            return Err(LockError {
                problem: format!(
                    "`{LOCK_FILE}` has version {}, but only {VERSION} is supported",
                    lock.version
                ),
                help: "use the version of meniscus that wrote it, or a newer one".to_owned(),
            });
        }
        if lock.endpoint != endpoint {
            return Err(LockError {
                problem: format!(
                    "this workspace was pulled from `{}`, not from `{endpoint}`",
                    lock.endpoint
                ),
                help: "use a separate workspace for each Braze instance, or fix `endpoint` under \
                       `[braze]`"
                    .to_owned(),
            });
        }
        Ok(lock)
    }

    /// Begins a run: the journal belongs to a lock that is there.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn begin(&self, root: &Path) -> Result<(), WriteError> {
        match root.join(LOCK_FILE).is_file() {
            // What a run that was killed left is in the lock from now on.
            true if root.join(JOURNAL_FILE).is_file() => self.write(root),
            true => Ok(()),
            false => {
                let _gone = std::fs::remove_file(root.join(JOURNAL_FILE));
                self.write(root)
            }
        }
    }

    /// Writes the lock, whole or not at all. What another run wrote meanwhile is kept.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&self, root: &Path) -> Result<(), WriteError> {
        let mut merged = Lock::read(root, &self.endpoint).unwrap_or_else(|_| self.clone());
        for key in &self.changed {
            if let Some(entry) = self.objects.get(key) {
                merged.objects.insert(key.clone(), entry.clone());
            }
        }
        let text = serde_json::to_string_pretty(&merged).unwrap_or_default() + "\n";
        write_file(root, &root.join(LOCK_FILE), &text)?;
        // All of it is in the lock now.
        let _gone = std::fs::remove_file(root.join(JOURNAL_FILE));
        Ok(())
    }

    /// Notes an object in the journal, which costs less than writing the lock.
    ///
    /// # Errors
    /// If it can't be written.
    pub(super) fn note(&self, root: &Path, listed: &Listed) -> Result<(), WriteError> {
        let key = key(listed.kind, &listed.id);
        let Some(entry) = self.objects.get(&key).cloned() else { return Ok(()) };
        let line = serde_json::to_string(&Line { key, entry }).unwrap_or_default() + "\n";
        append_line(root, &root.join(JOURNAL_FILE), &line)
    }

    pub(super) fn entry(&self, listed: &Listed) -> Option<&Entry> {
        self.objects.get(&key(listed.kind, &listed.id))
    }

    pub(super) fn put(&mut self, listed: &Listed, entry: Entry) {
        let key = key(listed.kind, &listed.id);
        self.changed.insert(key.clone());
        self.objects.insert(key, entry);
    }

    /// Whether anything of a kind was pulled.
    #[must_use]
    pub fn has(&self, kind: Kind) -> bool {
        self.of(kind).next().is_some()
    }

    /// Yields the places of a kind.
    pub(super) fn places(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.of(kind).map(|(_, entry)| &*entry.place)
    }

    /// Returns the names of objects that aren't listed any more.
    #[must_use]
    pub fn gone(&self, kind: Kind, listed: &[Listed]) -> Vec<String> {
        let is_listed = |id: &str| listed.iter().any(|one| one.id == id);
        let gone = self.of(kind).filter(|(id, _)| !is_listed(id));
        gone.map(|(_, entry)| entry.name.clone()).collect()
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = (&str, &Entry)> {
        self.objects.iter().filter_map(move |(key, entry)| {
            let (of, id) = key.split_once('/')?;
            (of == kind.name()).then_some((id, entry))
        })
    }
}

fn key(kind: Kind, id: &str) -> String {
    format!("{}/{id}", kind.name())
}
