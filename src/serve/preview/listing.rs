//! The contents of a workspace, for the page's first column.

use serde_json::{Value, json};

use super::Shared;
use super::calls::recording_line;
use super::counting::Counts;
use crate::project::{Channel, Message, Scenario, Workspace};
use crate::session::Session;
use crate::wire::Places;

/// Returns the listing for the page.
pub(super) fn workspace(shared: &Shared) -> Value {
    listing(&shared.session(), Some(&shared.counts))
}

/// Lists messages, scenarios, content blocks, recordings, and what couldn't be read.
pub(super) fn listing(session: &Session, counts: Option<&Counts>) -> Value {
    let known = &session.known;
    let messages = session.messages.iter().map(|one| {
        let count = counts.and_then(|counts| counts.get(&one.name));
        let problems = count
            .map(|count| json!({ "error": count.error, "warn": count.warn, "info": count.info }));
        let compared = counts.and_then(|counts| counts.compared(&one.name));
        let compared = compared.map(|compared| {
            let number =
                |word: &str| compared.scenarios.values().filter(|state| **state == word).count();
            let (same, changed, new) = (number("same"), number("changed"), number("new"));
            let (scenarios, blanks) = (&compared.scenarios, compared.blanks());
            json!({
                "same": same, "changed": changed, "new": new, "scenarios": scenarios,
                "blanks": blanks,
            })
        });
        message(session, one, problems, compared)
    });
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

fn folder_name(workspace: &Workspace) -> String {
    let name = workspace.root.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "workspace".to_owned())
}

fn message(
    session: &Session,
    message: &Message,
    problems: Option<Value>,
    compared: Option<Value>,
) -> Value {
    let parts = message.parts.iter().map(|part| {
        let path = part.source().name();
        // A header is a line in `message.toml`.
        let file = session.workspace.shown(&part.path);
        json!({ "name": part.name, "path": path, "file": file, "editable": path == file })
    });
    let first = message.parts.first().map(|part| session.workspace.shown(&part.path));
    let path = first.map(|first| match message.channel {
        Some(_) => first.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()),
        None => first,
    });
    let scenarios = session.scenarios_for(&message.name);
    json!({
        "name": message.name,
        "channel": message.channel.map(Channel::name),
        "path": path,
        "parts": parts.collect::<Vec<_>>(),
        "scenarios": scenarios.map(|scenario| &*scenario.name).collect::<Vec<_>>(),
        "problems": problems,
        "snapshots": compared,
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
