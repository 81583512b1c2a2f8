//! Conditions that a recording sets for a request.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use regex_automata::nfa::thompson::NFA;
use regex_automata::util::syntax;
use serde_json::Value;

use super::body_match::BodyMatch;
use crate::http::request::{CredentialKind, Request, encode_for_wire};
use crate::http::secret::{REDACTED, is_secret_field, is_secret_header, mask_url};
use crate::text::regex_size;

/// Size limit for a compiled regex in bytes; accepted ones are smaller.
const MAX_BYTES: usize = 256 << 20;

/// A regex that must match the whole value, as in WireMock, where `.` also matches line breaks.
///
/// That WireMock compiles with `DOTALL` is remembered from its source: unverified.
pub(super) struct Pattern {
    source: String,
    /// Approximate number of states.
    size: usize,
    whole: OnceLock<Option<Regex>>,
    automaton: OnceLock<Option<NFA>>,
}

impl Pattern {
    /// Parses `source`, which is compiled on first use.
    ///
    /// # Errors
    ///
    /// A sentence about the mistake; Java's look-around and back references aren't supported.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        regex_size(source)
            .map(|size| Self {
                source: source.to_owned(),
                size,
                whole: OnceLock::new(),
                automaton: OnceLock::new(),
            })
            .map_err(|text| {
                let reason = text
                    .lines()
                    .next_back()
                    .unwrap_or_default()
                    .trim()
                    .trim_start_matches("error: ");
                format!(
                    "the pattern `{source}` isn't a valid regex (syntax of the `regex` \
                    crate): {reason}"
                )
            })
    }

    /// Whether the whole of `text` matches.
    pub(super) fn is_match(&self, text: &str) -> bool {
        let compile = || {
            let whole = format!(r"\A(?:{})\z", self.source);
            let mut builder = RegexBuilder::new(&whole);
            builder.dot_matches_new_line(true).size_limit(MAX_BYTES).build().ok()
        };
        self.whole.get_or_init(compile).as_ref().is_some_and(|whole| whole.is_match(text))
    }

    /// Returns the compiled size in states.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Returns the automaton, for partly known strings.
    pub(super) fn automaton(&self) -> Option<&NFA> {
        let compile = || {
            let syntax = syntax::Config::new().dot_matches_new_line(true);
            let source = format!(r"\A(?:{})\z", self.source);
            NFA::compiler().syntax(syntax).build(&source).ok()
        };
        self.automaton.get_or_init(compile).as_ref()
    }

    /// Returns the pattern as written in the recording.
    pub(super) fn source(&self) -> &str {
        &self.source
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.source)
    }
}

/// A condition on a string that may be absent.
#[derive(Debug)]
pub(super) enum TextMatch {
    EqualTo { value: String, ignore_case: bool },
    Contains(String),
    DoesNotContain(String),
    Matches(Pattern),
    DoesNotMatch(Pattern),
    Absent,
}

impl TextMatch {
    /// Whether the string matches; as in WireMock, an absent one satisfies negated conditions.
    pub(super) fn holds(&self, found: Option<&str>) -> bool {
        match (self, found) {
            (Self::EqualTo { value, ignore_case: false }, Some(found)) => value == found,
            (Self::EqualTo { value, ignore_case: true }, Some(found)) => {
                value == found || value.to_lowercase() == found.to_lowercase()
            }
            (Self::Contains(part), Some(found)) => found.contains(part.as_str()),
            (Self::DoesNotContain(part), Some(found)) => !found.contains(part.as_str()),
            (Self::Matches(pattern), Some(found)) => pattern.is_match(found),
            (Self::DoesNotMatch(pattern), Some(found)) => !pattern.is_match(found),
            (Self::EqualTo { .. } | Self::Contains(_) | Self::Matches(_), None)
            | (Self::Absent, Some(_)) => false,
            (Self::DoesNotContain(_) | Self::DoesNotMatch(_) | Self::Absent, None) => true,
        }
    }

    /// Whether one of the values matches, or absence does if there are none.
    fn holds_for_one(&self, values: &[&str]) -> bool {
        if values.is_empty() {
            self.holds(None)
        } else {
            values.iter().any(|value| self.holds(Some(value)))
        }
    }

    /// Returns the condition as a noun phrase.
    pub(super) fn wanted(&self) -> String {
        match self {
            Self::EqualTo { value, ignore_case: false } => excerpt(value),
            Self::EqualTo { value, ignore_case: true } => {
                format!("{} (ignoring case)", excerpt(value))
            }
            Self::Contains(part) => format!("a string that contains {}", excerpt(part)),
            Self::DoesNotContain(part) => format!("a string without {}", excerpt(part)),
            Self::Matches(pattern) => format!("a match of the pattern `{}`", pattern.source),
            Self::DoesNotMatch(pattern) => format!("no match of the pattern `{}`", pattern.source),
            Self::Absent => "none".to_owned(),
        }
    }
}

/// A path, perhaps with a query, as written and as sent.
#[derive(Debug)]
pub(super) struct Literal {
    written: String,
    wire: String,
}

impl Literal {
    pub(super) fn new(written: &str) -> Self {
        Self { written: written.to_owned(), wire: encode_for_wire(written).into_owned() }
    }

    /// Returns it as sent.
    pub(super) fn wire(&self) -> &str {
        &self.wire
    }
}

#[derive(Debug)]
pub(super) enum UrlMatch {
    /// `url`: path and query equal this.
    Url(Literal),
    /// `urlPattern`: path and query match.
    UrlPattern(Pattern),
    /// `urlPath`: the path equals this, with any query.
    Path(Literal),
    /// `urlPathPattern`: the path matches, with any query.
    PathPattern(Pattern),
}

impl UrlMatch {
    /// Returns the string or pattern as written in the recording.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Url(literal) | Self::Path(literal) => &literal.written,
            Self::UrlPattern(pattern) | Self::PathPattern(pattern) => pattern.source(),
        }
    }

    /// Whether the URL is a pattern.
    pub(super) fn is_pattern(&self) -> bool {
        matches!(self, Self::UrlPattern(_) | Self::PathPattern(_))
    }

    fn holds(&self, seen: &Seen<'_>) -> bool {
        match self {
            Self::Url(literal) => literal.wire == seen.path_and_query,
            Self::UrlPattern(pattern) => pattern.is_match(&seen.path_and_query),
            Self::Path(literal) => literal.wire == seen.path,
            Self::PathPattern(pattern) => pattern.is_match(&seen.path),
        }
    }

    /// A whole URL counts two, plus one for each query parameter; a pattern is less specific.
    fn weight(&self) -> usize {
        match self {
            Self::Url(literal) => {
                2 + literal.wire.split_once('?').map_or(0, |(_, query)| query.split('&').count())
            }
            Self::Path(_) => 2,
            Self::UrlPattern(_) | Self::PathPattern(_) => 1,
        }
    }

    fn failure(&self, seen: &Seen<'_>) -> String {
        let (what, found) = match self {
            Self::Url(_) | Self::UrlPattern(_) => ("url", mask_url(&seen.path_and_query)),
            Self::Path(_) | Self::PathPattern(_) => ("url path", mask_url(&seen.path)),
        };
        let wanted = if self.is_pattern() {
            format!("a match of the pattern `{}`", self.text())
        } else {
            format!("`{}`", mask_url(self.text()))
        };
        format!("{what} is `{found}`, the recording expects {wanted}")
    }
}

/// A request that is parsed once and matched against many recordings.
pub(super) struct Seen<'r> {
    pub(super) request: &'r Request,
    pub(super) path: Cow<'r, str>,
    path_and_query: String,
    query: Vec<(String, String)>,
    json: OnceCell<Result<Value, String>>,
}

impl<'r> Seen<'r> {
    pub(super) fn new(request: &'r Request) -> Self {
        Self {
            request,
            path: request.path(),
            path_and_query: wire_url(request),
            query: request.query_parameters(),
            json: OnceCell::new(),
        }
    }

    /// Returns path and query as sent.
    pub(super) fn path_and_query(&self) -> &str {
        &self.path_and_query
    }

    /// Returns the body; `None` if none is sent.
    pub(super) fn body(&self) -> Option<&'r str> {
        self.request.body.as_deref().filter(|body| !body.is_empty())
    }

    /// Returns the body as JSON, parsed on first use, or the parser's error.
    pub(super) fn json(&self) -> Result<&Value, &str> {
        let parsed = self.json.get_or_init(|| {
            serde_json::from_str(self.body().unwrap_or_default()).map_err(|error| error.to_string())
        });
        parsed.as_ref().map_err(String::as_str)
    }

    pub(super) fn query_values(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }
}

/// Returns path and query; as in WireMock, an empty query counts as none.
fn wire_url(request: &Request) -> String {
    let mut url = request.path_and_query();
    if url.ends_with('?') && request.query().is_some_and(|query| query.is_empty()) {
        url.pop();
    }
    url
}

/// Whether two values of `Authorization` are equal; scheme names are case-insensitive (RFC 9110,
/// 11.1).
fn same_credentials(found: &str, wanted: &str) -> bool {
    match (found.split_once(' '), wanted.split_once(' ')) {
        (Some((found, of)), Some((wanted, what))) => {
            found.eq_ignore_ascii_case(wanted) && of.trim() == what.trim()
        }
        _ => found == wanted,
    }
}

/// A condition on a request.
#[derive(Debug)]
pub(super) enum Condition {
    Method(String),
    Scheme(String),
    Host(TextMatch),
    Port(u16),
    Url(UrlMatch),
    Query {
        name: String,
        wanted: TextMatch,
    },
    Header {
        name: String,
        wanted: TextMatch,
    },
    /// The `Authorization` value for a user name and password.
    BasicAuth {
        header: String,
    },
    Body(BodyMatch),
}

impl TextMatch {
    pub(super) fn pattern_size(&self) -> usize {
        match self {
            Self::Matches(pattern) | Self::DoesNotMatch(pattern) => pattern.size(),
            _ => 0,
        }
    }
}

impl Condition {
    /// Returns the compiled size of its patterns in states.
    pub(super) fn pattern_size(&self) -> usize {
        match self {
            Self::Host(wanted) | Self::Query { wanted, .. } | Self::Header { wanted, .. } => {
                wanted.pattern_size()
            }
            Self::Url(UrlMatch::UrlPattern(pattern) | UrlMatch::PathPattern(pattern)) => {
                pattern.size()
            }
            Self::Body(body) => body.pattern_size(),
            _ => 0,
        }
    }

    /// Returns its weight when several recordings match.
    pub(super) fn weight(&self) -> usize {
        match self {
            Self::Url(url) => url.weight(),
            _ => 1,
        }
    }

    /// Whether the request meets the condition.
    pub(super) fn holds(&self, seen: &Seen<'_>) -> bool {
        let request = seen.request;
        match self {
            Self::Method(method) => request.method.eq_ignore_ascii_case(method),
            Self::Scheme(scheme) => request.scheme().eq_ignore_ascii_case(scheme),
            Self::Host(wanted) => wanted.holds(Some(&request.host().to_ascii_lowercase())),
            Self::Port(port) => request.port() == Some(*port),
            Self::Url(url) => url.holds(seen),
            Self::Query { name, wanted } => wanted.holds_for_one(&seen.query_values(name)),
            Self::Header { name, wanted } => {
                let values: Vec<_> = request.header_values(name).collect();
                if values.is_empty()
                    && name.eq_ignore_ascii_case("authorization")
                    && request.credential.is_some()
                {
                    // The credential becomes this header only on sending, so its value is unknown
                    // here.
                    return !matches!(wanted, TextMatch::Absent);
                }
                wanted.holds_for_one(&values)
            }
            Self::BasicAuth { header } => match request.header("authorization") {
                Some(found) => same_credentials(found, header),
                None => request
                    .credential
                    .as_ref()
                    .is_some_and(|used| used.kind == CredentialKind::BasicAuth),
            },
            Self::Body(body) => body.failure(seen, false).is_none(),
        }
    }

    /// Returns why the request doesn't meet the condition, as a sentence without secrets; `None` if
    /// it does.
    pub(super) fn failure(&self, seen: &Seen<'_>) -> Option<String> {
        if self.holds(seen) {
            return None;
        }
        let request = seen.request;
        let wants = |what: &str, found: &str, wanted: &str| {
            format!("{what} is `{found}`, the recording expects `{wanted}`")
        };
        Some(match self {
            Self::Method(method) => wants("method", &request.method, method),
            Self::Scheme(scheme) => wants("scheme", request.scheme(), scheme),
            Self::Host(wanted) => {
                format!("host is `{}`, the recording expects {}", request.host(), wanted.wanted())
            }
            Self::Port(port) => match request.port() {
                Some(found) => wants("port", &found.to_string(), &port.to_string()),
                None => format!("port is unknown, the recording expects `{port}`"),
            },
            Self::Url(url) => url.failure(seen),
            Self::Query { name, wanted } => named_failure(
                "query parameter",
                name,
                &seen.query_values(name),
                wanted,
                is_secret_field(name),
            ),
            Self::Header { name, wanted } => {
                let values: Vec<_> = request.header_values(name).collect();
                named_failure("header", name, &values, wanted, is_secret_header(name))
            }
            Self::BasicAuth { .. } => match request.header("authorization") {
                Some(_) => format!(
                    "header `Authorization` is {REDACTED}, the recording expects other basic \
                     auth credentials"
                ),
                None => "header `Authorization` is missing, the recording expects basic auth \
                     credentials"
                    .to_owned(),
            },
            Self::Body(body) => body.failure(seen, true)?,
        })
    }
}

fn named_failure(
    what: &str,
    name: &str,
    values: &[&str],
    wanted: &TextMatch,
    secret: bool,
) -> String {
    let found = match values {
        [] => "missing".to_owned(),
        _ if secret => REDACTED.to_owned(),
        values => values.iter().map(|value| excerpt(value)).collect::<Vec<_>>().join(" and "),
    };
    let wanted = match wanted {
        TextMatch::Absent => wanted.wanted(),
        _ if secret => "another value (hidden)".to_owned(),
        wanted => wanted.wanted(),
    };
    format!("{what} `{name}` is {found}, the recording expects {wanted}")
}

/// Returns the string in code marks on one line, cut after 120 characters.
pub(super) fn excerpt(text: &str) -> String {
    const MAX: usize = 120;
    let line = text.replace('\r', "\\r").replace('\n', "\\n");
    match line.char_indices().nth(MAX) {
        Some((end, _)) => format!("`{}…`", &line[..end]),
        None => format!("`{line}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_the_whole_text() {
        let pattern = Pattern::new("a|ab").unwrap();
        assert!(pattern.is_match("ab") && pattern.is_match("a"));
        assert!(!pattern.is_match("abc") && !pattern.is_match("xab") && !pattern.is_match("a\n"));
        for bad in ["(", "a)|(b", "(?=x)", r"(a)\1", "a{1000}{1000}{1000}"] {
            assert!(Pattern::new(bad).unwrap_err().contains("isn't a valid regex"), "{bad}");
        }
        let _ = Pattern::new("(?x) a # comment");
    }

    #[test]
    fn an_absent_text_satisfies_only_negative_forms() {
        let pattern = || Pattern::new("a").unwrap();
        assert!(TextMatch::Absent.holds(None) && !TextMatch::Absent.holds(Some("")));
        assert!(TextMatch::DoesNotContain("a".into()).holds(None));
        assert!(TextMatch::DoesNotMatch(pattern()).holds(None));
        assert!(!TextMatch::Matches(pattern()).holds(None));
        assert!(!TextMatch::Contains(String::new()).holds(None));
        assert!(TextMatch::EqualTo { value: "ÀB".into(), ignore_case: true }.holds(Some("àb")));
    }

    #[test]
    fn excerpts_are_short_and_on_one_line() {
        assert_eq!(excerpt("a\nb"), "`a\\nb`");
        assert_eq!(excerpt(&"é".repeat(200)).chars().count(), 123);
    }
}
