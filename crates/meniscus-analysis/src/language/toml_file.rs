//! What may be written at a position of a workspace's TOML files: settings and scenarios.
//!
//! A file that is being written is rarely valid, so we scan what precedes the position for the table
//! and the key that it is in.

use std::ops::Range;

use globset::Glob;

use super::Writing;
use super::complete::{Completion, Item, ItemKind};
use super::settings;
use crate::contract::{Contract, Need};
use crate::dialect::families::FAMILIES;
use crate::project::{
    CONFIG_FILE, Channel, EXPECTATION_KEYS, Layout, Message, SCENARIO_KEYS, TABLES,
};

/// Where a position is in a TOML file.
#[derive(Debug, PartialEq, Eq)]
struct Position<'t> {
    /// The table: `user`, `expect`; empty at the start of the file.
    table: &'t str,
    /// The keys of the table up to the position, with their strings.
    values: Vec<(&'t str, &'t str)>,
    place: Place<'t>,
    /// The bytes of the word that is being written.
    word: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place<'t> {
    /// A key, at the start of a line.
    Key,
    /// The name of a table, after `[`; after `[[` that of a list of tables.
    Table { is_list: bool },
    /// A value with its key, and whether an opening quote precedes it.
    Value { key: &'t str, is_quoted: bool },
}

/// Returns what may be written at an offset of `message.toml` or a scenario; `None` if nothing is
/// known to fit.
pub(super) fn complete_toml(writing: &Writing<'_>, offset: usize) -> Option<Completion> {
    let position = Position::at(writing.text, offset)?;
    let mut are_strings = true;
    let items = match writing.path.rsplit('/').next() {
        Some("message.toml") => in_message(writing, &position),
        Some(CONFIG_FILE) => {
            let (items, of_strings) = in_config(&position);
            are_strings = of_strings;
            items
        }
        _ => in_scenario(writing, &position),
    };
    // A value takes no quotes in quotes, and a key is written once.
    let is_quoted = matches!(position.place, Place::Value { is_quoted: true, .. });
    let is_there = |item: &Item| {
        position.place == Place::Key && position.values.iter().any(|(key, _)| *key == item.label)
    };
    let items = items.into_iter().filter(|item| (are_strings || !is_quoted) && !is_there(item));
    let written = |item: Item| match position.place {
        Place::Value { is_quoted: false, .. } if are_strings => {
            Item { label: quoted(&item.label), ..item }
        }
        Place::Key if !is_bare(&item.label) => Item { label: quoted(&item.label), ..item },
        _ => item,
    };
    Some(Completion { replaces: position.word, items: items.map(written).collect() })
}

/// Whether a key may stand without quotes.
fn is_bare(key: &str) -> bool {
    key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Goes through a text, to where a position is in it.
struct Scanner<'t> {
    text: &'t str,
    at: usize,
    position: Position<'t>,
}

/// Where a scan of a value ended.
enum Ended<'t> {
    /// In a string that starts here.
    InString(usize),
    /// In a list, or before a value.
    Before,
    /// After a value; the string, if it was one.
    After(Option<&'t str>),
}

impl<'t> Position<'t> {
    fn at(text: &'t str, offset: usize) -> Option<Position<'t>> {
        let text = text.get(..offset)?;
        let position =
            Position { table: "", values: Vec::new(), place: Place::Key, word: offset..offset };
        Scanner { text, at: 0, position }.position()
    }

    /// Returns the string of a key of the same table.
    fn value_of(&self, name: &str) -> Option<&'t str> {
        self.values.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// Returns the rest of the line, without its comment, and moves behind the line.
    fn line(&mut self) -> &'t str {
        let line = self.rest().split_inclusive('\n').next().unwrap_or_default();
        self.at += line.len();
        line.split('#').next().unwrap_or_default()
    }

    fn position(mut self) -> Option<Position<'t>> {
        loop {
            let start = self.at;
            let line = self.rest().split('\n').next().unwrap_or_default();
            let is_last = start + line.len() == self.text.len();
            let indent = line.len() - line.trim_start().len();
            match line.trim_start() {
                comment if comment.starts_with('#') => {
                    if is_last {
                        return None;
                    }
                    self.line();
                }
                header if header.starts_with('[') => {
                    let is_list = header.starts_with("[[");
                    let name_at = start + indent + 1 + usize::from(is_list);
                    let name = header.trim_start_matches('[');
                    match name.split_once(']') {
                        Some((name, _)) if !is_last => {
                            self.position.table = name.trim();
                            self.position.values.clear();
                            self.line();
                        }
                        Some(_) => return None,
                        None if is_last => {
                            self.position.place = Place::Table { is_list };
                            self.position.word.start = name_at;
                            return Some(self.position);
                        }
                        None => drop(self.line()),
                    }
                }
                entry => match entry.split_once('=') {
                    Some((key, _)) => {
                        let key = key.trim().trim_matches(['"', '\'']);
                        self.at = start + indent + entry.find('=')? + 1;
                        match self.value() {
                            Ended::After(text) => {
                                if let Some(text) = text {
                                    self.position.values.push((key, text));
                                }
                                if self.at == self.text.len() && !self.text.ends_with('\n') {
                                    return None;
                                }
                            }
                            ended => return Some(self.in_value(key, &ended)),
                        }
                    }
                    None if is_last => {
                        self.position.word.start = start + indent;
                        return Some(self.position);
                    }
                    None => drop(self.line()),
                },
            }
        }
    }

    fn in_value(mut self, key: &'t str, ended: &Ended<'t>) -> Position<'t> {
        let end = self.text.len();
        let (start, is_quoted) = match ended {
            Ended::InString(start) => (*start, true),
            _ => {
                let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
                let word = self.text.trim_end_matches(is_name).len();
                (word, false)
            }
        };
        self.position.place = Place::Value { key, is_quoted };
        self.position.word = start..end;
        self.position
    }

    /// Goes through a value, up to the end of its line or of the text.
    fn value(&mut self) -> Ended<'t> {
        let mut depth = 0_usize;
        let mut text = None;
        let mut is_there = false;
        while let Some(c) = self.rest().chars().next() {
            match c {
                '"' | '\'' => {
                    let (start, end) = self.string(c);
                    let Some(end) = end else { return Ended::InString(start) };
                    text = Some(&self.text[start..end]);
                    is_there = true;
                    continue;
                }
                '#' => {
                    let line = self.rest().split('\n').next().unwrap_or_default();
                    self.at += line.len();
                    continue;
                }
                '[' | '{' => depth += 1,
                ']' | '}' => {
                    depth = depth.saturating_sub(1);
                    is_there = true;
                }
                '\n' if depth == 0 => {
                    self.at += 1;
                    return Ended::After(text);
                }
                c if !c.is_whitespace() && c != ',' => is_there = true,
                _ => {}
            }
            self.at += c.len_utf8();
        }
        let is_open = depth > 0 || !is_there;
        // A word without quotes is a string that is being written.
        let is_word = text.is_none() && self.text.ends_with(|c: char| c.is_alphabetic());
        if is_open || is_word { Ended::Before } else { Ended::After(text) }
    }

    /// Goes through a string. Returns where it starts, and where it ends if it does.
    fn string(&mut self, quote: char) -> (usize, Option<usize>) {
        let triple = quote.to_string().repeat(3);
        let close = if self.rest().starts_with(&triple) { triple } else { quote.to_string() };
        let start = self.at + close.len();
        self.at = start;
        while let Some(c) = self.rest().chars().next() {
            if self.rest().starts_with(&close) {
                let end = self.at;
                self.at += close.len();
                return (start, Some(end));
            }
            // A string on one line that isn't closed ends with the line.
            if c == '\n' && close.len() == 1 {
                return (start, Some(self.at));
            }
            let escaped = if c == '\\' && quote == '"' {
                self.rest().chars().nth(1).map_or(0, char::len_utf8)
            } else {
                0
            };
            self.at += c.len_utf8() + escaped;
        }
        (start, None)
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
    let table = text.split("\n[").next().unwrap_or_default();
    let start = format!("{table}\n");
    let position = Position::at(&start, start.len())?;
    let name = position.value_of("channel")?;
    Channel::ALL.into_iter().find(|channel| channel.name() == name)
}

/// Returns what fits in `meniscus.toml`, and whether values are strings.
fn in_config(position: &Position<'_>) -> (Vec<Item>, bool) {
    let table = position.table.split('.').filter(|name| !name.is_empty()).map(str::trim);
    let table = table.collect::<Vec<_>>();
    match position.place {
        Place::Key => (settings::keys(&table), true),
        Place::Table { is_list } => (settings::tables(is_list), true),
        Place::Value { key, .. } => settings::values(&table, key),
    }
}

fn in_message(writing: &Writing<'_>, position: &Position<'_>) -> Vec<Item> {
    let channel = channel_of(writing.text);
    let is_webhook = channel == Some(Channel::Webhook);
    match (&position.place, position.table) {
        (Place::Table { is_list: true }, _) => {
            let has_buttons = channel.is_none_or(|channel| channel.most_buttons() > 0);
            let buttons = named("buttons", "A button: its text and the URL that it opens.");
            if has_buttons { vec![buttons] } else { Vec::new() }
        }
        (Place::Table { is_list: false }, _) => {
            let mut tables = vec![named("trigger", "The ids that a trigger sends to Braze.")];
            if channel.is_none() || is_webhook {
                tables.push(named("headers", "The headers of a webhook."));
            }
            tables
        }
        (Place::Key, "") => {
            let mut keys = vec![named("channel", "Where the message is shown.")];
            if channel.is_none_or(|channel| Layout::ALL.iter().any(|one| one.channel() == channel))
            {
                keys.push(named("type", "The layout."));
            }
            if channel.is_none() || is_webhook {
                keys.push(named("method", "The method of a webhook."));
            }
            keys
        }
        (Place::Key, "buttons") => {
            vec![
                named("text", "The label of the button."),
                named("url", "The URL that a tap opens."),
            ]
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
        (Place::Table { is_list: true }, _) => all(["expect"]),
        (Place::Table { is_list: false }, _) => all(TABLES),
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

/// Returns the parts of the messages that an expectation is about.
fn parts(writing: &Writing<'_>, position: &Position<'_>) -> Vec<Item> {
    let pattern = position.value_of("message").and_then(|name| Glob::new(name).ok());
    let pattern = pattern.map(|glob| glob.compile_matcher());
    let about =
        |message: &&Message| pattern.as_ref().is_none_or(|pattern| pattern.is_match(&message.name));
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
pub(super) fn fields(writing: &Writing<'_>, table: &str) -> Vec<Item> {
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
        let need = match node.need {
            Need::Required => "messages need it",
            Need::Sometimes => "messages need it sometimes",
            Need::Optional => "optional in messages",
            Need::Tested => "messages test it",
            Need::Read => "messages read it",
        };
        items.push(Item {
            label: name.to_string(),
            kind: ItemKind::Attribute,
            detail: need.to_owned(),
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
        let place = |text| at(text).map(|found| (found.table, found.place));
        let value = |key, is_quoted| Place::Value { key, is_quoted };
        assert_eq!(place("chan"), Some(("", Place::Key)));
        assert_eq!(place("now = 1\n[us"), Some(("", Place::Table { is_list: false })));
        assert_eq!(place("now = 1\n[[ex"), Some(("", Place::Table { is_list: true })));
        assert_eq!(place("[user] # id = 5\nfirst"), Some(("user", Place::Key)));
        assert_eq!(place("[[expect]]\npart = "), Some(("expect", value("part", false))));
        assert_eq!(place("[[expect]]\npart = bo"), Some(("expect", value("part", false))));
        assert_eq!(place("templates = [\"a\", \"b"), Some(("", value("templates", true))));
        assert_eq!(place("templates = [\n  \"a\",\n  \"b"), Some(("", value("templates", true))));
        assert_eq!(
            place("templates = [\n  \"a\", # [x]\n  "),
            Some(("", value("templates", false)))
        );
        assert_eq!(place("x = [\n  [1, 2],\n]\n[user]\na"), Some(("user", Place::Key)));
        assert_eq!(place("x = \"\"\"\n[no]\n\"\"\"\nfir"), Some(("", Place::Key)));
        assert_eq!(place("\"zip code\" = \"0"), Some(("", value("zip code", true))));
        assert_eq!(place("x = \"broken\ny = \"a\"\n[user]\nb"), Some(("user", Place::Key)));
        for nothing in ["part = \"body\"", "n = 5", "# chan", "[user]"] {
            assert_eq!(place(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn the_word_being_written_is_replaced() {
        let word = |text: &str| at(text).map(|found| text[found.word].to_owned());
        assert_eq!(word("[user]\nfirst_na").as_deref(), Some("first_na"));
        assert_eq!(word("[[exp").as_deref(), Some("exp"));
        assert_eq!(word("channel = \"in_").as_deref(), Some("in_"));
        assert_eq!(word("channel = ").as_deref(), Some(""));
        assert_eq!(word("message = \"a/b-").as_deref(), Some("a/b-"));
    }

    const TEXTS: [(&str, &str); 6] = [
        ("templates/hi/message.toml", "channel = \"email\"\n"),
        ("templates/hi/body.html", "{{custom_attribute.${zip code}}} {{${first_name}}}"),
        ("templates/hi/subject.liquid", "Hi"),
        ("templates/pop/message.toml", "channel = \"push\"\n"),
        ("templates/pop/title.liquid", "Hi"),
        ("scenarios/anna.toml", "[user]\nfirst_name = \"Anna\"\n"),
    ];

    fn offered(path: &str, text: &str) -> Vec<String> {
        let library = crate::project::Workspace::of(
            {
                let memory = crate::files::Memory::default();
                for (path, text) in TEXTS {
                    memory.put(std::path::Path::new("/w").join(path), text.as_bytes());
                }
                std::sync::Arc::new(memory)
            },
            std::path::Path::new("/w"),
        );
        let session = crate::session::Session::read(library.unwrap(), vec!["/w".into()]);
        let writing = Writing {
            known: &session.known,
            message: "hi",
            text,
            path,
            is_block: false,
            messages: &session.messages,
            recipient: None,
        };
        let found = complete_toml(&writing, text.len());
        found.into_iter().flat_map(|found| found.items).map(|item| item.label).collect()
    }

    #[test]
    fn names_of_the_workspace_are_offered() {
        let scenario = |text: &str| offered("scenarios/anna.toml", text);
        assert_eq!(scenario("[[expect]]\nmessage = \"h*\"\npart = "), ["\"subject\"", "\"body\""]);
        assert_eq!(scenario("[[expect]]\nmessage = \"pop\" # it\npart = \""), ["title"]);
        assert_eq!(scenario("[custom_attribute]\n"), ["\"zip code\""]);
        assert_eq!(scenario("[user]\n")[0], "first_name");
        assert_eq!(scenario("templates = [\n  \"")[..], ["hi", "pop"]);
        assert_eq!(scenario("[[e"), ["expect"]);
        let message = |text: &str| offered("templates/hi/message.toml", text);
        assert!(message("channel = ").contains(&"\"in_app\"".to_owned()));
        assert_eq!(
            message("channel = \"in_app\" # main\ntype = \""),
            ["slide_up", "modal", "full"]
        );
        assert_eq!(message("channel = \"email\"\n[["), [""; 0]);
        assert_eq!(message("channel = \"push\"\n[[b"), ["buttons"]);
    }
}
