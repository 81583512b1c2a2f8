//! Answers requests from recordings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Fetch;
use super::error::{RecordingError, UnknownRecording};
use super::file::RecordingFile;
use super::matcher::Seen;
use super::stub::Recording;
use super::unanswered::Unanswered;
use crate::http::Request;
use crate::http::{Answer, Origin};
use crate::text::nearest;

/// Recordings that answer requests, in the order of their paths.
///
/// A clone shares the recordings.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    recordings: Vec<Arc<Recording>>,
}

impl Replay {
    /// Recordings in the order in which they're given, beside the names that are given twice. Of two with one name, both are
    /// among them.
    #[must_use]
    pub fn of(recordings: impl IntoIterator<Item = Recording>) -> (Self, Vec<RecordingError>) {
        let recordings = recordings.into_iter().map(Arc::new).collect::<Vec<_>>();
        let errors = duplicate_names(&recordings);
        (Self { recordings }, errors)
    }

    /// Recordings from the texts of their files, each with its name: the path below a folder of recordings, without `.json`.
    ///
    /// # Errors
    /// Every problem of every text, then every name that is given twice.
    pub fn of_texts<'t>(
        texts: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Self, Vec<RecordingError>> {
        let (mut recordings, mut errors) = (Vec::new(), Vec::new());
        for (key, text) in texts {
            let path = PathBuf::from(format!("{key}.json"));
            let file = RecordingFile { key, path: &path, file: &path, bodies: None };
            match file.read(text.as_bytes().to_vec()) {
                Ok(read) => recordings.extend(read),
                Err(found) => errors.extend(found),
            }
        }
        let (replay, twice) = Self::of(recordings);
        errors.extend(twice);
        if errors.is_empty() { Ok(replay) } else { Err(errors) }
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
