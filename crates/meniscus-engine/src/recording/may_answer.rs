//! Whether a recording could answer a partly known call.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use regex_automata::nfa::thompson::{NFA, State};
use serde_json::Value;

use super::body_match::{BodyMatch, PathValue};
use super::matcher::{Condition, Pattern, Seen, TextMatch, UrlMatch};
use super::pattern::{
    ANY_VALUE, PLACEHOLDER, PatternPart, Piece, UrlPattern, fits, json_of, push_marked, with_marks,
};
use super::stub::Recording;
use crate::http::request::{Request, decode_pairs};

/// A partly known call that is parsed once and matched against many recordings.
///
/// Literal parts can exclude a recording, placeholders can't; headers, ports, and credentials are
/// ignored.
#[derive(Debug)]
pub struct PartialCall<'c> {
    method: &'c str,
    url: &'c UrlPattern,
    /// The request without a body, if the URL has no placeholders.
    request: Option<Request>,
    /// The body with marked placeholders.
    body: Option<String>,
    json: OnceCell<Option<Value>>,
}

impl<'c> PartialCall<'c> {
    /// Parses a call whose URL is already parsed.
    #[must_use]
    pub fn new(method: &'c str, url: &'c UrlPattern, body: Option<&[Piece]>) -> PartialCall<'c> {
        let request = url.whole.as_ref().map(|whole| Request::new(method, whole.clone()));
        let body = body.map(with_marks).filter(|body| !body.is_empty());
        PartialCall { method, url, request, body, json: OnceCell::new() }
    }

    /// Returns the body as JSON, if its placeholders allow that.
    fn json(&self) -> Option<&Value> {
        self.json.get_or_init(|| json_of(self.body.as_deref().unwrap_or_default())).as_ref()
    }
}

impl Recording {
    /// Whether the method and URL of a call may match the recording's.
    #[must_use]
    pub fn may_be_asked(&self, call: &PartialCall<'_>) -> bool {
        let seen = call.request.as_ref().map(Seen::new);
        self.conditions().iter().all(|condition| match (condition, &seen) {
            (Condition::Body(_) | Condition::Header { .. } | Condition::BasicAuth { .. }, _) => {
                true
            }
            (condition, Some(seen)) => condition.holds(seen),
            (Condition::Method(method), None) => call.method.eq_ignore_ascii_case(method),
            (Condition::Scheme(scheme), None) => {
                call.url.scheme.as_deref().is_none_or(|known| known.eq_ignore_ascii_case(scheme))
            }
            (Condition::Host(wanted), None) => {
                call.url.host().is_none_or(|host| may_hold(wanted, host))
            }
            (Condition::Port(_), None) => true,
            (Condition::Url(url), None) => may_have_url(call.url, url),
            (Condition::Query { name, wanted }, None) => may_have_parameter(call.url, name, wanted),
        })
    }

    /// Whether the recording has conditions on the body.
    #[must_use]
    pub fn asks_for_body(&self) -> bool {
        self.conditions().iter().any(|condition| matches!(condition, Condition::Body(_)))
    }

    /// Whether the body of a call may match the recording's.
    #[must_use]
    pub fn may_take_body(&self, call: &PartialCall<'_>) -> bool {
        self.conditions().iter().all(|condition| match condition {
            Condition::Body(wanted) => may_have_body(call, wanted),
            _ => true,
        })
    }
}

fn may_have_url(url: &UrlPattern, wanted: &UrlMatch) -> bool {
    match wanted {
        UrlMatch::Url(literal) => url.may_have_path_and_query(literal.wire()),
        UrlMatch::Path(literal) => url.may_have_path(literal.wire()),
        UrlMatch::UrlPattern(pattern) => may_match(pattern, &url.parts(true)),
        UrlMatch::PathPattern(pattern) => may_match(pattern, &url.parts(false)),
    }
}

fn may_have_parameter(url: &UrlPattern, name: &str, wanted: &TextMatch) -> bool {
    let query = url.query.as_deref().unwrap_or_default();
    let pairs = decode_pairs(query);
    let mut named = pairs.iter().filter(|(key, _)| key == name).peekable();
    // A placeholder may contain parameters.
    let open = url.open_end || url.is_unknown() || query.contains(PLACEHOLDER);
    if named.peek().is_none() {
        return open || wanted.holds(None);
    }
    named.any(|(_, value)| may_hold(wanted, value))
}

/// Whether a string with marked placeholders may match.
fn may_hold(wanted: &TextMatch, marked: &str) -> bool {
    if !marked.contains(PLACEHOLDER) {
        return wanted.holds(Some(marked));
    }
    match wanted {
        TextMatch::EqualTo { value, ignore_case: false } => fits(marked, value),
        TextMatch::EqualTo { value, ignore_case: true } => {
            fits(&marked.to_lowercase(), &value.to_lowercase())
        }
        TextMatch::DoesNotContain(part) => {
            !marked.split(PLACEHOLDER).any(|known| known.contains(part.as_str()))
        }
        TextMatch::Matches(pattern) => {
            let mut parts = Vec::new();
            push_marked(marked, PatternPart::Anything, &mut parts);
            may_match(pattern, &parts)
        }
        TextMatch::Contains(_) | TextMatch::DoesNotMatch(_) => true,
        TextMatch::Absent => false,
    }
}

fn may_have_body(call: &PartialCall<'_>, wanted: &BodyMatch) -> bool {
    let Some(body) = call.body.as_deref() else {
        let empty = Request::new(call.method, "");
        return wanted.failure(&Seen::new(&empty), false).is_none();
    };
    // If the placeholders prevent parsing as JSON, anything is possible.
    let open = body.contains(PLACEHOLDER);
    match wanted {
        BodyMatch::Text(wanted) => may_hold(wanted, body),
        BodyMatch::Json(wanted) => call.json().map_or(open, |json| wanted.may_equal(json)),
        BodyMatch::Path { path, wanted } => {
            let Some(json) = call.json() else {
                return open || matches!(wanted, PathValue::Text(TextMatch::Absent));
            };
            match (path.find(json), wanted) {
                // A placeholder may contain the path.
                (None, _) if has_any_value(json) => true,
                (None, PathValue::Text(wanted)) => wanted.holds(None),
                (None, _) => false,
                (Some(found), PathValue::Json(wanted)) => wanted.may_equal(found),
                (Some(found), _) if found == ANY_VALUE => true,
                (Some(Value::String(found)), PathValue::Text(wanted)) => may_hold(wanted, found),
                (Some(found), wanted) => {
                    has_any_value(found) || wanted.failure(path, Some(found), false).is_none()
                }
            }
        }
    }
}

fn has_any_value(json: &Value) -> bool {
    match json {
        Value::String(text) => text == ANY_VALUE,
        Value::Array(items) => items.iter().any(has_any_value),
        Value::Object(members) => members.values().any(has_any_value),
        _ => false,
    }
}

/// Whether a partly known string may match a pattern.
fn may_match(pattern: &Pattern, parts: &[PatternPart<'_>]) -> bool {
    // A pattern that compiled once compiles again; otherwise exclude nothing.
    let Some(nfa) = pattern.automaton() else { return true };
    let mut states = BTreeSet::new();
    let mut walk = Walk { nfa, at_start: true, at_end: parts.is_empty() };
    walk.reach(nfa.start_anchored(), &mut states);
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        match part {
            PatternPart::Text(text) => {
                for (at, byte) in text.bytes().enumerate() {
                    walk.at_start = false;
                    walk.at_end = last && at + 1 == text.len();
                    states = walk.step(&states, |range| range.contains(&byte));
                }
            }
            placeholder @ (PatternPart::Segment | PatternPart::Anything) => {
                walk.at_end = last;
                // A placeholder may be empty, and what follows it may be at the end.
                let again = states.clone();
                again.iter().for_each(|&state| walk.reach(state, &mut states));
                let mut fresh = states.clone();
                walk.at_start = false;
                while !fresh.is_empty() {
                    let next = walk.step(&fresh, |range| match placeholder {
                        PatternPart::Segment => *range.start() != b'/' || *range.end() != b'/',
                        _ => true,
                    });
                    fresh = next.difference(&states).copied().collect();
                    states.extend(&fresh);
                }
            }
        }
        if states.is_empty() {
            return false;
        }
    }
    states.iter().any(|&state| matches!(nfa.state(state), State::Match { .. }))
}

type StateId = regex_automata::util::primitives::StateID;

/// A walk through the states of a pattern.
struct Walk<'n> {
    nfa: &'n NFA,
    at_start: bool,
    at_end: bool,
}

impl Walk<'_> {
    /// Adds a state and those reachable from it without a byte.
    fn reach(&self, state: StateId, states: &mut BTreeSet<StateId>) {
        let mut stack = vec![state];
        let mut known = BTreeSet::new();
        while let Some(state) = stack.pop() {
            if !known.insert(state) {
                continue;
            }
            states.insert(state);
            match self.nfa.state(state) {
                State::Union { alternates } => stack.extend(alternates.iter().copied()),
                State::BinaryUnion { alt1, alt2 } => stack.extend([*alt1, *alt2]),
                State::Capture { next, .. } => stack.push(*next),
                State::Look { look, next } => {
                    use regex_automata::util::look::Look;
                    let holds = match look {
                        Look::Start => self.at_start,
                        Look::End => self.at_end,
                        // Word and line boundaries: what is next to a placeholder is unknown.
                        _ => true,
                    };
                    if holds {
                        stack.push(*next);
                    }
                }
                _ => {}
            }
        }
    }

    /// Returns the states reached by a byte, among those that `takes` accepts.
    fn step(
        &self,
        states: &BTreeSet<StateId>,
        takes: impl Fn(&std::ops::RangeInclusive<u8>) -> bool,
    ) -> BTreeSet<StateId> {
        let mut next = BTreeSet::new();
        for &state in states {
            match self.nfa.state(state) {
                State::ByteRange { trans } if takes(&(trans.start..=trans.end)) => {
                    self.reach(trans.next, &mut next);
                }
                State::Sparse(sparse) => {
                    for trans in sparse.transitions.iter() {
                        if takes(&(trans.start..=trans.end)) {
                            self.reach(trans.next, &mut next);
                        }
                    }
                }
                State::Dense(dense) => {
                    for (byte, &to) in (0..=u8::MAX).zip(dense.transitions.iter()) {
                        if to != StateId::ZERO && takes(&(byte..=byte)) {
                            self.reach(to, &mut next);
                        }
                    }
                }
                _ => {}
            }
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, marked: &str, placeholder: PatternPart<'static>) -> bool {
        let pattern = Pattern::new(pattern).expect("a pattern");
        let marked = marked.replace('*', &PLACEHOLDER.to_string());
        let mut parts = Vec::new();
        push_marked(&marked, placeholder, &mut parts);
        may_match(&pattern, &parts)
    }

    #[test]
    fn patterns_are_followed_through_holes() {
        let id = "/users/[0-9]{5}/tags";
        assert!(matches(id, "/users/*/tags", PatternPart::Segment));
        assert!(matches(id, "/users/1*/tags", PatternPart::Segment));
        assert!(matches(id, "*/tags", PatternPart::Anything));
        assert!(matches(id, "/users/12345/tags", PatternPart::Segment));
        assert!(matches("^/a$", "/a*", PatternPart::Segment));
        assert!(matches("/a(/b)?", "*", PatternPart::Anything));
        assert!(matches("", "*", PatternPart::Segment));
        assert!(!matches(id, "/users/x*/tags", PatternPart::Segment));
        assert!(!matches(id, "/users/*", PatternPart::Segment));
        assert!(!matches(id, "*/campaigns", PatternPart::Anything));
        assert!(!matches("/a/b", "/*", PatternPart::Segment));
        assert!(matches("/a/[^x]*", "/a/*", PatternPart::Segment));
    }
}
