//! `[[expect]]`: what a team asserts about a scenario's output, in addition to snapshots.

use std::cell::Cell;
use std::sync::Arc;

use regex::Regex;

use super::error::ProjectError;
use super::patterns::Patterns;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::files::locate_toml;
use crate::recording::JsonPath;
use crate::render::AbortKind;
use crate::text::{
    MAX_REGEX_SIZE, Source, Span, Step, locate_json, locate_json_key, nearest, regex_size,
};
use crate::value::{Value, View};

/// The key in a scenario that holds expectations.
pub(super) const KEY: &str = "expect";

/// The keys of an expectation: what it is about, then its claims.
pub const EXPECTATION_KEYS: [&str; 14] = [
    "message",
    "part",
    "contains",
    "not_contains",
    "matches",
    "json_path",
    "equals",
    "aborts",
    "abort_type",
    "max_length",
    "max_sms_segments",
    "calls",
    "calls_to",
    "why",
];

/// Claims about a string, which an aborted message doesn't have.
const OF_TEXTS: [&str; 6] =
    ["contains", "not_contains", "matches", "json_path", "max_length", "max_sms_segments"];

/// An `[[expect]]` of a scenario: claims about a message or one of its parts.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The part it is about; `None` for the whole message.
    pub part: Option<String>,
    /// The claims, in the order of the documented keys; at least one.
    pub claims: Vec<Claim>,
    /// The author's reason.
    pub why: Option<String>,
    messages: Option<Patterns>,
    source: Arc<Source>,
    index: usize,
}

/// An assertion about a string or a message.
#[derive(Clone, Debug)]
pub struct Claim {
    pub kind: ClaimKind,
    /// The key that makes it.
    pub key: &'static str,
    /// Its index in the key's list, if it has one.
    item: Option<usize>,
}

#[derive(Clone, Debug)]
pub enum ClaimKind {
    Contains(String),
    /// The string doesn't contain this.
    NotContains(String),
    /// The pattern matches somewhere in the string.
    Matches(Box<Regex>),
    /// The string is JSON with any value, or with this value, at a path.
    JsonPath {
        path: JsonPath,
        equals: Option<Value>,
    },
    Sent,
    Aborts {
        reason: Option<String>,
    },
    /// The message isn't sent, and Braze logs this type.
    AbortType(AbortKind),
    /// Most characters (Unicode scalar values), without surrounding white space.
    MaxLength(usize),
    /// Most segments as a text message, without surrounding white space.
    MaxSmsSegments(usize),
    /// This many requests are sent.
    Calls {
        count: usize,
        /// Count only requests whose URL contains this.
        to: Option<String>,
    },
}

impl Expectation {
    /// Whether it is about a message, by the message's name.
    #[must_use]
    pub fn is_about(&self, message: &str) -> bool {
        self.messages.as_ref().is_none_or(|messages| messages.has(message))
    }

    /// Whether it names the messages it is about.
    #[must_use]
    pub fn names_messages(&self) -> bool {
        self.messages.is_some()
    }

    /// Returns the span of its start in the scenario's file: `[[expect]]`, or the object.
    #[must_use]
    pub fn place(&self) -> Label {
        self.label(&[])
    }

    /// Returns the span of a key's value in the scenario's file.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Label {
        self.label(&[Step::Key(key)])
    }

    /// Returns the span of a claim in the scenario's file.
    #[must_use]
    pub fn place_of_claim(&self, claim: &Claim) -> Label {
        match claim.item {
            Some(item) => self.label(&[Step::Key(claim.key), Step::Index(item)]),
            None => self.place_of(claim.key),
        }
    }

    fn label(&self, rest: &[Step<&str>]) -> Label {
        let span = span_of(&self.source, self.index, rest);
        Label { source: Arc::clone(&self.source), span, text: String::new() }
    }
}

/// Reads the expectations of a scenario's file.
///
/// # Errors
/// With its span, the first mistake: a key that is unknown, missing, or of the wrong kind, an
/// invalid pattern or path, or contradictory claims.
pub(super) fn read(
    source: &Arc<Source>,
    value: View<'_>,
) -> Result<Arc<[Expectation]>, ProjectError> {
    let View::Array(items) = value else {
        let start = key_span(source, &[Step::Key(KEY)], KEY);
        let message = format!("`{KEY}` must be a list, not {}", value.kind());
        return Err(error(source, start, message, "write `[[expect]]`, with double brackets"));
    };
    let patterns = Cell::new(0);
    let each = items.iter().enumerate().map(|(index, item)| {
        let entry = Entry { source, index, value: item.view(), patterns: &patterns };
        entry.read()
    });
    each.collect::<Result<Vec<_>, _>>().map(Arc::from)
}

/// Size limit for all compiled patterns of a scenario.
const MAX_PATTERNS: usize = 4 * MAX_REGEX_SIZE;

/// An entry of the list while it is read.
struct Entry<'a> {
    source: &'a Arc<Source>,
    index: usize,
    value: View<'a>,
    /// Size of all compiled patterns of the file.
    patterns: &'a Cell<usize>,
}

impl<'a> Entry<'a> {
    fn read(&self) -> Result<Expectation, ProjectError> {
        let View::Object(object) = self.value else {
            let message =
                format!("each entry in `{KEY}` must be a table, not {}", self.value.kind());
            return Err(self.error(&[], message, "write `[[expect]]`, with keys below it"));
        };
        for key in object.keys() {
            if !EXPECTATION_KEYS.contains(&key) {
                return Err(self.unknown_key(key));
            }
        }
        let mut claims = Vec::new();
        for text in self.texts("contains")? {
            claims.push(text.claim("contains", ClaimKind::Contains(text.text.to_owned())));
        }
        for text in self.texts("not_contains")? {
            claims.push(text.claim("not_contains", ClaimKind::NotContains(text.text.to_owned())));
        }
        for text in self.texts("matches")? {
            let pattern = self.pattern(&text)?;
            claims.push(text.claim("matches", ClaimKind::Matches(Box::new(pattern))));
        }
        claims.extend(self.json_path()?);
        claims.extend(self.aborts()?);
        if let Some(most) = self.count("max_length")? {
            claims.push(Claim::of("max_length", ClaimKind::MaxLength(most)));
        }
        if let Some(most) = self.count("max_sms_segments")? {
            if most == 0 {
                let message = "`max_sms_segments` must be at least 1".to_owned();
                return Err(self.error_at(
                    "max_sms_segments",
                    message,
                    "use 1 or more; every SMS takes a segment",
                ));
            }
            claims.push(Claim::of("max_sms_segments", ClaimKind::MaxSmsSegments(most)));
        }
        claims.extend(self.calls()?);
        let (part, why) = (self.text("part")?, self.text("why")?);
        let messages = self.text("message")?.map(|pattern| self.messages(pattern)).transpose()?;
        if claims.is_empty() {
            let claiming =
                EXPECTATION_KEYS.iter().filter(|key| !["message", "part", "why"].contains(*key));
            let keys = claiming.map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let message = "this expectation checks nothing".to_owned();
            return Err(self.error(&[], message, &format!("add one of {keys}")));
        }
        Ok(Expectation {
            part: part.map(str::to_owned),
            claims,
            why: why.map(str::to_owned),
            messages,
            source: Arc::clone(self.source),
            index: self.index,
        })
    }

    fn json_path(&self) -> Result<Option<Claim>, ProjectError> {
        let equals = self.get("equals").cloned();
        let Some(path) = self.text("json_path")? else {
            if equals.is_none() {
                return Ok(None);
            }
            let message = "`equals` needs `json_path`".to_owned();
            let help = "add `json_path = \"$.name\"`; to compare the whole text, use `matches = \
                '^…$'`";
            return Err(self.error_at("equals", message, help));
        };
        let path = JsonPath::parse(path).map_err(|rest| {
            let message = match rest == path {
                true => format!("the path `{path}` must start with `$`"),
                false => format!("`{rest}` in the path isn't a name or a position"),
            };
            self.error_at(
                "json_path",
                message,
                "use names and positions, as in `$.tags[0]['zip code']`",
            )
        })?;
        Ok(Some(Claim::of("json_path", ClaimKind::JsonPath { path, equals })))
    }

    fn aborts(&self) -> Result<Vec<Claim>, ProjectError> {
        let mut claims = Vec::new();
        match self.get("aborts").map(Value::view) {
            None => {}
            Some(View::Bool(false)) => claims.push(Claim::of("aborts", ClaimKind::Sent)),
            Some(View::Bool(true)) => {
                claims.push(Claim::of("aborts", ClaimKind::Aborts { reason: None }));
            }
            Some(View::Str(reason)) => {
                let reason = Some(reason.to_owned());
                claims.push(Claim::of("aborts", ClaimKind::Aborts { reason }));
            }
            Some(other) => {
                let message = format!("`aborts` can't be {}", other.kind());
                let help = "write `true`, `false`, or a string that the reason contains";
                return Err(self.error_at("aborts", message, help));
            }
        }
        if let Some(name) = self.text("abort_type")? {
            let Some(kind) = AbortKind::ALL.into_iter().find(|kind| kind.name() == name) else {
                let names = AbortKind::ALL.map(AbortKind::name);
                let help = match nearest(name, names) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("use one of {}", names.join(", ")),
                };
                let message = format!("unknown abort type `{name}`");
                return Err(self.error_at("abort_type", message, &help));
            };
            claims.push(Claim::of("abort_type", ClaimKind::AbortType(kind)));
        }
        let sent = matches!(claims.first(), Some(Claim { kind: ClaimKind::Sent, .. }));
        if sent && claims.len() > 1 {
            let message = "`abort_type` can't be used with `aborts = false`".to_owned();
            return Err(self.error_at("abort_type", message, "remove one of them"));
        }
        let of_text = OF_TEXTS.iter().find(|key| self.get(key).is_some());
        if let (false, false, Some(key)) = (sent, claims.is_empty(), of_text) {
            let abort = claims[0].key;
            let message =
                format!("`{key}` can't be used with `{abort}`: an aborted message has no text");
            return Err(self.error_at(key, message, "move it to a separate `[[expect]]`"));
        }
        Ok(claims)
    }

    fn calls(&self) -> Result<Option<Claim>, ProjectError> {
        let to = self.text("calls_to")?.map(str::to_owned);
        match (self.count("calls")?, to) {
            (Some(count), to) => Ok(Some(Claim::of("calls", ClaimKind::Calls { count, to }))),
            (None, None) => Ok(None),
            (None, Some(_)) => {
                let message = "`calls_to` needs `calls`".to_owned();
                Err(self.error_at(
                    "calls_to",
                    message,
                    "add the number of calls, such as `calls = 1`",
                ))
            }
        }
    }

    fn messages(&self, pattern: &str) -> Result<Patterns, ProjectError> {
        if let Err(wrong) = globset::Glob::new(pattern) {
            let message = format!("the pattern isn't valid: {}", wrong.kind());
            return Err(self.error_at(
                "message",
                message,
                "write a name, or a pattern such as `offer_*`",
            ));
        }
        Ok(Patterns::new(&[pattern.to_owned()]))
    }

    fn pattern(&self, text: &Text<'_>) -> Result<Regex, ProjectError> {
        let compiled = regex_size(text.text).and_then(|size| {
            // A scenario is read as a whole, so its patterns share a limit.
            self.patterns.set(self.patterns.get().saturating_add(size));
            match self.patterns.get() > MAX_PATTERNS {
                true => Err("the patterns of this file take too much memory".to_owned()),
                false => Regex::new(text.text).map_err(|wrong| wrong.to_string()),
            }
        });
        compiled.map_err(|why| {
            // The crate draws the pattern with a mark below it, and gives the reason in the last
            // line.
            let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
            let message = format!("the pattern isn't valid: {why}");
            let steps = text.steps("matches");
            self.error(
                &steps,
                message,
                "write it in the syntax of the regex crate, in single quotes",
            )
        })
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        match self.value {
            View::Object(object) => object.get(key),
            _ => None,
        }
    }

    fn text(&self, key: &str) -> Result<Option<&'a str>, ProjectError> {
        match self.get(key).map(Value::view) {
            None => Ok(None),
            Some(View::Str(text)) if !text.is_empty() => Ok(Some(text)),
            Some(other) => Err(self.wrong_kind(&[Step::Key(key)], key, other, "a string")),
        }
    }

    /// Returns the strings of a key that takes one or a list.
    fn texts(&self, key: &str) -> Result<Vec<Text<'a>>, ProjectError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let View::Array(items) = value.view() else {
            return Ok(self.text(key)?.map(|text| Text { text, item: None }).into_iter().collect());
        };
        let each = items.iter().enumerate().map(|(index, item)| match item.view() {
            View::Str(text) if !text.is_empty() => Ok(Text { text, item: Some(index) }),
            other => {
                let steps = [Step::Key(key), Step::Index(index)];
                Err(self.wrong_kind(&steps, key, other, "a list of strings"))
            }
        });
        each.collect()
    }

    fn count(&self, key: &str) -> Result<Option<usize>, ProjectError> {
        match self.get(key).map(Value::view) {
            None => Ok(None),
            Some(View::Int(count)) if usize::try_from(count).is_ok() => {
                Ok(usize::try_from(count).ok())
            }
            Some(other) => {
                let found = match other {
                    View::Int(_) => "a negative number",
                    other => other.kind(),
                };
                let message = format!("`{key}` must be a whole number from 0, not {found}");
                Err(self.error_at(key, message, "write a whole number from 0"))
            }
        }
    }

    fn wrong_kind(
        &self,
        steps: &[Step<&str>],
        key: &str,
        found: View<'_>,
        expected: &str,
    ) -> ProjectError {
        let found = match found {
            View::Str("") => "an empty string",
            other => other.kind(),
        };
        let message = format!("`{key}` must be {expected}, not {found}");
        self.error(steps, message, &format!("write {expected}"))
    }

    fn unknown_key(&self, key: &str) -> ProjectError {
        let help = match nearest(key, EXPECTATION_KEYS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of {}", EXPECTATION_KEYS.join(", ")),
        };
        let steps = [Step::Key(KEY), Step::Index(self.index), Step::Key(key)];
        let span = key_span(self.source, &steps, key);
        error(self.source, span, format!("unknown key `{key}` in `[[{KEY}]]`"), &help)
    }

    fn error_at(&self, key: &str, message: String, help: &str) -> ProjectError {
        self.error(&[Step::Key(key)], message, help)
    }

    fn error(&self, rest: &[Step<&str>], message: String, help: &str) -> ProjectError {
        error(self.source, span_of(self.source, self.index, rest), message, help)
    }
}

/// A string of a key, alone or in a list.
struct Text<'a> {
    text: &'a str,
    item: Option<usize>,
}

impl Text<'_> {
    fn claim(&self, key: &'static str, kind: ClaimKind) -> Claim {
        Claim { kind, key, item: self.item }
    }

    fn steps<'k>(&self, key: &'k str) -> Vec<Step<&'k str>> {
        std::iter::once(Step::Key(key)).chain(self.item.map(Step::Index)).collect()
    }
}

impl Claim {
    fn of(key: &'static str, kind: ClaimKind) -> Claim {
        Claim { kind, key, item: None }
    }
}

fn error(source: &Arc<Source>, span: Span, message: String, help: &str) -> ProjectError {
    let diagnostic = Diagnostic::new("scenario", Severity::Error, source, span, message).help(help);
    ProjectError::Content(Box::new(diagnostic))
}

/// Returns the span of an expectation, or of a value in it.
fn span_of(source: &Source, index: usize, rest: &[Step<&str>]) -> Span {
    let mut steps = vec![Step::Key(KEY), Step::Index(index)];
    steps.extend(rest);
    let text = source.text();
    let found = match is_json(source) {
        true => locate_json(text, &steps),
        false => locate_toml(text, &steps),
    };
    found.map_or(Span::empty(0), |range| Span::new(range.start, range.end))
}

/// Returns the span of a key.
fn key_span(source: &Source, steps: &[Step<&str>], key: &str) -> Span {
    let text = source.text();
    if is_json(source) {
        let found = locate_json_key(text, steps);
        return found.map_or(Span::empty(0), |range| Span::new(range.start, range.end));
    }
    let Some(value) = locate_toml(text, steps) else { return Span::empty(0) };
    // The key itself, if it is on the value's line.
    let line = text[..value.start].rfind('\n').map_or(0, |at| at + 1);
    match text[line..value.start].rfind(key) {
        Some(at) => Span::new(line + at, line + at + key.len()),
        None => Span::new(value.start, value.end),
    }
}

fn is_json(source: &Source) -> bool {
    source.name().ends_with(".json")
}
