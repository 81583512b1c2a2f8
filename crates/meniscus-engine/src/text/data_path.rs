use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

/// One step into data: to the member of an object, or to an item of a list.
///
/// `Step` owns its key, `Step<&str>` borrows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step<K = Arc<str>> {
    /// The member of an object, or the entry of a table, with this name.
    Key(K),
    /// The item of a list at this position, from 0.
    Index(usize),
}

impl Step {
    /// Returns the step to a member.
    #[must_use]
    pub fn key(name: &str) -> Step {
        Step::Key(Arc::from(name))
    }
}

impl<K: AsRef<str>> Step<K> {
    /// Returns the name of a member; `None` for an item.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Step::Key(name) => Some(name.as_ref()),
            Step::Index(_) => None,
        }
    }

    /// Returns the same step with its own key.
    #[must_use]
    pub fn to_owned(&self) -> Step {
        match self {
            Step::Key(name) => Step::key(name.as_ref()),
            Step::Index(index) => Step::Index(*index),
        }
    }

    /// Returns the same step with its key borrowed.
    #[must_use]
    pub fn borrowed(&self) -> Step<&str> {
        match self {
            Step::Key(name) => Step::Key(name.as_ref()),
            Step::Index(index) => Step::Index(*index),
        }
    }

    /// Returns the value that the step leads to.
    #[must_use]
    pub fn of<'v>(&self, value: &'v serde_json::Value) -> Option<&'v serde_json::Value> {
        match self {
            Step::Key(name) => value.get(name.as_ref()),
            Step::Index(index) => value.get(*index),
        }
    }
}

/// The path from a value to a value inside it.
///
/// It prints as templates write it: `payload.user_offers[0]['zip code']`. A key with a dot is in
/// brackets, which keeps `['a.b']` apart from `a.b`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DataPath(Vec<Step>);

impl DataPath {
    /// Returns the path to the value itself.
    #[must_use]
    pub fn new() -> DataPath {
        DataPath::default()
    }

    /// Returns the path through members with these names.
    #[must_use]
    pub fn of_keys(names: &[&str]) -> DataPath {
        names.iter().map(|name| Step::key(name)).collect()
    }

    /// Returns the path with another step.
    #[must_use]
    pub fn with(mut self, step: Step) -> DataPath {
        self.0.push(step);
        self
    }

    /// Returns the path with those steps after it.
    #[must_use]
    pub fn join(mut self, rest: &[Step]) -> DataPath {
        self.0.extend_from_slice(rest);
        self
    }

    /// Returns what the path leads to.
    #[must_use]
    pub fn of<'v>(&self, root: &'v serde_json::Value) -> Option<&'v serde_json::Value> {
        self.iter().try_fold(root, |value, step| step.of(value))
    }
}

impl Deref for DataPath {
    type Target = Vec<Step>;

    fn deref(&self) -> &Vec<Step> {
        &self.0
    }
}

impl DerefMut for DataPath {
    fn deref_mut(&mut self) -> &mut Vec<Step> {
        &mut self.0
    }
}

impl From<Vec<Step>> for DataPath {
    fn from(steps: Vec<Step>) -> DataPath {
        DataPath(steps)
    }
}

impl From<&[Step]> for DataPath {
    fn from(steps: &[Step]) -> DataPath {
        DataPath(steps.to_vec())
    }
}

impl FromIterator<Step> for DataPath {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> DataPath {
        DataPath(steps.into_iter().collect())
    }
}

impl fmt::Display for DataPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&liquid_path(&self.0))
    }
}

/// Writes a path as in templates: `user.cards[0]['zip code']`.
#[must_use]
fn liquid_path<K: AsRef<str>>(steps: &[Step<K>]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Key(name) if !is_identifier(name.as_ref()) => {
                push_quoted(name.as_ref(), &mut text)
            }
            Step::Key(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name.as_ref());
            }
        }
    }
    text
}

/// Writes a path as JSONPath: `$.user.cards[0]['zip code']`.
#[must_use]
pub fn json_path<K: AsRef<str>>(steps: &[Step<K>]) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let mut text = "$".to_owned();
    for step in steps {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Key(name) => match name.as_ref() {
                name if !name.is_empty() && name.chars().all(is_plain) => {
                    text.push('.');
                    text.push_str(name);
                }
                name => push_quoted(name, &mut text),
            },
        }
    }
    text
}

/// Strings in Liquid have no escapes: a name with an apostrophe is in double quotes.
fn push_quoted(name: &str, text: &mut String) {
    let quote = if name.contains('\'') { '"' } else { '\'' };
    text.push_str(&format!("[{quote}{}{quote}]", without_controls(name)));
}

/// Escapes control characters, which would spoil a line.
fn without_controls(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            c if c.is_control() => text.extend(c.escape_debug()),
            c => text.push(c),
        }
    }
    text
}

/// Returns whether Liquid reads a name after a dot: keys that start with a digit need brackets.
fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_';
    chars.next().is_some_and(is_start)
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_print_as_they_are_written() {
        let path = [
            Step::Key("a"),
            Step::Index(2),
            Step::Key("zip code"),
            Step::Key("a.b"),
            Step::Key("2026"),
            Step::Key("b"),
        ];
        assert_eq!(liquid_path(&path), "a[2]['zip code']['a.b']['2026'].b");
        assert_eq!(json_path(&path), "$.a[2]['zip code']['a.b'].2026.b");
        assert_eq!(
            (liquid_path(&path[..0]), json_path(&path[..0])),
            (String::new(), "$".to_owned())
        );
        let odd = [Step::Key("größe"), Step::Key("it's"), Step::Key("a\nb")];
        assert_eq!(liquid_path(&odd), "['größe'][\"it's\"]['a\\nb']");
        let owned = path.iter().map(|step| match step {
            Step::Key(name) => Step::key(name),
            Step::Index(index) => Step::Index(*index),
        });
        assert_eq!(owned.collect::<DataPath>().to_string(), liquid_path(&path));
        assert_ne!(DataPath::of_keys(&["a.b"]), DataPath::of_keys(&["a", "b"]));
    }

    #[test]
    fn paths_lead_to_values() {
        let value = serde_json::json!({"a": [{"b.c": 1}]});
        let path = DataPath::of_keys(&["a"]).with(Step::Index(0)).with(Step::key("b.c"));
        assert_eq!(path.of(&value), Some(&serde_json::json!(1)));
        assert_eq!(DataPath::of_keys(&["a", "b"]).of(&value), None);
        assert_eq!(DataPath::new().of(&value), Some(&value));
    }
}
