//! Splits a partly known URL.

use std::ops::Range;

use super::flat::INTERPOLATION;

/// The components of a URL, as ranges of its string.
#[derive(Debug)]
pub(in crate::rules) struct Url {
    /// The scheme before `://`.
    pub scheme: Option<Range<usize>>,
    /// Credentials, host, and port.
    pub authority: Range<usize>,
    /// The path with its leading `/`.
    pub path: Range<usize>,
    /// The query, without its `?`.
    pub query: Option<Range<usize>>,
}

impl Url {
    /// Splits a range of a string.
    pub fn of(text: &str, range: Range<usize>) -> Url {
        let (from, url) = (range.start, &text[range]);
        let end = from + url.find('#').unwrap_or(url.len());
        let scheme = url.find("://").filter(|at| !url[..*at].contains(['/', '?', '#']));
        let scheme = scheme.map(|at| from..from + at);
        let start = scheme.as_ref().map_or(from, |scheme| scheme.end + 3).min(end);
        let find = |start: usize, marks: &[char]| {
            text[start..end].find(marks).map_or(end, |at| start + at)
        };
        let authority = start..find(start, &['/', '?']);
        let path = authority.end..find(authority.end, &['?']);
        let query = (path.end < end).then(|| path.end + 1..end);
        Url { scheme, authority, path, query }
    }

    /// Returns host and port, without credentials.
    pub fn host_and_port(&self, text: &str) -> Range<usize> {
        let at = text[self.authority.clone()].rfind('@');
        at.map_or(self.authority.start, |at| self.authority.start + at + 1)..self.authority.end
    }

    /// Returns the port with its colon, if it is a literal.
    pub fn port(&self, text: &str) -> Option<(Range<usize>, u32)> {
        let range = self.host_and_port(text);
        let host = &text[range.clone()];
        let colon = host.rfind(':')?;
        let number = host[colon + 1..].parse().ok()?;
        Some((range.start + colon..range.end, number))
    }

    /// Returns the query parameters: names and values.
    pub fn parameters(&self, text: &str) -> Vec<(Range<usize>, Range<usize>)> {
        self.query.clone().map(|query| pairs(text, query)).unwrap_or_default()
    }
}

/// Splits `name=value&…`.
pub(in crate::rules) fn pairs(
    text: &str,
    range: Range<usize>,
) -> Vec<(Range<usize>, Range<usize>)> {
    let mut at = range.start;
    let mut found = Vec::new();
    for pair in text[range].split('&') {
        if let Some(equals) = pair.find('=') {
            found.push((at..at + equals, at + equals + 1..at + pair.len()));
        }
        at += pair.len() + 1;
    }
    found
}

/// Whether a URL starts with an interpolation, so its start is unknown.
pub(in crate::rules) fn begins_unknown(text: &str) -> bool {
    text.trim_start().starts_with(INTERPOLATION)
}
