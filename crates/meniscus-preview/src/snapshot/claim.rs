//! Why a claim about rendered output fails.

use std::sync::Arc;

use super::expect::RenderedPart;
use super::json_claim::json_fault;
use super::nearest_text::nearest_text;
use crate::diagnostic::{Diagnostic, Severity};
use crate::http::masked_output;
use crate::http::secret::mask_url;
use crate::project::{Claim, ClaimKind, Expectation, Scenario};
use crate::recording::JsonPath;
use crate::render::{Abort, AbortKind, Call, CallResult};
use crate::rules::sms::{Alphabet, GSM, in_small_alphabet, segments};
use crate::text::{Source, Span};
use crate::value::Value;

/// The code of a failed expectation.
pub(super) const CODE: &str = "expectation";

/// Most characters of a string shown in a message.
const SHOWN_CHARS: usize = 60;

/// Most places shown for one claim.
const MAX_PLACES: usize = 3;

/// The parts of a message that an expectation is about.
pub(super) struct Subject<'a> {
    pub scenario: &'a Scenario,
    pub message: &'a str,
    pub expectation: &'a Expectation,
    pub parts: Vec<RenderedPart<'a>>,
}

impl Subject<'_> {
    /// Returns why a claim fails, if it does.
    pub fn fault(&self, claim: &Claim) -> Option<Diagnostic> {
        match &claim.kind {
            ClaimKind::Sent => {
                let (part, abort) = self.abort()?;
                let message = format!("{} isn't sent, but should be", self.name());
                let diagnostic = self.diagnostic(claim, message);
                Some(with_abort(diagnostic, part, abort).label("aborted"))
            }
            ClaimKind::Aborts { reason } => self.without_abort(claim, reason.as_deref()),
            ClaimKind::AbortType(kind) => self.without_type(claim, *kind),
            ClaimKind::Calls { count, to } => self.other_calls(claim, *count, to.as_deref()),
            _ => match self.abort() {
                Some((part, abort)) => {
                    let message = format!("{} isn't sent, so it has no text", self.name());
                    let diagnostic = self.diagnostic(claim, message).label("not sent");
                    Some(with_abort(diagnostic, part, abort))
                }
                None => self.text_fault(claim),
            },
        }
    }

    /// Returns why a claim about strings fails.
    fn text_fault(&self, claim: &Claim) -> Option<Diagnostic> {
        match &claim.kind {
            ClaimKind::Contains(wanted) => {
                if self.outputs().any(|text| text.contains(wanted)) {
                    return None;
                }
                let message = format!("{} doesn't contain {}", self.name(), shown(wanted));
                let diagnostic = self.diagnostic(claim, message).label("not found");
                Some(self.with_nearest(diagnostic, wanted))
            }
            ClaimKind::NotContains(unwanted) => self.unwanted(claim, unwanted),
            ClaimKind::Matches(pattern) => {
                if self.outputs().any(|text| pattern.is_match(text)) {
                    return None;
                }
                let message =
                    format!("nothing in {} matches {}", self.name(), shown(pattern.as_str()));
                let mut diagnostic = self.diagnostic(claim, message).label("no match");
                for part in self.parts.iter().take(MAX_PLACES) {
                    let source = self.rendered(part);
                    diagnostic =
                        diagnostic.related(&source, first_line(&source), "starts like this");
                }
                Some(diagnostic)
            }
            ClaimKind::JsonPath { path, equals } => self.other_json(claim, path, equals.as_ref()),
            ClaimKind::MaxLength(most) => {
                let length = |part: &&RenderedPart<'_>| part.outcome.output.trim().chars().count();
                let longest = self.parts.iter().max_by_key(length)?;
                let found = length(&longest);
                if found <= *most {
                    return None;
                }
                let named = self.part_name(longest);
                let message = format!("{named} has {}; the limit is {most}", characters(found));
                let output = &longest.outcome.output;
                let source = self.rendered(longest);
                let start = output.len() - output.trim_start().len();
                let rest = output[start..].char_indices().nth(*most).map_or(0, |(at, _)| at);
                let span = line_of(output, start + rest);
                let label = format!("{} over the limit from here", characters(found - most));
                Some(
                    self.diagnostic(claim, message).label("too long").related(&source, span, label),
                )
            }
            ClaimKind::MaxSmsSegments(most) => self.more_segments(claim, *most),
            _ => None,
        }
    }

    fn without_abort(&self, claim: &Claim, reason: Option<&str>) -> Option<Diagnostic> {
        let mut aborts = self.aborts();
        let fits = |abort: &Abort| reason.is_none_or(|reason| abort.reason.contains(reason));
        match (aborts.clone().any(|(_, abort)| fits(abort)), aborts.next(), reason) {
            (true, ..) => None,
            (false, Some((part, abort)), Some(reason)) => {
                let message = format!(
                    "{} is aborted, but the reason doesn't contain {}",
                    self.name(),
                    shown(reason)
                );
                let diagnostic = self.diagnostic(claim, message).label("not in the reason");
                Some(with_abort(diagnostic, part, abort))
            }
            _ => Some(self.is_sent(claim)),
        }
    }

    fn without_type(&self, claim: &Claim, kind: AbortKind) -> Option<Diagnostic> {
        let mut aborts = self.aborts();
        if aborts.clone().any(|(_, abort)| abort.kind == kind) {
            return None;
        }
        let Some((part, abort)) = aborts.next() else { return Some(self.is_sent(claim)) };
        let (found, wanted) = (abort.kind.name(), kind.name());
        let message = format!("the abort type is `{found}`, not `{wanted}`");
        Some(with_abort(self.diagnostic(claim, message).label("different"), part, abort))
    }

    /// Reports a message that is sent but shouldn't be.
    fn is_sent(&self, claim: &Claim) -> Diagnostic {
        let message = format!("{} is sent, but should be aborted", self.name());
        let diagnostic = self.diagnostic(claim, message).label("is sent");
        match self.parts.last() {
            Some(part) => {
                let source = self.rendered(part);
                let span = first_line(&source);
                diagnostic.related(&source, span, "is sent")
            }
            None => diagnostic,
        }
    }

    fn unwanted(&self, claim: &Claim, unwanted: &str) -> Option<Diagnostic> {
        let with =
            self.parts.iter().map(|part| (part, part.outcome.output.matches(unwanted).count()));
        let with = with.filter(|(_, count)| *count > 0).collect::<Vec<_>>();
        let count = with.iter().map(|(_, count)| count).sum::<usize>();
        if count == 0 {
            return None;
        }
        let times = if count == 1 { String::new() } else { format!(" {count} times") };
        let message = format!("{} contains {}{times}, but shouldn't", self.name(), shown(unwanted));
        let mut diagnostic = self.diagnostic(claim, message).label("found");
        let mut left = MAX_PLACES;
        for (part, _) in with {
            let source = self.rendered(part);
            for (start, found) in part.outcome.output.match_indices(unwanted).take(left) {
                let span = Span::new(start, start + found.len());
                diagnostic = diagnostic.related(&source, span, "seen here");
                left -= 1;
            }
        }
        Some(diagnostic)
    }

    fn other_json(
        &self,
        claim: &Claim,
        path: &JsonPath,
        wanted: Option<&Value>,
    ) -> Option<Diagnostic> {
        let mut faults = Vec::new();
        for part in &self.parts {
            match json_fault(&part.outcome.output, path, wanted) {
                None => return None,
                Some(fault) => faults.push((part, fault)),
            }
        }
        // With several parts, report the closest one.
        let (part, fault) = faults.into_iter().max_by_key(|(_, fault)| fault.reached)?;
        let message = format!("{} in {}{}", fault.found, self.part_name(part), fault.expected);
        let source = self.rendered(part);
        let mut diagnostic = self.diagnostic(claim, message).label(fault.label);
        diagnostic.help = fault.help.or(diagnostic.help);
        Some(diagnostic.related(&source, fault.span, fault.note))
    }

    fn more_segments(&self, claim: &Claim, most: usize) -> Option<Diagnostic> {
        let count = |part: &&RenderedPart<'_>| segments(part.outcome.output.trim()).segments;
        let longest = self.parts.iter().max_by_key(count)?;
        let output = &longest.outcome.output;
        let found = segments(output.trim());
        if found.segments <= most {
            return None;
        }
        let message = format!(
            "{} takes {} segments; the limit is {most}",
            self.part_name(longest),
            found.segments
        );
        let mut diagnostic = self.diagnostic(claim, message).label("too many segments");
        let source = self.rendered(longest);
        if let (false, Some((start, c))) = (
            found.alphabet == Alphabet::Gsm,
            output.char_indices().find(|(_, c)| !in_small_alphabet(*c)),
        ) {
            let span = Span::new(start, start + c.len_utf8());
            let label = "this character cuts each segment from 153 to 67 characters";
            diagnostic = diagnostic.related(&source, span, label);
            if output.trim().chars().count() <= most * GSM.1 {
                let help = "remove the characters that aren't in the GSM alphabet";
                diagnostic.help = Some(help.to_owned());
            }
            return Some(diagnostic);
        }
        Some(diagnostic.related(&source, first_line(&source), "starts like this"))
    }

    fn other_calls(&self, claim: &Claim, count: usize, to: Option<&str>) -> Option<Diagnostic> {
        let calls = self.parts.iter().flat_map(|part| &part.outcome.calls);
        // Cached and refused calls aren't sent.
        let goes_out = |call: &&Call| {
            matches!(call.result, CallResult::Answered { .. } | CallResult::Unanswered(_))
        };
        let calls = calls.filter(goes_out).collect::<Vec<_>>();
        let meant = |call: &&&Call| to.is_none_or(|to| call.request.url.contains(to));
        let found = calls.iter().filter(meant).count();
        if found == count {
            return None;
        }
        let plural = if found == 1 { "call" } else { "calls" };
        let to = to.map_or(String::new(), |to| format!(" to {}", shown(to)));
        let message = format!("{} makes {found} {plural}{to}, not {count}", self.name());
        let mut diagnostic = self.diagnostic(claim, message).label("not met");
        for call in calls.iter().take(MAX_PLACES) {
            let line = format!("{} {}", call.request.method, mask_url(&call.request.url));
            diagnostic = diagnostic.related(&call.at.source, call.at.span, line);
        }
        Some(diagnostic)
    }

    /// Adds the place most similar to the expected string, or the start of the texts.
    fn with_nearest(&self, mut diagnostic: Diagnostic, wanted: &str) -> Diagnostic {
        for part in &self.parts {
            if let Some(range) = nearest_text(&part.outcome.output, wanted) {
                let source = self.rendered(part);
                let span = Span::new(range.start, range.end);
                return diagnostic.related(&source, span, "the most similar text");
            }
        }
        for part in self.parts.iter().take(MAX_PLACES) {
            let source = self.rendered(part);
            diagnostic = diagnostic.related(&source, first_line(&source), "starts like this");
        }
        diagnostic
    }

    fn outputs(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|part| part.outcome.output.as_str())
    }

    fn aborts(&self) -> impl Iterator<Item = (&RenderedPart<'_>, &Abort)> + Clone {
        self.parts.iter().filter_map(|part| Some((part, part.outcome.abort.as_ref()?)))
    }

    fn abort(&self) -> Option<(&RenderedPart<'_>, &Abort)> {
        self.aborts().next()
    }

    /// Returns the rendered output as a source for reports.
    fn rendered(&self, part: &RenderedPart<'_>) -> Arc<Source> {
        let name = format!("{} · {} · {}", self.message, part.name, self.scenario.name);
        Arc::new(Source::new(name, part.outcome.output.as_str()))
    }

    /// Returns the name of the subject for messages.
    fn name(&self) -> String {
        match &self.expectation.part {
            Some(part) => format!("`{} · {part}`", self.message),
            None => format!("`{}`", self.message),
        }
    }

    fn part_name(&self, part: &RenderedPart<'_>) -> String {
        format!("`{} · {}`", self.message, part.name)
    }

    fn diagnostic(&self, claim: &Claim, message: String) -> Diagnostic {
        let at = self.expectation.place_of_claim(claim);
        let help = match &self.expectation.why {
            Some(why) => format!("fix the message; reason for this check: {why}"),
            None => "fix the message, or change the expectation if this is intended".to_owned(),
        };
        Diagnostic::new(CODE, Severity::Error, &at.source, at.span, message).help(help)
    }
}

/// Adds why a message isn't sent, at the tag that aborts.
fn with_abort(diagnostic: Diagnostic, part: &RenderedPart<'_>, abort: &Abort) -> Diagnostic {
    let text = format!("{}: {}", abort.kind.name(), masked_output(&abort.reason));
    match &abort.at {
        Some(at) => diagnostic.related(&at.source, at.span, text),
        None => {
            let source = Arc::new(Source::new(part.name, ""));
            diagnostic.related(&source, Span::empty(0), text)
        }
    }
}

/// Shows a string in a message: on one line, shortened, without secrets.
pub(super) fn shown(text: &str) -> String {
    let text = masked_output(text);
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() {
        return "whitespace".to_owned();
    }
    if let Some((end, _)) = line.char_indices().nth(SHOWN_CHARS) {
        line.truncate(end);
        line.push('…');
    }
    format!("`{line}`")
}

fn characters(count: usize) -> String {
    format!("{count} {}", if count == 1 { "character" } else { "characters" })
}

/// Returns the first non-empty line.
fn first_line(source: &Source) -> Span {
    let text = source.text();
    line_of(text, text.len() - text.trim_start().len())
}

/// Returns the rest of a line.
pub(super) fn line_of(text: &str, start: usize) -> Span {
    let line = text[start..].lines().next().unwrap_or_default().trim_end();
    let end = line.char_indices().nth(SHOWN_CHARS).map_or(line.len(), |(at, _)| at);
    Span::new(start, start + end)
}
