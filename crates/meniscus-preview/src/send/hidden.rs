use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::http::secret::{body_secrets, is_secret_header, url_secrets};

/// SessionM's key is in the path.
static PATH_KEY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"/priv/v\d+/apps/([^/?#]+)").ok());

/// A secret this long doesn't occur by chance, and is hidden everywhere.
const UNMISTAKABLE: usize = 8;

/// A piece of a text to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownPiece {
    Text(String),
    /// An environment variable in place of a secret.
    Variable(String),
}

/// The secrets of a request, each with the variable in its place.
///
/// Has no `Debug`, because it contains secrets.
#[derive(Default)]
pub struct Hidden {
    known: Vec<(String, String)>,
    values: HashSet<String>,
    names: HashSet<String>,
    /// The last number of each name.
    numbers: HashMap<String, usize>,
    shows_all: bool,
}

impl Hidden {
    /// Hides nothing, if everything was requested.
    #[must_use]
    pub fn nothing() -> Hidden {
        Hidden { shows_all: true, ..Hidden::default() }
    }

    /// Finds the secrets of a request.
    #[must_use]
    pub fn of(url: &str, headers: &[(String, String)], body: &str) -> Hidden {
        let mut hidden = Hidden::default();
        for (range, name) in in_url(url) {
            hidden.know(&url[range], &name);
        }
        for (name, value) in headers.iter().filter(|(name, _)| is_secret_header(name)) {
            hidden.know(value, name);
            // The secret follows the scheme.
            if let Some((_, rest)) = value.split_once(' ') {
                hidden.know(rest.trim(), &format!("{name} credential"));
            }
        }
        for (range, name) in body_secrets(body) {
            hidden.know(&body[range], &name);
        }
        hidden
    }

    /// Hides secrets of the data, too, whatever the names that they have in the request.
    #[must_use]
    pub fn and(mut self, secrets: &[String]) -> Hidden {
        for secret in secrets {
            self.know(secret, "secret");
        }
        self
    }

    fn know(&mut self, value: &str, name: &str) {
        if value.is_empty() || !self.values.insert(value.to_owned()) {
            return;
        }
        let plain = variable(name);
        let mut chosen = plain.clone();
        while !self.names.insert(chosen.clone()) {
            let number = self.numbers.entry(plain.clone()).or_insert(1);
            *number += 1;
            chosen = format!("{plain}_{number}");
        }
        self.known.push((value.to_owned(), chosen));
    }

    #[must_use]
    pub fn url(&self, url: &str) -> Vec<ShownPiece> {
        self.pieces(url, in_url(url).into_iter().map(|(range, _)| range).collect())
    }

    #[must_use]
    pub fn header(&self, name: &str, value: &str) -> Vec<ShownPiece> {
        let whole = is_secret_header(name) && !value.is_empty();
        self.pieces(value, whole.then_some(0..value.len()).into_iter().collect())
    }

    #[must_use]
    pub fn body(&self, body: &str) -> Vec<ShownPiece> {
        self.pieces(body, body_secrets(body).into_iter().map(|(range, _)| range).collect())
    }

    /// Splits a text at secrets, including the given ranges.
    fn pieces(&self, text: &str, own: Vec<Range<usize>>) -> Vec<ShownPiece> {
        let mut pieces = Vec::new();
        let mut copied = 0;
        for range in self.ranges(text, own) {
            let value = &text[range.clone()];
            let Some((_, name)) = self.known.iter().find(|(known, _)| known == value) else {
                continue;
            };
            if copied < range.start {
                pieces.push(ShownPiece::Text(text[copied..range.start].to_owned()));
            }
            pieces.push(ShownPiece::Variable(name.clone()));
            copied = range.end;
        }
        if copied < text.len() {
            pieces.push(ShownPiece::Text(text[copied..].to_owned()));
        }
        pieces
    }

    fn ranges(&self, text: &str, own: Vec<Range<usize>>) -> Vec<Range<usize>> {
        if self.shows_all {
            return Vec::new();
        }
        let long = self.known.iter().filter(|(value, _)| value.len() >= UNMISTAKABLE);
        let elsewhere = long.flat_map(|(value, _)| {
            text.match_indices(value.as_str()).map(|(at, found)| at..at + found.len())
        });
        let mut all = own.into_iter().chain(elsewhere).collect::<Vec<_>>();
        // Of two that overlap, the longer one hides more.
        all.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
        let mut end = 0;
        all.retain(|range| {
            let free = range.start >= end && !range.is_empty();
            end = if free { range.end } else { end };
            free
        });
        all
    }

    /// Masks secrets in a text, byte for byte.
    #[must_use]
    pub fn starred(&self, text: &str, own: Vec<Range<usize>>) -> String {
        with_stars(text, &self.ranges(text, own))
    }
}

/// Masks these ranges, at character boundaries, byte for byte.
#[must_use]
pub fn with_stars(text: &str, ranges: &[Range<usize>]) -> String {
    let mut starred = String::with_capacity(text.len());
    let mut copied = 0;
    for range in ranges {
        starred.push_str(text.get(copied..range.start).unwrap_or_default());
        starred.extend(std::iter::repeat_n('*', range.len()));
        copied = range.end;
    }
    starred.push_str(text.get(copied..).unwrap_or_default());
    starred
}

/// Writes pieces for people: `$NAME` for a variable.
#[must_use]
pub fn plain(pieces: &[ShownPiece]) -> String {
    let shown = pieces.iter().map(|piece| match piece {
        ShownPiece::Text(text) => text.clone(),
        ShownPiece::Variable(name) => format!("${name}"),
    });
    shown.collect()
}

fn in_url(url: &str) -> Vec<(Range<usize>, String)> {
    let mut found = url_secrets(url);
    if let Some(pattern) = &*PATH_KEY {
        let keys = pattern.captures_iter(url).filter_map(|captures| captures.get(1));
        found.extend(keys.map(|key| (key.range(), "app_key".to_owned())));
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// Returns the variable for a secret's name: `X_API_KEY` for `X-Api-Key`.
fn variable(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    let mut name = name.chars().map(plain).collect::<String>();
    if name.starts_with(|c: char| c.is_ascii_digit()) || name.is_empty() {
        name.insert_str(0, "SECRET_");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_become_variables_wherever_they_stand() {
        let url = "https://core.example/priv/v1/apps/K3Y-OF-APP/users/1?token=abc&x=s3cr3t-one";
        let headers = [("Authorization", "Basic s3cr3t-one"), ("X-Api-Key", "k"), ("X-Plain", "k")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = r#"{"token": "def", "echo": "K3Y-OF-APP", "password": 12}"#;
        let hidden = Hidden::of(url, &headers, body);
        assert_eq!(
            plain(&hidden.url(url)),
            "https://core.example/priv/v1/apps/$APP_KEY/users/1?token=$TOKEN&x=$AUTHORIZATION_CREDENTIAL"
        );
        assert_eq!(plain(&hidden.header("Authorization", "Basic s3cr3t-one")), "$AUTHORIZATION");
        assert_eq!(plain(&hidden.header("X-Plain", "k")), "k", "too short to be looked for");
        assert_eq!(
            plain(&hidden.body(body)),
            r#"{"token": "$TOKEN_2", "echo": "$APP_KEY", "password": $PASSWORD}"#
        );
        assert_eq!(plain(&Hidden::nothing().body(body)), body);
        let own = body_secrets(body).into_iter().map(|(range, _)| range).collect();
        let starred = hidden.starred(body, own);
        assert_eq!(starred, r#"{"token": "***", "echo": "**********", "password": **}"#);
    }
}
