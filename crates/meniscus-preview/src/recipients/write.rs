//! Writes scenarios as people do: TOML, with a note after each value.

use std::fmt::Write as _;

use super::draft::Draft;
use crate::text::{DataPath, Step};
use crate::value::{Object, Value, View};

/// Most columns that values take before their notes.
const WIDEST: usize = 44;
/// Objects of a list written as separate tables with notes; with more, each is a line.
const MAX_TABLES: usize = 3;
/// Most characters of a list or object on one line.
const LINE: usize = 80;

impl Draft {
    /// Returns the scenario's file.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        comments(&self.heading, &mut text);
        let mut keys = Vec::new();
        if let Some(base) = &self.extends {
            keys.push(("extends", string(base)));
        }
        if let Some(now) = &self.now {
            keys.push(("now", string(now)));
        }
        if let Some(seed) = self.seed {
            keys.push(("seed", seed.to_string()));
        }
        let lists = [
            ("templates", Some(self.templates.clone()).filter(|names| !names.is_empty())),
            ("recordings", self.recordings.clone()),
        ];
        for (key, list) in lists {
            if let Some(list) = list {
                let items = list.iter().map(|name| string(name)).collect::<Vec<_>>();
                keys.push((key, format!("[{}]", items.join(", "))));
            }
        }
        if self.drops_expectations {
            keys.push(("expect", "[]".to_owned()));
        }
        if !self.without.is_empty() {
            let key_paths = self.without.iter().map(|key_path| string(&key_path.to_string()));
            keys.push(("without", format!("[{}]", key_paths.collect::<Vec<_>>().join(", "))));
        }
        let lines = keys.into_iter().map(|(key, value)| Line {
            text: format!("{key} = {value}"),
            note: self.notes.get(&DataPath::of_keys(&[key])).cloned(),
        });
        write_lines(&lines.collect::<Vec<_>>(), &mut text);
        for (table, entries) in self.tables.iter() {
            if let View::Object(entries) = entries.view() {
                let mut key_path = DataPath::of_keys(&[table]);
                self.table(&mut key_path, &format!("[{}]", key(table)), entries, &mut text);
            }
        }
        if !self.ending.is_empty() {
            text.push('\n');
            comments(&self.ending, &mut text);
        }
        text
    }

    /// Writes a table and its subtables.
    fn table(&self, key_path: &mut DataPath, head: &str, entries: &Object, text: &mut String) {
        let (mut lines, mut inner) = (Vec::new(), Vec::new());
        for (name, value) in entries.iter() {
            key_path.push(Step::key(name));
            match value {
                Value::Nil => {}
                Value::Object(object) if !object.is_empty() => inner.push((name, value)),
                Value::Array(items) if is_tables(items) => inner.push((name, value)),
                value => lines.push(Line {
                    text: format!("{} = {}", key(name), inline(value, true)),
                    note: self.notes.get(key_path).cloned(),
                }),
            }
            key_path.pop();
        }
        if !lines.is_empty() || inner.is_empty() {
            let note = self.notes.get(key_path);
            let note = note.map_or(String::new(), |note| format!("  # {note}"));
            let _ = writeln!(text, "\n{head}{note}");
            write_lines(&lines, text);
        }
        for (name, value) in inner {
            let path = format!("{}.{}", head.trim_matches(['[', ']']), key(name));
            key_path.push(Step::key(name));
            match value {
                Value::Object(object) => self.table(key_path, &format!("[{path}]"), object, text),
                Value::Array(items) => {
                    for (index, item) in items.iter().enumerate() {
                        key_path.push(Step::Index(index));
                        if let Value::Object(object) = item {
                            self.item(key_path, &format!("[[{path}]]"), object, text);
                        }
                        key_path.pop();
                    }
                }
                _ => {}
            }
            key_path.pop();
        }
    }

    /// Writes an item of an array of tables, with nested tables inline.
    fn item(&self, key_path: &mut DataPath, head: &str, entries: &Object, text: &mut String) {
        let list = DataPath::from(&key_path[..key_path.len() - 1]);
        let first = matches!(key_path.last(), Some(Step::Index(0)));
        let note = self.notes.get(&list).filter(|_| first);
        let note = note.map_or(String::new(), |note| format!("  # {note}"));
        let _ = writeln!(text, "\n{head}{note}");
        let mut lines = Vec::new();
        for (name, value) in entries.iter().filter(|(_, value)| !value.view().is_nil()) {
            key_path.push(Step::key(name));
            lines.push(Line {
                text: format!("{} = {}", key(name), inline(value, true)),
                note: self.notes.get(key_path).cloned(),
            });
            key_path.pop();
        }
        write_lines(&lines, text);
    }
}

struct Line {
    text: String,
    note: Option<String>,
}

/// Writes lines with their notes in a column.
fn write_lines(lines: &[Line], text: &mut String) {
    let width = |line: &Line| line.text.lines().last().unwrap_or_default().chars().count();
    let widths = lines.iter().filter(|line| line.note.is_some()).map(width);
    let widest = widths.filter(|width| *width <= WIDEST).max().unwrap_or(0);
    for line in lines {
        text.push_str(&line.text);
        if let Some(note) = &line.note {
            let gap = widest.saturating_sub(width(line)) + 2;
            let _ = write!(text, "{}# {note}", " ".repeat(gap));
        }
        text.push('\n');
    }
}

fn comments(lines: &[String], text: &mut String) {
    for line in lines {
        // A file's name must not end the comment that contains it.
        let plain = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
        let _ = writeln!(text, "{}", format!("# {plain}").trim_end());
    }
}

fn is_tables(items: &[Value]) -> bool {
    let all = items.iter().all(|item| matches!(item, Value::Object(inner) if !inner.is_empty()));
    all && !items.is_empty() && items.len() <= MAX_TABLES
}

/// Writes a value on one line; a long list gets a line for each item.
fn inline(value: &Value, may_break: bool) -> String {
    match value.view() {
        View::Str(text) => string(text),
        View::Bool(flag) => flag.to_string(),
        View::Int(number) => number.to_string(),
        View::Float(number) => toml::Value::Float(number).to_string(),
        View::Array(items) => {
            let items = items.iter().filter(|item| !item.view().is_nil());
            let items = items.map(|item| inline(item, false)).collect::<Vec<_>>();
            let line = format!("[{}]", items.join(", "));
            if may_break && line.chars().count() > LINE {
                let lines = items.iter().map(|item| format!("  {item},\n"));
                return format!("[\n{}]", lines.collect::<String>());
            }
            line
        }
        View::Object(object) => {
            let entries = object.iter().filter(|(_, value)| !value.view().is_nil());
            let entries =
                entries.map(|(name, value)| format!("{} = {}", key(name), inline(value, false)));
            let entries = entries.collect::<Vec<_>>();
            if entries.is_empty() {
                "{}".to_owned()
            } else {
                format!("{{ {} }}", entries.join(", "))
            }
        }
        other => string(&other.to_str()),
    }
}

/// Writes a key, quoted if necessary.
fn key(name: &str) -> String {
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if !name.is_empty() && name.bytes().all(bare) { name.to_owned() } else { quoted(name) }
}

/// Writes a string, in single quotes if that avoids escapes, which are hard to read.
fn string(text: &str) -> String {
    let plain = !text.chars().any(|c| c == '\'' || c.is_control());
    if plain && text.contains(['"', '\\']) { format!("'{text}'") } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            // Bidirectional marks would change how the file itself reads.
            c if c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}') =>
            {
                let _ = write!(quoted, "\\u{:04X}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_path(keys: &[&str]) -> DataPath {
        keys.iter().map(|key| Step::key(key)).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let odd = ["", "a\"b", "it's \\ \"odd\"", "\u{202e}x\r\n\t\u{0}", "🎉 {{x}} # no comment"];
        let mut draft = Draft { heading: vec!["two\nlines".to_owned()], ..Draft::default() };
        for (index, text) in odd.iter().enumerate() {
            draft.set(&key_path(&["user", text]), Value::from(*text));
            draft.set(&key_path(&["context", "offer", text]), Value::Int(index as i64));
            let mut list = key_path(&["context", "list"]);
            list.push(Step::Index(index));
            list.push(Step::key("a b"));
            draft.set(&list, Value::from(*text));
            draft.note(&key_path(&["user", text]), "a note".to_owned());
        }
        draft.set(&key_path(&["user", "huge"]), Value::Float(1e300));
        let written = draft.to_toml();
        let table = written.parse::<toml::Table>().unwrap_or_else(|e| panic!("{e}\n{written}"));
        for text in odd {
            assert_eq!(table["user"][text].as_str(), Some(text));
            assert!(table["context"]["offer"].get(text).is_some());
        }
        assert_eq!(table["context"]["list"].as_array().map(Vec::len), Some(odd.len()));
        assert_eq!(table["user"]["huge"].as_float(), Some(1e300));
    }
}
