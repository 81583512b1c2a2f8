//! Locates values in TOML again once there is something to report about them.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::text::{DataPath, Step};

/// Returns the byte range of the last key in `path`.
///
/// `None` if the path doesn't exist or doesn't end in a [`Step::Key`].
#[must_use]
pub fn locate_toml_key<K: AsRef<str>>(text: &str, path: &[Step<K>]) -> Option<Range<usize>> {
    let (Step::Key(name), front) = path.split_last()? else {
        return None;
    };
    let (root, _errors) = DeTable::parse_recoverable(text);
    let range = match front.split_first() {
        None => root.get_ref().get_key_value(name.as_ref())?.0.span(),
        Some(_) => match toml_value(root.get_ref(), front)?.get_ref() {
            DeValue::Table(table) => table.get_key_value(name.as_ref())?.0.span(),
            _ => return None,
        },
    };
    text.get(range.clone()).map(|_| range)
}

/// Returns the byte range of the value at `path` in TOML.
///
/// A table written as `[header]` has the range of its header. In broken TOML, whatever the `toml`
/// crate recovers is searched.
#[must_use]
pub fn locate_toml<K: AsRef<str>>(text: &str, path: &[Step<K>]) -> Option<Range<usize>> {
    let (root, _errors) = DeTable::parse_recoverable(text);
    let range = match path {
        [] => return Some(root.span()),
        _ => toml_value(root.get_ref(), path)?.span(),
    };
    // The recovering parser's span may exceed the text.
    text.get(range.clone()).map(|_| range)
}

fn toml_value<'t, 's, K: AsRef<str>>(
    root: &'t DeTable<'s>,
    path: &[Step<K>],
) -> Option<&'t toml::Spanned<DeValue<'s>>> {
    let (Step::Key(first), rest) = path.split_first()? else {
        return None;
    };
    rest.iter().try_fold(root.get(first.as_ref())?, |value, step| match (step, value.get_ref()) {
        (Step::Key(name), DeValue::Table(table)) => table.get(name.as_ref()),
        (Step::Index(index), DeValue::Array(array)) => array.get(*index),
        _ => None,
    })
}

/// Returns the path of the key or scalar at an offset, with its range: the inverse of
/// [`locate_toml`]. In broken TOML, whatever the `toml` crate recovers is searched.
#[must_use]
pub fn toml_path_at(text: &str, offset: usize) -> Option<(DataPath, Range<usize>)> {
    let (root, _errors) = DeTable::parse_recoverable(text);
    let found = path_in_table(root.get_ref(), offset, &DataPath::new())?;
    text.get(found.1.clone()).map(|_| found)
}

fn holds(range: &Range<usize>, offset: usize) -> bool {
    range.contains(&offset) || range.end == offset
}

fn path_in_table(
    table: &DeTable<'_>,
    offset: usize,
    path: &DataPath,
) -> Option<(DataPath, Range<usize>)> {
    table.iter().find_map(|(key, value)| {
        let path = path.clone().with(Step::key(key.get_ref()));
        match holds(&key.span(), offset) {
            true => Some((path, key.span())),
            false => path_in_value(value, offset, &path),
        }
    })
}

fn path_in_value(
    value: &toml::Spanned<DeValue<'_>>,
    offset: usize,
    path: &DataPath,
) -> Option<(DataPath, Range<usize>)> {
    match value.get_ref() {
        // A table may go on elsewhere: its span is that of its header.
        DeValue::Table(table) => path_in_table(table, offset, path),
        DeValue::Array(items) => items.iter().enumerate().find_map(|(index, item)| {
            path_in_value(item, offset, &path.clone().with(Step::Index(index)))
        }),
        _ => holds(&value.span(), offset).then(|| (path.clone(), value.span())),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::{Source, Span, Step};
    use Step::{Index, Key};

    fn toml<'t>(text: &'t str, path: &[Step<&str>]) -> Option<&'t str> {
        locate_toml(text, path).and_then(|range| text.get(range))
    }

    #[test]
    fn finds_toml_values() {
        let text = "now = 2024-01-01\n\n[user]\nfirst_name = \"Ada\"\n[[card]]\nid = 1\n[[card]]\nid = 2\na.\"b c\" = [10, 20]\n";
        assert_eq!(toml(text, &[Key("now")]), Some("2024-01-01"));
        assert_eq!(toml(text, &[Key("user"), Key("first_name")]), Some("\"Ada\""));
        assert_eq!(toml(text, &[Key("card"), Index(1), Key("id")]), Some("2"));
        assert_eq!(
            toml(text, &[Key("card"), Index(1), Key("a"), Key("b c"), Index(1)]),
            Some("20")
        );
        assert_eq!(toml(text, &[Key("user")]), Some("[user]"));
        assert_eq!(toml(text, &[Key("none")]), None);
        for end in 0..=text.len() {
            let _ = locate_toml(&text[..end], &[Key("card"), Index(1), Key("id")]);
        }
    }

    #[test]
    fn paths_are_found_at_offsets() {
        let text = "now = 2024-01-01\n\n[user]\nfirst_name = \"Ada\"\n[[card]]\nid = 1\n[[card]]\nid = 2\na.\"b c\" = [10, { x = 20 }]\n";
        let found = |of: &str| {
            let (path, range) = toml_path_at(text, text.find(of)?)?;
            Some(format!("{path}: {}", &text[range]))
        };
        assert_eq!(found("now").as_deref(), Some("now: now"));
        assert_eq!(found("Ada").as_deref(), Some("user.first_name: \"Ada\""));
        assert_eq!(found("first_").as_deref(), Some("user.first_name: first_name"));
        assert_eq!(found("2\na").as_deref(), Some("card[1].id: 2"));
        assert_eq!(found("b c").as_deref(), Some("card[1].a['b c']: \"b c\""));
        assert_eq!(found("20 }").as_deref(), Some("card[1].a['b c'][1].x: 20"));
        assert_eq!(found("= 1"), None);
        for end in 0..=text.len() {
            let _ = toml_path_at(&text[..end], end);
        }
    }

    /// Returns a key's text, and how each of its characters is written in the file.
    fn followed(file: &str) -> (String, Vec<String>) {
        let value: ::toml::Table = ::toml::from_str(file).expect("TOML");
        let text = value["k"].as_str().expect("a string").to_owned();
        let range = locate_toml(file, &[Key("k")]).expect("a place");
        let file = Arc::new(Source::new("f", file));
        let value = Source::of_toml("k", text.as_str(), &file, range);
        let places = text.char_indices().map(|(at, c)| {
            let span = Span::new(at, at + c.len_utf8());
            let (file, span) = value.in_file(span).expect("it has a file");
            file.slice(span).to_owned()
        });
        let places = places.collect();
        (text, places)
    }

    #[test]
    fn characters_of_a_string_are_found_in_its_file() {
        for (file, shown) in [
            ("k = \"a\\\"ü\\u00e9\\n{\"", &["a", "\\\"", "ü", "\\u00e9", "\\n", "{"][..]),
            ("x = 1\nk = 'a\\b'", &["a", "\\", "b"]),
            ("k = \"\"\"\nab \\\n   c\"\"\"", &["a", "b", " \\\n   ", "c"]),
            ("k = '''\na\nb'''", &["a", "\n", "b"]),
        ] {
            let (text, places) = followed(file);
            assert_eq!(places, shown, "{text:?} in {file:?}");
        }
    }
}
