//! Answers requests from recordings.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::Fetch;
use super::error::{RecordingError, UnknownRecording};
use super::file::RecordingFile;
use super::index::Index;
use super::matcher::Seen;
use super::stub::Recording;
use super::unanswered::Unanswered;
use crate::http::Request;
use crate::http::{Answer, RecordingOrigin};
use crate::text::nearest;

/// Recordings that answer requests, sorted by path.
///
/// Clones share the recordings.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    recordings: Vec<Arc<Recording>>,
    index: Arc<OnceLock<Index>>,
}

impl Replay {
    /// Collects recordings in the given order, and errors for duplicate names; duplicates are kept.
    #[must_use]
    pub fn of(recordings: impl IntoIterator<Item = Recording>) -> (Self, Vec<RecordingError>) {
        let mut refused: Option<(PathBuf, usize)> = None;
        let mut size = 0usize;
        let recordings = recordings.into_iter().filter(|recording| {
            size += recording.pattern_size;
            if size > MAX_PATTERNS && recording.pattern_size > 0 {
                refused.get_or_insert_with(|| (recording.path().to_owned(), 0)).1 += 1;
                return false;
            }
            true
        });
        let recordings = recordings.map(Arc::new).collect::<Vec<_>>();
        let mut errors = duplicate_names(&recordings);
        errors.extend(refused.map(|(path, count)| too_many_patterns(path, count)));
        (Self { recordings, index: Arc::default() }, errors)
    }

    /// Parses recordings from the contents of files, each named by its path below the recordings
    /// folder, without `.json`.
    ///
    /// # Errors
    /// Every problem of every file, then every duplicate name.
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

    /// Adds the recordings in `before` from the files `broken`, which can't be read now.
    #[must_use]
    pub fn or_of(mut self, before: &Replay, broken: &[&Path]) -> Replay {
        let is_lost = |recording: &&Arc<Recording>| {
            broken.contains(&recording.path())
                && !self.recordings.iter().any(|known| known.path() == recording.path())
        };
        let lost = before.recordings.iter().filter(is_lost).cloned().collect::<Vec<_>>();
        self.recordings.extend(lost);
        self.recordings.sort_by(|a, b| a.origin().key.cmp(&b.origin().key));
        self.index = Arc::default();
        self
    }

    /// Returns only the named recordings, in path order; without names, none.
    ///
    /// A name is a recording's name, a file relative to the folder (with or without `.json`), or a
    /// folder for all recordings below it (`wallet` or `wallet/`).
    ///
    /// # Errors
    ///
    /// The first name without a match.
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
            index: Arc::default(),
        })
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.recordings.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.recordings.is_empty()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Recording> {
        self.recordings.iter().map(AsRef::as_ref)
    }

    #[must_use]
    pub fn get(&self, position: usize) -> Option<&Recording> {
        self.recordings.get(position).map(AsRef::as_ref)
    }

    /// Returns the recording that answers the request.
    ///
    /// Among those whose conditions all hold, the one with the lowest `priority` wins, as in
    /// WireMock. With equal priorities, the one with the most conditions wins: a URL counts two,
    /// plus one for each of its query parameters; a URL pattern and anything else count one. After
    /// that, an exact URL wins over a pattern, then the first in path order, and within a file the
    /// last.
    ///
    /// With equal priorities, WireMock takes the one it read last. It reads the mappings of a file
    /// in order, so the last wins here too; but it reads files in the order the disk lists them,
    /// which must not matter here.
    #[must_use]
    pub fn find(&self, request: &Request) -> Option<&Recording> {
        self.best(&Seen::new(request))
    }

    fn best(&self, seen: &Seen<'_>) -> Option<&Recording> {
        let index = self.index.get_or_init(|| Index::of(&self.recordings));
        let candidates = index.candidates(seen).into_iter();
        candidates
            .filter_map(|place| self.get(place))
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

fn is_selected(origin: &RecordingOrigin, name: &str) -> bool {
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

/// Size limit for the patterns of all recordings, in states: a few hundred megabytes if all are
/// compiled.
const MAX_PATTERNS: usize = 10_000_000;

/// `path` is the first one left out.
fn too_many_patterns(path: PathBuf, count: usize) -> RecordingError {
    RecordingError::Content {
        path,
        line: None,
        column: None,
        message: format!(
            "the patterns of all recordings take too much memory: this recording and the rest, \
             {count} in all, are ignored"
        ),
        help: "use `equalTo` and `urlPath` for single values, or repeat less in patterns"
            .to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the recording found by scanning all.
    fn scanned<'r>(replay: &'r Replay, request: &Request) -> Option<&'r str> {
        let seen = Seen::new(request);
        let holding = replay.iter().filter(|recording| recording.holds(&seen));
        holding.min_by_key(|recording| recording.rank()).map(Recording::name)
    }

    /// A single pattern may be large; all together must not exhaust memory.
    #[test]
    fn patterns_are_bounded_together() {
        let texts = (0..300).map(|number| {
            let pattern = format!(r"/[\\p{{L}}\\w]{{90}}x{number}");
            let text = format!(
                r#"{{"request": {{"urlPathPattern": "{pattern}"}}, "response": {{"status": 200}}}}"#
            );
            (format!("r{number:03}"), text)
        });
        let texts = texts.collect::<Vec<_>>();
        let pairs = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let errors = Replay::of_texts(pairs).expect_err("too many");
        let [error] = &errors[..] else { panic!("{errors:?}") };
        assert!(error.to_string().contains("take too much memory"), "{error}");
        // The first ones are kept.
        assert!(error.path() > Path::new("r050.json"), "{error}");
    }

    /// Whatever a recording requires, a lookup finds the same as a scan.
    #[test]
    fn a_look_up_finds_what_a_scan_finds() {
        let wants = [
            r#""urlPath": "/a""#,
            r#""urlPath": "/a b""#,
            r#""url": "/a?x=1""#,
            r#""urlPathPattern": "/.""#,
            r#""urlPath": "/a", "queryParameters": {"x": {"equalTo": "1"}}"#,
            r#""urlPath": "/a", "queryParameters": {"x": {"equalTo": "A", "caseInsensitive": true}}"#,
            r#""urlPath": "/a", "queryParameters": {"x": {"doesNotMatch": "1"}, "y": {"equalTo": "2"}}"#,
            r#""urlPath": "/a", "bodyPatterns": [{"equalToJson": {"id": 1, "n": [1.0, null, true]}}]"#,
            r#""urlPath": "/a", "bodyPatterns": [{"equalToJson": {"id": 1}, "ignoreExtraElements": true}]"#,
            r#""urlPath": "/a", "bodyPatterns": [{"equalToJson": {"id": "${json-unit.any-number}"}}]"#,
            r#""bodyPatterns": [{"contains": "id"}], "priority_of": 0"#,
            r#""method": "POST", "bodyPatterns": [{"equalToJson": {"id": 2}}]"#,
            r#""urlPath": "/a", "queryParameters": {"x": {"absent": true}}"#,
            r#""method": "ANY""#,
        ];
        let texts = wants.iter().enumerate().map(|(number, wanted)| {
            let wanted = wanted.replace(", \"priority_of\": 0", "");
            let text = format!("{{\"request\": {{{wanted}}}, \"response\": {{\"status\": 200}}}}");
            (format!("r{number:02}"), text)
        });
        let texts = texts.collect::<Vec<_>>();
        let pairs = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let all = Replay::of_texts(pairs).unwrap_or_else(|errors| panic!("{errors:?}"));
        let mut found = BTreeSet::new();
        let urls = ["/a", "/a?x=1", "/a?x=a", "/a?x=2&y=2&x=1", "/a?y=2", "/a%20b", "/b", "/a?"];
        let bodies = [
            "",
            "{\"n\":[1,null,true],\"id\":1.0}",
            "{\"id\":1,\"k\":2}",
            "{\"id\": 2e0}",
            "id",
            "{",
        ];
        for url in urls {
            for body in bodies {
                for method in ["GET", "POST"] {
                    let mut request = Request::new(method, format!("https://h.test{url}"));
                    request.body = Some(body.to_owned());
                    // All of them, and without each of them: the first match must not hide mistakes
                    // in others.
                    for left_out in 0..=all.len() {
                        let names = all.iter().enumerate().filter(|(place, _)| *place != left_out);
                        let names = names.map(|(_, one)| one.name().to_owned()).collect::<Vec<_>>();
                        let replay = all.select(&names).expect("names that are there");
                        let wanted = scanned(&replay, &request);
                        assert_eq!(
                            replay.find(&request).map(Recording::name),
                            wanted,
                            "{request:?}"
                        );
                        found.extend(wanted.map(str::to_owned));
                    }
                }
            }
        }
        assert!(found.len() >= wants.len() - 2, "{found:?}");
    }
}
