use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::kinds::{Kind, Listed};
use crate::files::read_file_to_string;
use crate::live::record::{WriteError, write_file};

/// The file beside `meniscus.toml` that says what was pulled. It belongs to the workspace's history.
pub const LOCK_FILE: &str = "braze.lock.json";

const VERSION: u32 = 1;

/// What was pulled, so that the next pull knows what has changed here and what in Braze.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    /// Where it was pulled from: another instance has other ids.
    pub endpoint: String,
    /// By kind and id: `campaigns/1a2b`.
    objects: BTreeMap<String, Entry>,
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
        let path = root.join(LOCK_FILE);
        let text = match read_file_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let (endpoint, objects) = (endpoint.to_owned(), BTreeMap::new());
                return Ok(Lock { version: VERSION, endpoint, objects });
            }
            Err(error) => {
                return Err(LockError {
                    problem: format!("can't read `{LOCK_FILE}`: {error}"),
                    help: "check its permissions".to_owned(),
                });
            }
        };
        let lock = serde_json::from_str::<Lock>(&text).map_err(|error| LockError {
            problem: format!("`{LOCK_FILE}` isn't what a pull wrote: {error}"),
            help: "take it from the history, or delete it: files that differ are conflicts then"
                .to_owned(),
        })?;
        if lock.version != VERSION {
            return Err(LockError {
                problem: format!("`{LOCK_FILE}` has version {}, expected {VERSION}", lock.version),
                help: "use the version of meniscus that wrote it, or a newer one".to_owned(),
            });
        }
        if lock.endpoint != endpoint {
            return Err(LockError {
                problem: format!("this workspace was pulled from `{}`, not from `{endpoint}`", lock.endpoint),
                help: "use a workspace for each instance of Braze, or correct `endpoint` under `[braze]`".to_owned(),
            });
        }
        Ok(lock)
    }

    /// Writes the lock, whole or not at all.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn write(&self, root: &Path) -> Result<(), WriteError> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default() + "\n";
        write_file(root, &root.join(LOCK_FILE), &text)
    }

    pub(super) fn entry(&self, listed: &Listed) -> Option<&Entry> {
        self.objects.get(&key(listed.kind, &listed.id))
    }

    pub(super) fn put(&mut self, listed: &Listed, entry: Entry) {
        self.objects.insert(key(listed.kind, &listed.id), entry);
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
