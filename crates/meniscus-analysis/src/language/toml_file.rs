//! What may be written at a position of a workspace's TOML files: `message.toml` and scenarios.
//!
//! A file that is being written is rarely valid, so that the table and the key are found line by
//! line.

use std::ops::Range;

use super::Writing;
use super::complete::{Completion, Item, ItemKind};
use crate::contract::Contract;
use crate::dialect::families::FAMILIES;
use crate::project::{Channel, EXPECTATION_KEYS, Layout, Message, SCENARIO_KEYS, TABLES};

/// Where a position is in a TOML file.
#[derive(Debug, PartialEq, Eq)]
struct Position<'t> {
    /// The table: `user`, `expect`; empty at the start of the file.
    table: &'t str,
    /// The lines of the table up to the position.
    lines: &'t str,
    place: Place<'t>,
    /// The bytes of the word that is being written.
    word: Range<usize>,
}

#[derive(Debug, PartialEq, Eq)]
enum Place<'t> {
    /// A key, at the start of a line.
    Key,
    /// The name of a table, after `[` or `[[`.
    Table,
    /// A string, with its key and whether a quote stands before it.
    Value { key: &'t str, quoted: bool },
}

/// Returns what may be written at an offset of `message.toml` or a scenario; `None` if nothing is
/// known to fit.
#[must_use]
pub fn complete_toml(writing: &Writing<'_>, offset: usize) -> Option<Completion> {
    let position = Position::at(writing.text, offset)?;
    let is_message = writing.path.rsplit('/').next() == Some("message.toml");
    let items =
        if is_message { in_message(writing, &position) } else { in_scenario(writing, &position) };
    let items = match position.place {
        Place::Value { quoted: false, .. } => {
            let quoted = items.into_iter();
            quoted.map(|item| Item { label: format!("\"{}\"", item.label), ..item }).collect()
        }
        _ => items,
    };
    Some(Completion { replaces: position.word, items })
}

impl<'t> Position<'t> {
    fn at(text: &'t str, offset: usize) -> Option<Position<'t>> {
        let before = text.get(..offset)?;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = &before[start..];
        let is_header = |line: &str| line.trim_start().starts_with('[') && !line.contains('=');
        let mut lines = 0;
        let mut table = "";
        let mut at = 0;
        for known in before[..start].split_inclusive('\n') {
            at += known.len();
            if is_header(known) && known.contains(']') {
                table = known.trim().trim_start_matches('[').split(']').next().unwrap_or_default();
                lines = at;
            }
        }
        let table = table.trim();
        let lines = &before[lines..start];
        let word_start = |is_word: fn(char) -> bool| {
            start
                + line
                    .rfind(|c| !is_word(c))
                    .map_or(0, |at| at + line[at..].chars().next().map_or(0, char::len_utf8))
        };
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        if line.trim_start().starts_with('#') {
            return None;
        }
        let Some((key, value)) = line.split_once('=') else {
            let place = if line.trim_start().starts_with('[') { Place::Table } else { Place::Key };
            let word = word_start(is_name)..offset;
            return Some(Position { table, lines, place, word });
        };
        let quotes = value.matches(['"', '\'']).count();
        let quoted = quotes % 2 == 1;
        let word = match quoted {
            true => start + line.rfind(['"', '\''])? + 1..offset,
            false => word_start(is_name)..offset,
        };
        // After a whole value there is nothing to add, except in a list.
        if !quoted && quotes > 0 && !value.trim_end().ends_with([',', '[']) {
            return None;
        }
        Some(Position { table, lines, place: Place::Value { key: key.trim(), quoted }, word })
    }

    /// Returns the value of another key of the same table: a string.
    fn value_of(&self, name: &str) -> Option<&'t str> {
        let mut values = self.lines.lines().filter_map(|line| {
            let (key, value) = line.split_once('=')?;
            (key.trim() == name).then(|| value.trim().trim_matches(['"', '\'']))
        });
        values.next()
    }
}

fn named(label: &str, docs: &str) -> Item {
    let docs = (!docs.is_empty()).then(|| docs.to_owned());
    Item { label: label.to_owned(), kind: ItemKind::Keyword, docs, ..Item::default() }
}

fn all<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<Item> {
    names.into_iter().map(|name| named(name, "")).collect()
}

/// Returns the channel that a `message.toml` names.
fn channel_of(text: &str) -> Option<Channel> {
    let lines = Position { table: "", lines: text, place: Place::Key, word: 0..0 };
    let name = lines.value_of("channel")?;
    Channel::ALL.into_iter().find(|channel| channel.name() == name)
}

fn in_message(writing: &Writing<'_>, position: &Position<'_>) -> Vec<Item> {
    let channel = channel_of(writing.text);
    let is_webhook = channel == Some(Channel::Webhook);
    match (&position.place, position.table) {
        (Place::Table, _) => {
            let mut tables = vec![named("trigger", "The ids that a trigger sends to Braze.")];
            if channel.is_none_or(|channel| channel.most_buttons() > 0) {
                tables.push(named("buttons", "A button: its text, and the URL that it opens."));
            }
            if channel.is_none() || is_webhook {
                tables.push(named("headers", "The headers of a webhook."));
            }
            tables
        }
        (Place::Key, "") => {
            let mut keys = vec![named("channel", "Where the message is shown.")];
            if channel.is_none_or(|channel| Layout::ALL.iter().any(|one| one.channel() == channel))
            {
                keys.push(named("type", "How it is laid out."));
            }
            if channel.is_none() || is_webhook {
                keys.push(named("method", "The method of a webhook."));
            }
            keys
        }
        (Place::Key, "buttons") => {
            vec![named("text", "The label of the button."), named("url", "What a tap opens.")]
        }
        (Place::Key, "trigger") => all(["campaign_id", "canvas_id"]),
        (Place::Value { key: "channel", .. }, "") => {
            let channels = Channel::ALL.into_iter();
            channels.map(|channel| named(channel.name(), channel.label())).collect()
        }
        (Place::Value { key: "type", .. }, "") => {
            let fits = |layout: &&Layout| channel.is_none_or(|channel| layout.channel() == channel);
            Layout::ALL.iter().filter(fits).map(|layout| named(layout.name(), "")).collect()
        }
        (Place::Value { key: "method", .. }, "") => all(["GET", "POST", "PUT", "PATCH", "DELETE"]),
        _ => Vec::new(),
    }
}

fn in_scenario(writing: &Writing<'_>, position: &Position<'_>) -> Vec<Item> {
    let messages = || all(writing.messages.iter().map(|message| &*message.name));
    match (&position.place, position.table) {
        (Place::Table, _) => all(TABLES.into_iter().chain(["expect"])),
        (Place::Key, "") => all(SCENARIO_KEYS),
        (Place::Key, "expect") => all(EXPECTATION_KEYS),
        (Place::Key, table) => fields(writing, table),
        (Place::Value { key: "extends", .. }, "") => {
            let others = writing.known.scenarios.iter();
            let others = others.filter(|one| {
                one.sources.first().is_none_or(|source| source.name() != writing.path)
            });
            all(others.map(|scenario| &*scenario.name))
        }
        (Place::Value { key: "templates", .. }, "")
        | (Place::Value { key: "message", .. }, "expect") => messages(),
        (Place::Value { key: "recordings", .. }, "") => {
            all(writing.known.recordings.iter().map(|recording| recording.name()))
        }
        (Place::Value { key: "part", .. }, "expect") => parts(writing, position),
        _ => Vec::new(),
    }
}

/// Returns the parts of the message that an expectation is about, and the other fields of its
/// channel.
fn parts(writing: &Writing<'_>, position: &Position<'_>) -> Vec<Item> {
    let about = position.value_of("message");
    let about = |message: &&Message| about.is_none_or(|name| name == message.name);
    let messages = writing.messages.iter().map(|message| &**message).filter(about);
    let mut items: Vec<Item> = Vec::new();
    for message in messages {
        for part in &message.parts {
            let field = message.channel.and_then(|channel| channel.field(&part.name));
            let docs = field.map_or("", |field| field.about);
            if items.iter().all(|item| item.label != part.name) {
                items.push(named(&part.name, docs));
            }
        }
    }
    items
}

/// Returns what messages read of a table of the recipient, then the rest of the profile.
fn fields(writing: &Writing<'_>, table: &str) -> Vec<Item> {
    let mut families = FAMILIES.iter().filter(|family| family.table == table);
    let Some(family) = families.next() else { return Vec::new() };
    let scenario = writing.known.scenarios.iter().find(|scenario| {
        scenario.sources.first().is_some_and(|source| source.name() == writing.path)
    });
    let applying = writing
        .messages
        .iter()
        .map(|message| &**message)
        .filter(|message| scenario.is_none_or(|scenario| scenario.applies_to(&message.name)));
    let contract = Contract::of(writing.known, applying);
    let mut items: Vec<Item> = Vec::new();
    let read = contract.families.get(family.name);
    for (name, node) in read.into_iter().flat_map(|node| &node.fields) {
        let need = format!("{} by messages", node.need.word());
        items.push(Item {
            label: name.to_string(),
            kind: ItemKind::Attribute,
            detail: need,
            ..Item::default()
        });
    }
    for name in family.fields {
        if items.iter().all(|item| item.label != *name) {
            items.push(Item {
                label: (*name).to_owned(),
                kind: ItemKind::Attribute,
                ..Item::default()
            });
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Position<'_>> {
        Position::at(text, text.len())
    }

    #[test]
    fn the_table_and_the_key_are_found_in_unfinished_files() {
        let value = |text| at(text).map(|found| (found.table, found.place));
        assert_eq!(value("chan"), Some(("", Place::Key)));
        assert_eq!(value("now = 1\n[us"), Some(("", Place::Table)));
        assert_eq!(value("[user] # who\nfirst"), Some(("user", Place::Key)));
        assert_eq!(
            value("[[expect]]\npart = "),
            Some(("expect", Place::Value { key: "part", quoted: false }))
        );
        let in_list = Place::Value { key: "templates", quoted: true };
        assert_eq!(value("templates = [\"a\", \"b"), Some(("", in_list)));
        assert_eq!(value("part = \"body\""), None);
        assert_eq!(value("# chan"), None);
    }

    #[test]
    fn the_word_being_written_is_replaced() {
        let word = |text: &str| at(text).map(|found| text[found.word].to_owned());
        assert_eq!(word("[user]\nfirst_na").as_deref(), Some("first_na"));
        assert_eq!(word("[[exp").as_deref(), Some("exp"));
        assert_eq!(word("channel = \"in_").as_deref(), Some("in_"));
        assert_eq!(word("channel = ").as_deref(), Some(""));
    }
}
