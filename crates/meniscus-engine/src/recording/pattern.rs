//! Partly known requests: literal parts of a template, and placeholders for values.

use std::borrow::Cow;

use serde_json::Value;

use crate::http::request::{Request, encode_for_wire};

/// Marks a placeholder in a string; a noncharacter, which text shouldn't contain.
pub(super) const PLACEHOLDER: char = '\u{fdd0}';
/// A JSON string that stands for any value.
pub(super) const ANY_VALUE: &str = "\u{fdd1}";

/// A request as far as the template determines it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallPattern {
    pub method: String,
    /// The URL with its query.
    pub url: Vec<Piece>,
    /// The body, if one is sent.
    pub body: Option<Vec<Piece>>,
}

/// A fixed piece of a string, or a placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    Text(String),
    /// A value that is unknown.
    Placeholder,
}

impl CallPattern {
    /// Makes the pattern of a fully known request.
    #[must_use]
    pub fn of_request(request: &Request) -> CallPattern {
        let piece = |text: &str| vec![Piece::Text(text.to_owned())];
        let body = request.body.as_deref().filter(|body| !body.is_empty()).map(piece);
        CallPattern { method: request.method.clone(), url: piece(&request.url), body }
    }
}

/// The parsed URL of a call.
#[derive(Debug)]
pub struct UrlPattern {
    /// The whole URL, if it has no placeholders.
    pub(super) whole: Option<String>,
    pub(super) scheme: Option<String>,
    /// The host with placeholders; `None` if it may be anything.
    host: Option<String>,
    /// What precedes the path's first `/`, if it may contain a part of the path.
    front: Option<String>,
    /// The path's segments, as sent.
    segments: Vec<String>,
    pub(super) query: Option<String>,
    /// Whether a placeholder at the end of the path may contain a query.
    pub(super) open_end: bool,
}

impl UrlPattern {
    /// Parses the URL of a call.
    #[must_use]
    pub fn new(url: &[Piece]) -> UrlPattern {
        let text = with_marks(url);
        let whole = (!text.contains(PLACEHOLDER)).then(|| text.clone());
        let address = text.split('#').next().unwrap_or_default();
        let (address, query) = match address.split_once('?') {
            Some((address, query)) => (address, Some(query.to_owned())),
            None => (address, None),
        };
        let open_end = query.is_none() && address.ends_with(PLACEHOLDER);
        let (scheme, rest) = match address.split_once("://") {
            Some((scheme, rest)) if !scheme.contains('/') => (Some(scheme), rest),
            _ => (None, address),
        };
        let (authority, path) = match rest.split_once('/') {
            Some((authority, path)) => (authority, Some(path)),
            None => (rest, None),
        };
        let may_hold_path = if scheme.is_some() {
            authority.ends_with(PLACEHOLDER)
        } else {
            authority.contains(PLACEHOLDER)
        };
        let host = (scheme.is_some() && !may_hold_path).then(|| {
            let address = authority.rsplit_once('@').map_or(authority, |(_, address)| address);
            let host = match address.rsplit_once(':') {
                Some((host, port)) if !port.contains(']') => host,
                _ => address,
            };
            host.to_ascii_lowercase()
        });
        let segments = path.map(|path| path.split('/').map(wire).collect()).unwrap_or_default();
        UrlPattern {
            whole,
            scheme: scheme
                .filter(|scheme| !scheme.contains(PLACEHOLDER))
                .map(str::to_ascii_lowercase),
            host,
            front: may_hold_path.then(|| wire(authority)),
            segments,
            query,
            open_end,
        }
    }

    /// Yields the path's segments with their placeholders.
    pub fn segments(&self) -> impl ExactSizeIterator<Item = Segment<'_>> + DoubleEndedIterator {
        self.segments.iter().map(|text| Segment { text })
    }

    /// Whether a placeholder before the path may contain its start.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.front.is_some()
    }

    /// Whether nothing is known about the path.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.front.is_some() && !self.segments.iter().any(|segment| has_text(segment))
    }

    /// Whether the host may match a pattern with `*`.
    #[must_use]
    pub fn may_have_host(&self, pattern: &str) -> bool {
        let pattern = pattern.to_ascii_lowercase().replace('*', &PLACEHOLDER.to_string());
        self.host.as_deref().is_none_or(|host| overlaps(host, &pattern))
    }

    /// Returns the host if it is fully known; with placeholders, it can't exclude anything.
    pub(super) fn host(&self) -> Option<&str> {
        self.host.as_deref()
    }

    /// Whether the path may be this one, as sent.
    pub(super) fn may_have_path(&self, path: &str) -> bool {
        let inner = path.strip_prefix('/').unwrap_or(path);
        let found = inner.split('/').collect::<Vec<_>>();
        let own = &self.segments;
        let Some(front) = &self.front else {
            let own: &[String] = if own.is_empty() { &[String::new()] } else { own };
            return own.len() == found.len() && pairs_fit(own, &found);
        };
        let Some(more) = found.len().checked_sub(own.len()) else { return false };
        let (before, behind) = found.split_at(more);
        let before = before.iter().map(|segment| format!("/{segment}")).collect::<String>();
        pairs_fit(own, behind) && front_fits(front, &before)
    }

    /// Returns the path, optionally with the query, for matching by an automaton.
    pub(super) fn parts(&self, with_query: bool) -> Vec<PatternPart<'_>> {
        let mut parts = Vec::new();
        if self.front.is_some() {
            parts.push(PatternPart::Anything);
        }
        for segment in &self.segments {
            parts.push(PatternPart::Text("/"));
            push_marked(segment, PatternPart::Segment, &mut parts);
        }
        if self.segments.is_empty() && self.front.is_none() {
            parts.push(PatternPart::Text("/"));
        }
        if with_query {
            if self.open_end {
                parts.push(PatternPart::Anything);
            }
            if let Some(query) = &self.query {
                parts.push(PatternPart::Text("?"));
                push_marked(query, PatternPart::Anything, &mut parts);
            }
        }
        parts
    }

    /// Whether path and query may be this string, as sent.
    pub(super) fn may_have_path_and_query(&self, wanted: &str) -> bool {
        let (path, query) = match wanted.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (wanted, None),
        };
        let query_fits = match (&self.query, query) {
            (Some(own), Some(query)) => fits(&wire(own), query),
            // A placeholder may contain the `?` too.
            (Some(own), None) => own.is_empty(),
            (None, Some(_)) => self.open_end || self.is_unknown(),
            (None, None) => true,
        };
        query_fits && self.may_have_path(path)
    }
}

/// A segment of a path between two `/`.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'u> {
    text: &'u str,
}

impl Segment<'_> {
    #[must_use]
    pub fn may_be(self, text: &str) -> bool {
        fits(self.text, text)
    }

    /// Whether it is exactly this string, without placeholders.
    #[must_use]
    pub fn is(self, text: &str) -> bool {
        self.text == text
    }

    /// Whether it starts with exactly this string.
    #[must_use]
    pub fn starts_with(self, text: &str) -> bool {
        self.text.starts_with(text)
    }

    #[must_use]
    pub fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// Whether it contains a placeholder.
    #[must_use]
    pub fn has_placeholder(self) -> bool {
        self.text.contains(PLACEHOLDER)
    }
}

/// A part of a string with placeholders.
#[derive(Clone, Copy, Debug)]
pub(super) enum PatternPart<'t> {
    Text(&'t str),
    /// A placeholder without `/`.
    Segment,
    /// A placeholder for anything.
    Anything,
}

/// Returns a string with placeholders marked by [`PLACEHOLDER`].
pub(super) fn with_marks(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(known) => text.push_str(&without_marks(known)),
            Piece::Placeholder if text.ends_with(PLACEHOLDER) => {}
            Piece::Placeholder => text.push(PLACEHOLDER),
        }
    }
    text
}

fn without_marks(text: &str) -> Cow<'_, str> {
    if text.contains(PLACEHOLDER) || text.contains(ANY_VALUE) {
        Cow::Owned(text.replace([PLACEHOLDER, '\u{fdd1}'], "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Adds the parts of a marked string, with `placeholder` for each placeholder.
pub(super) fn push_marked<'t>(
    text: &'t str,
    placeholder: PatternPart<'t>,
    parts: &mut Vec<PatternPart<'t>>,
) {
    for (index, known) in text.split(PLACEHOLDER).enumerate() {
        if index > 0 {
            parts.push(placeholder);
        }
        if !known.is_empty() {
            parts.push(PatternPart::Text(known));
        }
    }
}

/// Parses a body with marked placeholders: one inside a string stays, one in place of a value
/// becomes [`ANY_VALUE`]. `None` if the placeholders prevent parsing.
pub(super) fn json_of(marked: &str) -> Option<Value> {
    let mut json = String::with_capacity(marked.len());
    let mut in_text = false;
    let mut escaped = false;
    for character in marked.chars() {
        match character {
            PLACEHOLDER if !in_text => {
                json.push('"');
                json.push_str(ANY_VALUE);
                json.push('"');
                continue;
            }
            '"' if !escaped => in_text = !in_text,
            _ => {}
        }
        escaped = in_text && character == '\\' && !escaped;
        json.push(character);
    }
    serde_json::from_str(&json).ok()
}

fn wire(text: &str) -> String {
    if text.contains(PLACEHOLDER) {
        let parts = text.split(PLACEHOLDER).map(|part| encode_for_wire(part).into_owned());
        parts.collect::<Vec<_>>().join(&PLACEHOLDER.to_string())
    } else {
        encode_for_wire(text).into_owned()
    }
}

fn has_text(segment: &str) -> bool {
    segment.chars().any(|character| character != PLACEHOLDER)
}

fn pairs_fit(own: &[String], found: &[&str]) -> bool {
    own.iter().zip(found).all(|(own, found)| fits(own, found))
}

/// Whether what precedes the path, including the host, may end in `before`.
fn front_fits(front: &str, before: &str) -> bool {
    match front.rsplit(PLACEHOLDER).next().unwrap_or_default() {
        "" => true,
        // The end of a host: the path starts after it.
        tail if tail.starts_with(['.', ':']) => before.is_empty(),
        tail => before.ends_with(tail),
    }
}

/// Whether a marked string may result in this one, with any values for its placeholders.
pub(super) fn fits(marked: &str, text: &str) -> bool {
    let Some((head, rest)) = marked.split_once(PLACEHOLDER) else { return marked == text };
    let Some(mut left) = text.strip_prefix(head) else { return false };
    let mut parts = rest.split(PLACEHOLDER).peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return left.ends_with(part);
        }
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    true
}

/// Whether two marked strings may have the same result.
fn overlaps(a: &str, b: &str) -> bool {
    if !a.contains(PLACEHOLDER) {
        return fits(b, a);
    }
    if !b.contains(PLACEHOLDER) {
        return fits(a, b);
    }
    // Their ends are known; anything may be between their placeholders.
    let ends = |text: &str| {
        let head = text.split(PLACEHOLDER).next().unwrap_or_default().to_owned();
        let tail = text.rsplit(PLACEHOLDER).next().unwrap_or_default().to_owned();
        (head, tail)
    };
    let ((a_head, a_tail), (b_head, b_tail)) = (ends(a), ends(b));
    let heads = a_head.starts_with(&b_head) || b_head.starts_with(&a_head);
    heads && (a_tail.ends_with(&b_tail) || b_tail.ends_with(&a_tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns a URL with a placeholder for each `*`.
    fn url(text: &str) -> UrlPattern {
        let mut pieces = Vec::new();
        for (index, part) in text.split('*').enumerate() {
            if index > 0 {
                pieces.push(Piece::Placeholder);
            }
            pieces.push(Piece::Text(part.to_owned()));
        }
        UrlPattern::new(&pieces)
    }

    #[test]
    fn holes_hold_anything_within_a_segment() {
        let path = "/v1/apps/KEY/users/42";
        for known in [
            "https://h.test/v1/apps/KEY/users/42",
            "https://h.test/v1/apps/*/users/*",
            "https://*/v1/apps/KEY/users/4*",
            "https://*.h.test/v1/apps/KEY/users/42?a=*",
            "*/v1/apps/KEY/users/*",
            "*/users/42",
            "*users/42",
            "*apps/KEY/users/*",
            "*/v1/apps/KEY/users/42*",
        ] {
            assert!(url(known).may_have_path(path), "{known}");
        }
        for other in [
            "https://h.test/v1/apps/*",
            "https://h.test/apps/KEY/users/42",
            "*.h.test/users/42",
            "*/v1/apps/KEY/users/5*",
            "*sers2/42",
            "*/x/v1/apps/KEY/users/42",
        ] {
            assert!(!url(other).may_have_path(path), "{other}");
        }
    }

    #[test]
    fn a_query_is_compared_where_one_is_wanted() {
        assert!(url("*/a?x=*").may_have_path_and_query("/a?x=1&y=2"));
        assert!(!url("*/a?x=*").may_have_path_and_query("/a?y=1"));
        assert!(!url("*/a").may_have_path_and_query("/a?y=1"));
        assert!(url("*/a*").may_have_path_and_query("/a?y=1"));
    }

    #[test]
    fn hosts_may_have_holes_on_both_sides() {
        assert!(url("*/a").may_have_host("*.h.test"));
        assert!(url("https://x.h.test/a").may_have_host("*.h.test"));
        assert!(url("https://*.h.test/a").may_have_host("*.H.test"));
        assert!(!url("https://*.other.test/a").may_have_host("*.h.test"));
        assert!(!url("https://h.test:443/a").may_have_host("*.h.test"));
    }

    #[test]
    fn a_body_with_holes_is_json_where_they_are_values_or_in_texts() {
        let json = json_of("{\"a\": \"x\u{fdd0}\\\"\", \"b\": \u{fdd0}}").expect("JSON");
        assert_eq!(json["a"], "x\u{fdd0}\"");
        assert_eq!(json["b"], ANY_VALUE);
        assert!(json_of("{\u{fdd0}}").is_none());
    }

    #[test]
    fn texts_fit_between_holes() {
        assert!(fits("a\u{fdd0}c\u{fdd0}", "abcd"));
        assert!(!fits("a\u{fdd0}a", "a"));
        assert!(fits("\u{fdd0}", ""));
    }
}
