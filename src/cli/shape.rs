use std::path::Path;

use anyhow::Result;
use meniscus::endpoint::{Answered, CallPattern, Endpoint, Endpoints, Piece};
use meniscus::project::ProjectError;
use meniscus::recording::Recording;
use meniscus::report::{draw_shape, to_schema};
use meniscus::text::nearest;

use super::Verdict;
use super::arguments::ShapeArguments;
use super::reading;
use super::shape_template::{self, is_template};
use super::terminal::{print, print_exact};

/// Methods to try by default.
const METHODS: [&str; 2] = ["GET", "POST"];

/// Shows what is known about a response, or lists the endpoints.
pub(super) fn run(arguments: &ShapeArguments) -> Result<Verdict> {
    if let Some(what) = arguments.what.as_deref().filter(|what| is_template(what)) {
        shape_template::run(Path::new(what), arguments.schema)?;
        return Ok(Verdict::Fine);
    }
    let workspace = reading::workspace(Path::new(""))?;
    let endpoints = reading::endpoints(&workspace);
    let Some(what) = arguments.what.as_deref().filter(|_| !arguments.list) else {
        print(&list(&endpoints))?;
        return Ok(Verdict::Fine);
    };
    let Some((title, answered)) = find(&endpoints, what) else {
        return Err(unknown(&endpoints, what).into());
    };
    if arguments.schema {
        print_exact(&format!("{:#}\n", to_schema(&answered.shape)))?;
        return Ok(Verdict::Fine);
    }
    let mut text = format!("{title} · {}\n", evidence(&answered));
    if answered.shape.is_any() {
        text.push_str(
            "nothing is known of its answer: there is no schema and no recording of it\n",
        );
    } else {
        draw_shape(&answered.shape, &mut text);
    }
    print(&text)?;
    Ok(Verdict::Fine)
}

/// Finds an endpoint or recording, and what is known about its response.
fn find<'k>(endpoints: &'k Endpoints, what: &str) -> Option<(String, Answered<'k>)> {
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

/// Says how many recordings answer, and how many of them aren't useful.
fn evidence(answered: &Answered<'_>) -> String {
    let mut text = match answered.recordings.len() {
        0 => "no recording".to_owned(),
        1 => "1 recording".to_owned(),
        count => format!("{count} recordings"),
    };
    if answered.failing > 0 {
        text.push_str(&format!(", {} that fail", answered.failing));
    }
    if answered.not_json > 0 {
        text.push_str(&format!(", {} without JSON", answered.not_json));
    }
    text
}

/// Lists all endpoints, by pack.
fn list(endpoints: &Endpoints) -> String {
    let mut text = String::new();
    for pack in endpoints.packs().iter() {
        if pack.endpoints.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{} ({})\n", pack.title, pack.name));
        let longest = pack.endpoints.iter().map(|endpoint| endpoint.name.chars().count()).max();
        let width = longest.unwrap_or(0);
        for endpoint in &pack.endpoints {
            let Endpoint { name, method, path, access, title, .. } = endpoint;
            let shape = if endpoint.response.is_some() { "" } else { " (no schema)" };
            let access = access.word();
            text.push_str(&format!(
                "  {name:width$}  {access:5}  {method:4} {path}\n  {:width$}         {title}{shape}\n",
                ""
            ));
        }
    }
    text
}

fn unknown(endpoints: &Endpoints, what: &str) -> ProjectError {
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
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`meniscus shape --list` lists the endpoints".to_owned(),
    };
    let message = format!("found `{what}`, expected an endpoint, a recording or a URL");
    ProjectError::Unknown { message, help }
}
