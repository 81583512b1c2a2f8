//! What agents may read besides answers of tools: the dialect, rules, and what the workspace has.

use meniscus_preview::page::refusal::Refusal;
use percent_encoding::percent_decode_str;
use rmcp::model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate};

use super::answer::DATA;
use super::desk::{Desk, message_of};
use crate::dialect::families::FAMILIES;
use crate::dialect::filters::FILTERS;
use crate::dialect::tags::TAGS;
use crate::language::usage;
use crate::rules::{RULES, rule_of};
use crate::session::Session;

/// What the addresses begin with.
const SCHEME: &str = "meniscus://";

/// The resources of every workspace: path, title, what it is.
const ALL: [(&str, &str, &str); 5] = [
    ("dialect", "Braze's Liquid", "Tags, filters, and families, one per line"),
    ("rules", "Rules", "All rules of `lint`, one per line"),
    ("messages", "Messages", "Messages with their channels and files"),
    ("recipients", "Recipients", "Recipients with their messages"),
    ("endpoints", "Endpoints", "Known endpoints with methods and paths, and recordings"),
];

/// Returns the resources of every workspace.
pub(super) fn all() -> Vec<Resource> {
    let all = ALL.iter().map(|(path, title, what)| {
        Resource::new(format!("{SCHEME}{path}"), *path)
            .with_title(*title)
            .with_description(*what)
            .with_mime_type("text/plain")
    });
    all.collect()
}

/// Returns the resources with a name in their address.
pub(super) fn templates() -> Vec<ResourceTemplate> {
    let rule = ResourceTemplate::new(format!("{SCHEME}rules/{{name}}"), "rule")
        .with_title("A rule")
        .with_description("What a rule reports, why it matters, and examples")
        .with_mime_type("text/markdown");
    let message = ResourceTemplate::new(format!("{SCHEME}messages/{{name}}"), "message")
        .with_title("A message")
        .with_description("The text of a message, file by file")
        .with_mime_type("text/plain");
    vec![rule, message]
}

/// Reads a resource.
///
/// # Errors
/// If there is none at the address.
pub(super) fn read(desk: &Desk, uri: &str) -> Result<ReadResourceResult, Refusal> {
    let unknown = || {
        let known = ALL.iter().map(|(path, ..)| *path);
        let path = uri.strip_prefix(SCHEME).unwrap_or(uri);
        Refusal::missing(format!("the resource `{uri}` doesn't exist")).near(path, known)
    };
    let path = uri.strip_prefix(SCHEME).ok_or_else(unknown)?;
    let (text, kind) = match path.split_once('/') {
        None => match path {
            "dialect" => (dialect(), "text/plain"),
            "rules" => (rules(), "text/plain"),
            "messages" | "recipients" | "endpoints" => {
                let session = desk.read(None)?;
                let text = match path {
                    "messages" => messages(&session),
                    "recipients" => recipients(&session),
                    _ => endpoints(&session),
                };
                (desk.hide(&text), "text/plain")
            }
            _ => return Err(unknown()),
        },
        Some(("rules", name)) => {
            (rule_of(name).ok_or_else(unknown)?.docs.to_owned(), "text/markdown")
        }
        Some(("messages", name)) => {
            let session = desk.read(None)?;
            let name = percent_decode_str(name).decode_utf8_lossy();
            let text = message(&session, &name)?;
            (desk.hide(&text), "text/plain")
        }
        Some(_) => return Err(unknown()),
    };
    Ok(ReadResourceResult::new(vec![ResourceContents::text(text, uri).with_mime_type(kind)]))
}

fn dialect() -> String {
    let mut text = String::from("Tags\n");
    for tag in TAGS {
        text.push_str(&format!("{}: {}\n", tag.syntax.name, tag.summary));
    }
    text.push_str("\nFilters\n");
    for filter in FILTERS {
        text.push_str(&format!("{}: {}\n", usage(filter), filter.summary));
    }
    text.push_str("\nFamilies\n");
    for family in FAMILIES {
        let dot = if family.name.is_empty() { "" } else { "." };
        text.push_str(&format!("{{{{{}{dot}${{…}}}}}}: {}\n", family.name, family.summary));
    }
    text
}

fn rules() -> String {
    let rules = RULES.iter();
    rules
        .map(|rule| format!("{} ({}): {}\n", rule.name, rule.level.word(), rule.summary()))
        .collect()
}

fn messages(session: &Session) -> String {
    let all = session.messages.iter().map(|message| {
        let channel = message.channel.map_or("no channel", |channel| channel.name());
        let parts = message.parts.iter().map(|part| part.source().file_name());
        format!("{} ({channel}): {}\n", message.name, parts.collect::<Vec<_>>().join(", "))
    });
    all.collect()
}

fn recipients(session: &Session) -> String {
    let all = session.known.scenarios.iter().map(|scenario| {
        let messages = session.messages.iter().map(|message| &*message.name);
        let messages = messages.filter(|name| scenario.applies_to(name)).collect::<Vec<_>>();
        format!("{}: {}\n", scenario.name, messages.join(", "))
    });
    all.collect()
}

fn endpoints(session: &Session) -> String {
    let endpoints = &session.known.endpoints;
    let known = endpoints.packs().endpoints();
    let known =
        known.map(|one| format!("{}: {} {} ({})\n", one.name, one.method, one.path, one.title));
    let recordings = endpoints.recordings().iter();
    let recordings = recordings.map(|one| format!("recording {}: {}\n", one.name(), one.request()));
    known.chain(recordings).collect()
}

fn message(session: &Session, name: &str) -> Result<String, Refusal> {
    let message = message_of(session, name)?;
    let settings = message.settings.source.iter();
    let mut text = format!("{DATA}\n");
    let mut shown = Vec::new();
    let parts = message.parts.iter().map(|part| part.source());
    for source in settings.chain(parts) {
        // A header is in `message.toml`.
        if source.file_name() == source.name() && !shown.contains(&source.name()) {
            shown.push(source.name());
            text.push_str(&format!("\n--- {}\n{}\n", source.name(), source.text()));
        }
    }
    Ok(text)
}
