//! The simple paths of `matchesJsonPath`, and paths as shown in messages.

use serde_json::Value;

use crate::text::Step;

/// A JSONPath to a single place: names, quoted names, and indexes only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath {
    source: String,
    parts: Vec<JsonPathPart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonPathPart {
    Key(String),
    /// An index from 0, or from the end if negative.
    Index(i64),
}

impl JsonPath {
    /// Parses `$.a['b c'][0]`.
    ///
    /// # Errors
    ///
    /// The unsupported rest of the path.
    pub fn parse(source: &str) -> Result<Self, String> {
        let mut rest = source.strip_prefix('$').ok_or_else(|| source.to_owned())?;
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let (part, after) = JsonPathPart::parse(rest).ok_or_else(|| rest.to_owned())?;
            parts.push(part);
            rest = after;
        }
        Ok(Self { source: source.to_owned(), parts })
    }

    /// Returns the path as written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns the value at the path.
    #[must_use]
    pub fn find<'v>(&self, root: &'v Value) -> Option<&'v Value> {
        self.parts.iter().try_fold(root, |value, part| part.of(value))
    }

    /// Returns the number of steps.
    #[must_use]
    #[expect(
        clippy::len_without_is_empty,
        reason = "a path without steps is the root, not nothing"
    )]
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Returns the name of a step; `None` for an index, or past the end.
    #[must_use]
    pub fn key_at(&self, step: usize) -> Option<&str> {
        match self.parts.get(step)? {
            JsonPathPart::Key(name) => Some(name),
            JsonPathPart::Index(_) => None,
        }
    }

    /// Returns the steps that exist, with indexes counted from the start, and the value there.
    #[must_use]
    pub fn reach<'v>(&self, root: &'v Value) -> (Vec<Step<&str>>, &'v Value) {
        let mut value = root;
        let mut steps = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            let Some(next) = part.of(value) else { break };
            match (part, value) {
                (JsonPathPart::Key(name), _) => steps.push(Step::Key(name.as_str())),
                (JsonPathPart::Index(index), Value::Array(items)) => {
                    steps.extend(position(*index, items.len()).map(Step::Index));
                }
                (JsonPathPart::Index(_), _) => break,
            }
            value = next;
        }
        (steps, value)
    }

    /// Returns the last name in the path, which decides whether the value is secret.
    #[must_use]
    pub fn last_name(&self) -> Option<&str> {
        self.parts.iter().rev().find_map(|part| match part {
            JsonPathPart::Key(name) => Some(name.as_str()),
            JsonPathPart::Index(_) => None,
        })
    }
}

/// Converts an index, possibly negative, to an offset in a list.
fn position(index: i64, length: usize) -> Option<usize> {
    let index = if index < 0 { i64::try_from(length).ok()?.checked_add(index)? } else { index };
    usize::try_from(index).ok()
}

impl JsonPathPart {
    /// Returns the member or item of a value.
    pub fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            Self::Key(name) => value.as_object()?.get(name),
            Self::Index(index) => {
                let items = value.as_array()?;
                items.get(position(*index, items.len())?)
            }
        }
    }

    /// Returns the member or item of a value for changing it.
    pub fn of_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        match self {
            Self::Key(name) => value.as_object_mut()?.get_mut(name),
            Self::Index(index) => {
                let items = value.as_array_mut()?;
                let index = position(*index, items.len())?;
                items.get_mut(index)
            }
        }
    }

    /// Parses one step; returns it and the rest.
    pub fn parse(text: &str) -> Option<(Self, &str)> {
        if let Some(rest) = text.strip_prefix('.') {
            // `..`, `.*`, and functions like `.length()` don't lead to a single place.
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let plain =
                !name.is_empty() && !name.contains(['*', '(', ')', '?', '@', ' ', '\'', '"', ']']);
            return plain.then(|| (Self::Key(name.to_owned()), after));
        }
        let rest = text.strip_prefix('[')?;
        for quote in ['\'', '"'] {
            if let Some(quoted) = rest.strip_prefix(quote) {
                let (name, after) = quoted.split_once(quote)?;
                let after = after.strip_prefix(']')?;
                return (!name.contains('\\')).then(|| (Self::Key(name.to_owned()), after));
            }
        }
        let (index, after) = rest.split_once(']')?;
        let digits = index.strip_prefix('-').unwrap_or(index);
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some((Self::Index(index.parse().ok().filter(|_| plain)?), after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn simple_paths_lead_to_one_value() {
        let body = json!({"a": {"b c": [10, {"d": null}]}, "é": 1});
        let find = |path: &str| JsonPath::parse(path).unwrap().find(&body).cloned();
        assert_eq!(find("$.a['b c'][0]"), Some(json!(10)));
        assert_eq!(find("$.a[\"b c\"][-1].d"), Some(json!(null)));
        assert_eq!(find("$.é"), Some(json!(1)));
        assert_eq!(find("$.a['b c'][2]"), None);
        assert_eq!(find("$.a['b c'][-3]"), None);
        assert_eq!(find("$"), Some(body.clone()));
    }

    #[test]
    fn other_paths_are_refused_where_they_stop_being_simple() {
        for (path, rest) in [
            ("a.b", "a.b"),
            ("$..a", "..a"),
            ("$.a[*]", "[*]"),
            ("$.a[?(@.b == 1)]", "[?(@.b == 1)]"),
            ("$.a.length()", ".length()"),
            ("$.a[0:2]", "[0:2]"),
            ("$.a['b", "['b"),
            ("$.", "."),
            ("$x", "x"),
            ("$[99999999999999999999]", "[99999999999999999999]"),
            ("$[+1]", "[+1]"),
        ] {
            assert_eq!(JsonPath::parse(path), Err(rest.to_owned()), "{path}");
        }
    }
}
