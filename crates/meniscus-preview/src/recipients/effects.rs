//! Effects of a recipient on a message: aborts, errors, broken JSON, blanks.

use std::collections::BTreeMap;

use crate::diagnostic::Severity;
use crate::render::{AbortKind, ExplanationKind, Outcome};

/// An effect on a message part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It isn't sent.
    Aborted {
        reason: String,
        /// Whether the template aborts explicitly, by `abort_message`.
        meant: bool,
    },
    /// A render error.
    Error(String),
    /// It was JSON for the base, but no longer is; why.
    BrokenJson(String),
    /// The body of a call isn't JSON; why.
    BrokenCall(String),
    /// Nothing is printed, unlike for the base.
    Empty,
    /// HTML is no longer balanced, unlike for the base: the element.
    Unbalanced(String),
    /// Outputs that are blank because a value is missing, without duplicates.
    Blanks(Vec<String>),
}

impl Effect {
    /// Whether it needs attention: all except explicit aborts.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        !matches!(self, Effect::Aborted { meant: true, .. })
    }
}

/// HTML elements without a closing tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr", "param",
];
/// Elements whose closing tag is optional.
const OPEN_ENDED: [&str; 8] = ["p", "li", "tr", "td", "th", "option", "dt", "dd"];

/// Returns the effects that make an outcome worse than the base's.
#[must_use]
pub fn effects(base: &Outcome, outcome: &Outcome) -> Vec<Effect> {
    let mut found = Vec::new();
    let bodies = outcome.calls.iter().filter_map(|call| call.request.body.as_deref());
    let broken = bodies
        .filter(|body| body.trim_start().starts_with(['{', '[']))
        .find_map(|body| json(body).err());
    if let Some(error) = broken {
        found.push(Effect::BrokenCall(error));
    }
    if let Some(abort) = &outcome.abort {
        let meant = abort.kind == AbortKind::AbortMessage;
        let reason = format!("{}: {}", abort.kind.name(), abort.reason);
        found.push(Effect::Aborted { reason, meant });
        return found;
    }
    let error = outcome.diagnostics.iter().find(|found| found.severity == Severity::Error);
    if let Some(error) = error {
        found.push(Effect::Error(error.message.clone()));
    }
    let (before, after) = (&base.output, &outcome.output);
    let sent = base.abort.is_none();
    if sent
        && is_json(before)
        && let Err(error) = json(after)
    {
        found.push(Effect::BrokenJson(error));
    }
    if after.trim().is_empty() && !(sent && before.trim().is_empty()) {
        found.push(Effect::Empty);
    }
    if sent
        && before.contains("</")
        && unbalanced(before).is_none()
        && let Some(name) = unbalanced(after)
    {
        found.push(Effect::Unbalanced(name));
    }
    let blanks = blanks(outcome);
    let known = self::blanks(base);
    let fresh = blanks.into_iter().filter(|blank| !known.contains(blank)).collect::<Vec<_>>();
    if !fresh.is_empty() {
        found.push(Effect::Blanks(fresh));
    }
    found
}

/// Returns outputs that are blank because a value is missing, without duplicates.
fn blanks(outcome: &Outcome) -> Vec<String> {
    let all = outcome.trace.iter().flat_map(|trace| &trace.explanations);
    let empty = all.filter(|one| one.kind == ExplanationKind::EmptyOutput);
    let blanks = empty.filter(|one| one.facts.iter().any(|fact| fact.missing.is_some()));
    let mut found = Vec::new();
    for blank in blanks {
        let line = blank.at.source.position(blank.at.span.start as usize).line;
        let text = format!("{}:{line}", blank.at.source.name());
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && json(text).is_ok()
}

fn json(text: &str) -> Result<(), String> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

/// Returns an element that is opened but not closed, or vice versa.
fn unbalanced(html: &str) -> Option<String> {
    let mut depth = BTreeMap::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let closes = rest.starts_with('/');
        let name = rest.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len());
        let name = name[..end].to_ascii_lowercase();
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let own_end = rest.split('>').next().is_some_and(|tag| tag.ends_with('/'));
        if is_name && !own_end && !VOID.contains(&&*name) && !OPEN_ENDED.contains(&&*name) {
            *depth.entry(name).or_insert(0_i64) += if closes { -1 } else { 1 };
        }
    }
    depth.into_iter().find(|(_, depth)| *depth != 0).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::unbalanced;

    #[test]
    fn elements_are_closed_or_not() {
        assert_eq!(unbalanced("<p>a<br><img src='x'><b>c</b>"), None);
        assert_eq!(unbalanced("<b>a</i></b>").as_deref(), Some("i"));
        assert_eq!(unbalanced("1 < 2 <circle/>"), None);
        assert_eq!(unbalanced("<div><div></div>").as_deref(), Some("div"));
    }
}
