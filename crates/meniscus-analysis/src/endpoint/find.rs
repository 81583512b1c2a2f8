//! Endpoints and recordings by what people call them.

use std::path::Path;

use super::{Answered, CallPattern, Endpoint, Endpoints, Piece};
use crate::recording::Recording;
use crate::text::nearest;

/// Methods to try by default.
const METHODS: [&str; 2] = ["GET", "POST"];

/// What is known of a response.
#[derive(Debug)]
pub struct Found<'k> {
    /// The request, and the endpoint's system.
    pub title: String,
    pub answered: Answered<'k>,
}

/// No endpoint or recording has this name.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{what}` isn't a known endpoint, recording, or URL")]
pub struct NotFound {
    pub what: String,
    /// The most similar name.
    pub near: Option<String>,
}

/// Finds an endpoint by its name or path, a recording by its name or file, or whatever answers a
/// URL. `*` and `{name}` are placeholders; a method may stand before it.
///
/// # Errors
/// If there is none, with the nearest name.
pub fn find<'k>(endpoints: &'k Endpoints, what: &str) -> Result<Found<'k>, NotFound> {
    let found = found(endpoints, what).ok_or_else(|| unknown(endpoints, what))?;
    Ok(Found { title: found.0, answered: found.1 })
}

fn found<'k>(endpoints: &'k Endpoints, what: &str) -> Option<(String, Answered<'k>)> {
    if let Some(endpoint) = endpoints.get(what) {
        return Some((title(endpoint), endpoints.answer_of(endpoint)));
    }
    if let Some(recording) = recording(endpoints, what) {
        let answered = endpoints.answer_from(recording.name())?;
        return Some((recording.request().to_string(), answered));
    }
    let (methods, place) = match what.split_once(' ') {
        Some((method, place)) => (vec![method.to_ascii_uppercase()], place.trim()),
        None => (METHODS.map(str::to_owned).to_vec(), what),
    };
    if !place.starts_with('/') && !place.contains("://") {
        return None;
    }
    let known = endpoints.packs().endpoints();
    let mut known = known.filter(|endpoint| methods.contains(&endpoint.method));
    if let Some(endpoint) = known.find(|endpoint| endpoint.path == place) {
        return Some((title(endpoint), endpoints.answer_of(endpoint)));
    }
    methods.iter().find_map(|method| {
        let call = CallPattern { method: method.clone(), url: pieces(place), body: None };
        let answered = endpoints.answer_whatever_body(&call);
        let known = answered.endpoint.is_some() || !answered.recordings.is_empty();
        let title = answered.endpoint.map_or_else(|| format!("{method} {place}"), title);
        known.then_some((title, answered))
    })
}

fn recording<'k>(endpoints: &'k Endpoints, what: &str) -> Option<&'k Recording> {
    let path = std::path::absolute(what).ok();
    let key = what.strip_suffix(".json").unwrap_or(what);
    endpoints.recordings().iter().find(|recording| {
        let origin = recording.origin();
        let file = std::path::absolute(&origin.file).ok();
        let is_file = path.is_some() && file == path;
        recording.name() == what || origin.key == key || origin.path == Path::new(what) || is_file
    })
}

/// Parses a URL in which `*` and `{name}` are placeholders; a path may be on any host.
fn pieces(place: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if place.starts_with('/') {
        pieces.push(Piece::Placeholder);
    }
    let mut rest = place;
    while let Some(at) = rest.find(['*', '{']) {
        let end = match &rest[at..=at] {
            "{" => rest[at..].find('}').map_or(rest.len(), |end| at + end + 1),
            _ => at + 1,
        };
        pieces.extend([Piece::Text(rest[..at].to_owned()), Piece::Placeholder]);
        rest = &rest[end..];
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces
}

fn title(endpoint: &Endpoint) -> String {
    let Endpoint { method, path, system, access, .. } = endpoint;
    format!("{method} {path} · {system}, {}", access.word())
}

impl Answered<'_> {
    /// Says how many recordings answer, and how many of them aren't useful.
    #[must_use]
    pub fn evidence(&self) -> String {
        let mut text = match self.recordings.len() {
            0 => "no recordings".to_owned(),
            1 => "1 recording".to_owned(),
            count => format!("{count} recordings"),
        };
        if self.failing > 0 {
            text.push_str(&format!(", {} with an error", self.failing));
        }
        if self.not_json > 0 {
            text.push_str(&format!(", {} without JSON", self.not_json));
        }
        text
    }
}

fn unknown(endpoints: &Endpoints, what: &str) -> NotFound {
    let known = endpoints.packs().endpoints();
    let (mut names, mut paths) = (Vec::new(), Vec::new());
    for endpoint in known {
        names.push(endpoint.name.as_str());
        paths.push(endpoint.path.as_str());
    }
    for recording in endpoints.recordings().iter() {
        names.extend([recording.name(), recording.origin().key.as_str()]);
        paths.extend(recording.origin().path.to_str());
    }
    let place = what.split_once(' ').map_or(what, |(_, place)| place.trim());
    let near = nearest(what, names).or_else(|| nearest(place, paths));
    NotFound { what: what.to_owned(), near: near.map(str::to_owned) }
}
