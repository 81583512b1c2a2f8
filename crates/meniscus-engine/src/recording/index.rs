//! Finds recordings that may answer a request by the values they require: ten thousand that differ
//! by a customer id need a lookup instead of a scan.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher as _;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::body_match::BodyMatch;
use super::json_diff::fingerprint;
use super::matcher::{Condition, Seen, TextMatch, UrlMatch};
use super::stub::Recording;

type Map<K, V> = HashMap<K, V, FixedState>;

/// Indexes of recordings, by what they require.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By `url`: path and query.
    urls: Map<String, Group>,
    /// By `urlPath`.
    paths: Map<String, Group>,
    /// Recordings with a URL pattern, or without a URL.
    others: Group,
}

/// What may distinguish recordings with the same URL.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    /// The value of a parameter.
    Parameter(String),
    /// The value of a member in a JSON body.
    Member(String),
}

/// Recordings with the same URL, by their most selective key: a customer id rather than a language.
#[derive(Debug, Default)]
struct Group {
    by: Map<Key, Map<u64, Vec<usize>>>,
    rest: Vec<usize>,
}

impl Index {
    pub fn of(recordings: &[Arc<Recording>]) -> Index {
        let (mut urls, mut paths, mut others) = (Map::default(), Map::default(), Vec::new());
        for (place, recording) in recordings.iter().enumerate() {
            let url = recording.conditions().iter().find_map(|condition| match condition {
                Condition::Url(url) => Some(url),
                _ => None,
            });
            let group: &mut Vec<_> = match url {
                Some(UrlMatch::Url(url)) => urls.entry(url.wire().to_owned()).or_default(),
                Some(UrlMatch::Path(path)) => paths.entry(path.wire().to_owned()).or_default(),
                _ => &mut others,
            };
            group.push((place, keys(recording)));
        }
        let groups = |map: Map<String, Vec<Keyed>>| {
            map.into_iter().map(|(url, group)| (url, Group::of(group))).collect()
        };
        Index { urls: groups(urls), paths: groups(paths), others: Group::of(others) }
    }

    /// Returns the indexes of all recordings that may match a request, unordered, and possibly of
    /// others.
    pub fn candidates(&self, seen: &Seen<'_>) -> Vec<usize> {
        let mut found = Vec::new();
        let urls = self.urls.get(seen.path_and_query());
        let paths = self.paths.get(&*seen.path);
        for group in urls.into_iter().chain(paths).chain([&self.others]) {
            group.candidates(seen, &mut found);
        }
        found
    }
}

/// The index of a recording, and the exact values it requires.
type Keyed = (usize, Vec<(Key, u64)>);

fn keys(recording: &Recording) -> Vec<(Key, u64)> {
    let mut keys = Vec::new();
    for condition in recording.conditions() {
        match condition {
            Condition::Body(BodyMatch::Json(wanted)) => {
                let members = wanted.members();
                keys.extend(members.map(|(name, value)| (Key::Member(name.to_owned()), value)));
            }
            Condition::Query { name, wanted: TextMatch::EqualTo { value, ignore_case: false } } => {
                keys.push((Key::Parameter(name.clone()), hash_of(value.as_str())));
            }
            _ => {}
        }
    }
    keys
}

impl Group {
    fn of(recordings: Vec<Keyed>) -> Group {
        let mut values = Map::<Key, HashSet<u64, FixedState>>::default();
        for (key, value) in recordings.iter().flat_map(|(_, keys)| keys) {
            values.entry(key.clone()).or_default().insert(*value);
        }
        let mut group = Group::default();
        for (place, keys) in recordings {
            let distinct_values = |(key, _): &(Key, u64)| values.get(key).map_or(0, HashSet::len);
            match keys.into_iter().max_by_key(distinct_values) {
                Some((key, value)) => {
                    group.by.entry(key).or_default().entry(value).or_default().push(place);
                }
                None => group.rest.push(place),
            }
        }
        group
    }

    fn candidates(&self, seen: &Seen<'_>, found: &mut Vec<usize>) {
        found.extend(&self.rest);
        for (key, places) in &self.by {
            match key {
                Key::Parameter(name) => {
                    for value in seen.query_values(name) {
                        found.extend(places.get(&hash_of(value)).into_iter().flatten());
                    }
                }
                Key::Member(name) => {
                    let member = seen.json().ok().and_then(|body| body.get(name));
                    let places = member.and_then(|member| places.get(&fingerprint(member)?));
                    found.extend(places.into_iter().flatten());
                }
            }
        }
    }
}

/// Hashes parts of a value.
pub(super) fn hash_of(part: impl std::hash::Hash) -> u64 {
    FixedState::default().hash_one(part)
}
