//! The contents of a workspace, for the page's first column.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::calls::recording_line;
use super::counting::{Compared, Counted, Missed};
use crate::coverage::Total;
use crate::project::{Channel, Message, Scenario, Workspace};
use crate::session::Session;
use crate::wire::Places;

/// Lists messages, scenarios, content blocks, recordings, and what couldn't be read.
pub fn listing(session: &Session) -> Value {
    let known = &session.known;
    let messages = session.messages.iter().map(|one| message(session, one));
    let blocks = known.blocks.iter().map(|(name, block)| {
        json!({ "name": name, "path": block.template.source.name(), "editable": true })
    });
    json!({
        "generation": session.generation,
        "name": folder_name(&session.workspace),
        "snapshots": true,
        "messages": messages.collect::<Vec<_>>(),
        "scenarios": known.scenarios.iter().map(scenario).collect::<Vec<_>>(),
        "blocks": blocks.collect::<Vec<_>>(),
        "recordings": known.recordings.iter().map(recording_line).collect::<Vec<_>>(),
        "errors": errors(session),
    })
}

/// Returns what a workspace is called: its folder.
#[must_use]
pub fn folder_name(workspace: &Workspace) -> String {
    let name = workspace.root.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "workspace".to_owned())
}

/// Returns what was counted of each message, as far as it is known.
pub fn counts(session: &Session, counts: Option<&Counted>) -> Value {
    let places = session.known.scenarios.iter().enumerate();
    let places = places.map(|(place, one)| (&*one.name, place)).collect::<HashMap<_, _>>();
    let messages = session.messages.iter().filter_map(|one| {
        let problems = counts.and_then(|counts| counts.get(&one.name));
        let problems = problems
            .map(|count| json!({ "error": count.error, "warn": count.warn, "info": count.info }));
        let compared = counts.and_then(|counts| counts.compared(&one.name));
        let coverage = compared.as_ref().and_then(|compared| coverage_json(compared));
        let compared = compared.map(|compared| {
            let number =
                |word: &str| compared.scenarios.values().filter(|state| **state == word).count();
            let (same, changed, new) = (number("same"), number("changed"), number("new"));
            let of_changed = compared.scenarios.iter().filter(|(_, state)| **state == "changed");
            let of_changed = of_changed.filter_map(|(name, _)| places.get(&**name).copied());
            let mut of_changed = of_changed.collect::<Vec<_>>();
            of_changed.sort_unstable();
            let changed_for = ranges(of_changed);
            json!({
                "same": same, "changed": changed, "new": new, "changed_for": changed_for,
                "blanks": compared.blanks(),
            })
        });
        let is_known = problems.is_some() || compared.is_some();
        let counted = json!({ "problems": problems, "snapshots": compared, "coverage": coverage });
        is_known.then(|| (one.name.clone(), counted))
    });
    let messages = messages.collect::<Map<_, _>>();
    json!({
        "generation": session.generation,
        "whole": counts.is_some_and(|counts| counts.is_of(session)),
        "messages": messages,
    })
}

/// Returns how many branches the scenarios take, and where the first is that none takes.
fn coverage_json(compared: &Compared) -> Option<Value> {
    let covered = compared.coverage.as_ref()?;
    let missed = covered.missed.as_ref().map(|Missed { source, span, words }| {
        let unit = |offset: u32| source.text()[..offset as usize].encode_utf16().count();
        let (from, to) = (unit(span.start), unit(span.end));
        json!({ "path": source.name(), "from": from, "to": to, "words": words })
    });
    let Total { reached, points } = covered.total;
    Some(json!({ "reached": reached, "points": points, "missed": missed }))
}

/// Shortens sorted places to ranges: `[[first, last], …]`.
fn ranges(places: impl IntoIterator<Item = usize>) -> Vec<[usize; 2]> {
    let mut ranges: Vec<[usize; 2]> = Vec::new();
    for place in places {
        match ranges.last_mut() {
            Some([_, last]) if *last + 1 == place => *last = place,
            _ => ranges.push([place, place]),
        }
    }
    ranges
}

fn message(session: &Session, message: &Message) -> Value {
    let parts = message.parts.iter().map(|part| {
        let path = part.source().name();
        let file = session.workspace.shown(&part.path);
        let mut listed = json!({ "name": part.name, "path": path });
        if path != file {
            // A header is a line in `message.toml`.
            listed["file"] = json!(file);
            listed["editable"] = json!(false);
        }
        listed
    });
    let first = message.parts.first().map(|part| session.workspace.shown(&part.path));
    let path = first.map(|first| match message.channel {
        Some(_) => first.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()),
        None => first,
    });
    // Places in the list of all scenarios: their names would be most of the listing.
    let scenarios = session.known.scenarios.iter().enumerate();
    let scenarios = scenarios.filter(|(_, scenario)| scenario.applies_to(&message.name));
    json!({
        "name": message.name,
        "channel": message.channel.map(Channel::name),
        "path": path,
        "settings": message.settings.source.as_ref().map(|source| source.name()),
        "parts": parts.collect::<Vec<_>>(),
        "scenarios": ranges(scenarios.map(|(place, _)| place)),
    })
}

fn scenario(scenario: &Scenario) -> Value {
    let source = scenario.sources.first();
    json!({
        "name": scenario.name,
        "path": source.map(|source| source.name()),
        "title": source.and_then(|source| title(source.text())),
        "now": scenario.now,
        "editable": true,
    })
}

/// Returns a scenario's leading comment on one line.
fn title(text: &str) -> Option<&str> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    let comment = first.trim().strip_prefix('#')?.trim();
    (!comment.is_empty()).then_some(comment)
}

fn errors(session: &Session) -> Vec<Value> {
    let places = Places::default();
    // A workspace without messages isn't a mistake: the page says how to begin.
    let is_empty = session.messages.is_empty() && session.is_whole();
    let absent = session.absent.as_ref().filter(|_| is_empty).map(ToString::to_string);
    let unread = session.unread.iter();
    let unread =
        unread.filter(|unread| absent.as_ref() != Some(&unread.unusable.error.to_string()));
    let errors = unread.map(|unread| {
        let at = &unread.finding.primary;
        json!({
            "kind": unread.kind.word(),
            "message": unread.finding.message,
            "help": unread.finding.help,
            "path": at.source.name(),
            "span": places.span(&at.source, at.span),
        })
    });
    errors.collect()
}

#[cfg(test)]
mod tests {
    use super::ranges;

    #[test]
    fn places_become_ranges() {
        assert_eq!(ranges([]), [[0; 2]; 0]);
        assert_eq!(ranges([0, 1, 2]), [[0, 2]]);
        assert_eq!(ranges([1, 3, 4, 7]), [[1, 1], [3, 4], [7, 7]]);
    }
}
