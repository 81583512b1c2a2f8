//! Answers requests from a folder of recordings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::error::{RecordingError, UnknownRecording};
use super::mapping::read_mappings;
use super::matcher::Seen;
use super::recording::Recording;
use super::response::{Answer, BodyFile, Origin};
use super::unanswered::Unanswered;
use super::{Fetch, Request};
use crate::text::{self, check_entry, check_file, nearest, root_of};

/// The folder that holds bodies of responses and no recordings.
const BODY_FILES: &str = "__files";

/// Recordings that answer requests, in the order of their paths.
///
/// A clone shares the recordings.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    recordings: Vec<Arc<Recording>>,
}

impl Replay {
    /// Reads all `*.json` below `folder`, save what lies in `__files`; a folder that does not exist has no recordings.
    ///
    /// `bodyFileName` is looked up in `__files` of this folder or, when the folder is named `mappings` as in WireMock's own
    /// layout, beside it. Links to files are followed, links to folders are not.
    ///
    /// # Errors
    ///
    /// Every problem of every file, in path order, then every name that is given twice.
    pub fn load(folder: &Path) -> Result<Self, Vec<RecordingError>> {
        Self::load_as(folder, folder)
    }

    /// Reads a folder as [`Replay::load`] does, and tells its files by paths below `shown`: what
    /// people read does not depend on where the workspace lies.
    ///
    /// # Errors
    ///
    /// As [`Replay::load`].
    pub fn load_as(folder: &Path, shown: &Path) -> Result<Self, Vec<RecordingError>> {
        let (recordings, errors) = Self::load_sound(folder, shown);
        if errors.is_empty() { Ok(recordings) } else { Err(errors) }
    }

    /// Reads a folder as [`Replay::load_as`] does, and returns the recordings that can be used beside what is
    /// wrong with the others. Of two with one name, both are among the recordings.
    #[must_use]
    pub fn load_sound(folder: &Path, shown: &Path) -> (Self, Vec<RecordingError>) {
        let mut errors = Vec::new();
        let mut files = Vec::new();
        if folder.symlink_metadata().is_ok() {
            let mut found = Found {
                root: root_of(folder, shown),
                shown,
                files: &mut files,
                errors: &mut errors,
            };
            found.collect(folder, "");
        }
        files.sort();
        let body_files = body_files_of(folder);
        let mut recordings = Vec::new();
        let read = files.par_iter().map(|(key, path)| {
            let shown = shown.join(format!("{key}.json"));
            read_file(key, path, &shown, body_files.as_deref())
        });
        for file in read.collect::<Vec<_>>() {
            match file {
                Ok(read) => recordings.extend(read.into_iter().map(Arc::new)),
                Err(found) => errors.extend(found),
            }
        }
        errors.extend(duplicate_names(&recordings));
        (Self { recordings }, errors)
    }

    /// Returns these, and of the files `broken`, as they are shown, what `before` has of them: the same
    /// recordings at an earlier time.
    #[must_use]
    pub fn or_of(mut self, before: &Replay, broken: &[&Path]) -> Replay {
        let is_lost = |recording: &&Arc<Recording>| {
            broken.contains(&recording.path())
                && !self.recordings.iter().any(|known| known.path() == recording.path())
        };
        let lost = before.recordings.iter().filter(is_lost).cloned().collect::<Vec<_>>();
        self.recordings.extend(lost);
        self.recordings.sort_by(|a, b| a.origin().key.cmp(&b.origin().key));
        self
    }

    /// Returns the named recordings only, in path order; no names, no recordings.
    ///
    /// A name is a recording's name, a file relative to the folder (with or without `.json`), or a folder, which stands for
    /// all recordings below it (`wallet` or `wallet/`).
    ///
    /// # Errors
    ///
    /// The first name that selects nothing.
    pub fn select(&self, names: &[String]) -> Result<Self, UnknownRecording> {
        let mut chosen = BTreeSet::new();
        for name in names {
            let mut known = false;
            for (position, recording) in self.recordings.iter().enumerate() {
                if is_selected(recording.origin(), name) {
                    known = true;
                    chosen.insert(position);
                }
            }
            if !known {
                return Err(UnknownRecording {
                    name: name.clone(),
                    nearest: self.nearest_name(name),
                });
            }
        }
        Ok(Self {
            recordings: chosen
                .into_iter()
                .filter_map(|position| self.recordings.get(position).cloned())
                .collect(),
        })
    }

    /// Returns the number of recordings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recordings.len()
    }

    /// Returns whether there are no recordings.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recordings.is_empty()
    }

    /// Iterates over the recordings in path order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Recording> {
        self.recordings.iter().map(AsRef::as_ref)
    }

    /// Returns the recording at a position in path order.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&Recording> {
        self.recordings.get(position).map(AsRef::as_ref)
    }

    /// Returns the recording that answers the request.
    ///
    /// Of those whose conditions all hold, the one with the lowest `priority`, as in WireMock. Of equal ones the one with the
    /// most conditions: a URL counts two and one for each of its query parameters, a URL pattern and anything else counts
    /// one. Then an exact URL before a pattern, then the first in path order, and of one file's the last.
    ///
    /// Of equal priorities WireMock takes the one that was read last. It reads the mappings of one file in their order, so
    /// the last of equals is the same one here; but it reads files in the order in which a disk lists them, on which no
    /// answer here may depend.
    #[must_use]
    pub fn find(&self, request: &Request) -> Option<&Recording> {
        self.best(&Seen::new(request))
    }

    fn best(&self, seen: &Seen<'_>) -> Option<&Recording> {
        self.iter()
            .filter(|recording| recording.holds(seen))
            .min_by_key(|recording| recording.rank())
    }

    fn nearest_name(&self, name: &str) -> Option<String> {
        let mut candidates = BTreeSet::new();
        for recording in self.iter() {
            let origin = recording.origin();
            candidates.insert(origin.name.as_str());
            candidates.insert(origin.key.as_str());
            candidates.extend(origin.key.match_indices('/').map(|(end, _)| &origin.key[..end]));
        }
        nearest(name.trim_end_matches('/'), candidates).map(str::to_owned)
    }
}

impl Fetch for Replay {
    fn fetch(&self, request: &Request) -> Result<Answer, Unanswered> {
        let seen = Seen::new(request);
        match self.best(&seen) {
            Some(recording) => Ok(recording.answer()),
            None => Err(Unanswered::by_recordings(&seen, &self.recordings)),
        }
    }
}

fn is_selected(origin: &Origin, name: &str) -> bool {
    let path = name.strip_suffix(".json").unwrap_or(name);
    let folder = name.trim_end_matches('/');
    let below = || {
        origin
            .key
            .strip_prefix(folder)
            .is_some_and(|rest| !folder.is_empty() && rest.starts_with('/'))
    };
    origin.name == name || origin.key == path || below()
}

fn body_files_of(folder: &Path) -> Option<PathBuf> {
    let own = folder.join(BODY_FILES);
    let beside = || {
        folder
            .file_name()
            .is_some_and(|name| name == "mappings")
            .then(|| folder.with_file_name(BODY_FILES))
    };
    if own.is_dir() { Some(own) } else { beside().filter(|path| path.is_dir()) }
}

/// The folder of bodies as it is shown, of a recording's file and how that is shown.
fn body_files_shown(folder: &Path, file: &Path, shown: &Path) -> PathBuf {
    // What the two paths of the file have in common at their ends lies below the folder.
    let base = folder.parent().unwrap_or(folder);
    let below = file.strip_prefix(base).map_or(0, |inner| inner.components().count());
    let root = shown.ancestors().nth(below).unwrap_or(Path::new(""));
    root.join(BODY_FILES)
}

/// The search for the files of a folder.
struct Found<'f> {
    root: Option<&'f Path>,
    shown: &'f Path,
    files: &'f mut Vec<(String, PathBuf)>,
    errors: &'f mut Vec<RecordingError>,
}

impl Found<'_> {
    fn refuse(&mut self, name: &str, source: std::io::Error) {
        self.errors.push(RecordingError::Unreadable { path: self.shown.join(name), source });
    }

    fn collect(&mut self, folder: &Path, prefix: &str) {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(source) => return self.refuse(prefix, source),
        };
        for entry in entries {
            let found =
                entry.and_then(|entry| Ok((entry.path(), entry.file_name(), entry.file_type()?)));
            let (path, name, kind) = match found {
                Ok(found) => found,
                Err(source) => {
                    self.refuse(prefix, source);
                    continue;
                }
            };
            let name = name.to_string_lossy();
            if kind.is_dir() && name != BODY_FILES {
                self.collect(&path, &format!("{prefix}{name}/"));
            } else if let Err(source) = check_entry(&path) {
                self.refuse(&format!("{prefix}{name}"), source);
            } else if let Some(stem) = name.strip_suffix(".json") {
                match self.root.map_or(Ok(()), |root| check_file(root, &path)) {
                    Ok(()) => self.files.push((format!("{prefix}{stem}"), path)),
                    Err(source) => self.refuse(&format!("{prefix}{name}"), source),
                }
            }
        }
    }
}

fn read_file(
    key: &str,
    file: &Path,
    path: &Path,
    body_files: Option<&Path>,
) -> Result<Vec<Recording>, Vec<RecordingError>> {
    let bytes = text::read_file(file)
        .map_err(|source| vec![RecordingError::Unreadable { path: path.to_owned(), source }])?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let sound = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..sound];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        let column = 1 + before.iter().rev().take_while(|&&byte| byte != b'\n').count();
        vec![RecordingError::Syntax {
            path: path.to_owned(),
            line,
            column,
            message: "bytes that are not UTF-8".to_owned(),
        }]
    })?;
    let read = read_mappings(path, &text, body_files)?;
    let many = read.mappings.len() > 1;
    let recordings = read.mappings.into_iter().enumerate().map(|(index, mapping)| {
        let name = match &mapping.name {
            Some(name) => name.clone(),
            None if many => format!("{key}#{}", index + 1),
            None => key.to_owned(),
        };
        let index = read.is_list.then_some(index);
        let body = mapping.body_file.as_ref().zip(body_files).map(|(name, folder)| {
            let shown = body_files_shown(folder, file, path);
            BodyFile { path: shown.join(name), file: folder.join(name) }
        });
        let (path, file) = (path.to_owned(), file.to_owned());
        Recording::new(Origin { name, path, key: key.to_owned(), index, file, body }, mapping)
    });
    Ok(recordings.collect())
}

fn duplicate_names(recordings: &[Arc<Recording>]) -> Vec<RecordingError> {
    let mut first_of: BTreeMap<&str, &Path> = BTreeMap::new();
    let mut errors = Vec::new();
    for recording in recordings {
        match first_of.get(recording.name()) {
            Some(first) => errors.push(RecordingError::DuplicateName {
                name: recording.name().to_owned(),
                first: first.to_path_buf(),
                second: recording.path().to_owned(),
            }),
            None => {
                first_of.insert(recording.name(), recording.path());
            }
        }
    }
    errors
}
