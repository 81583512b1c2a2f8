use super::combination::Combined;
use crate::diagnostic::{Diagnostic, Severity};
use crate::recording::Recording;
use crate::render::{Call, CallResult, Explanation, Fact, Origin, OriginSource};
use crate::text::{Span, json_path};

const CODE: &str = "hole";

/// Scenarios listed by name.
const NAMED: usize = 3;

/// An output that is blank with a recording, although it otherwise prints something.
#[derive(Clone, Debug)]
pub struct Blank {
    pub message: String,
    pub part: String,
    /// The first scenario that shows it.
    pub scenario: String,
    /// Other scenarios that show it.
    pub also: Vec<String>,
    pub recording: String,
    /// The recording's file.
    pub file: String,
    /// The missing value, as in the template: `offer.name`.
    pub expression: String,
    /// Where it is missing: in the response (`$.payload.user_offers[1].name`), otherwise the
    /// expression, or the variable that the call didn't set.
    pub path: String,
    /// The same for people, located at the output.
    pub diagnostic: Diagnostic,
}

/// Identifies a blank; blanks are reported in this order.
pub(super) type BlankKey = (String, String, String, Span, String, String);

impl Blank {
    /// Returns the title of its part: `offer_wallet · body`.
    #[must_use]
    pub fn part_title(&self) -> String {
        format!("{} · {}", self.message, self.part)
    }

    pub(super) fn key(&self) -> BlankKey {
        let at = &self.diagnostic.primary;
        (
            self.message.clone(),
            self.part.clone(),
            at.source.name().to_owned(),
            at.span,
            self.recording.clone(),
            self.path.clone(),
        )
    }

    /// Completes the diagnostic once all scenarios are known.
    pub(super) fn finished(mut self) -> Blank {
        let mut names = vec![format!("`{}`", self.scenario)];
        names.extend(self.also.iter().take(NAMED - 1).map(|name| format!("`{name}`")));
        let more = self.also.len().saturating_sub(NAMED - 1);
        let names = match more {
            0 => names.join(", "),
            more => format!("{} and {more} more", names.join(", ")),
        };
        let title = self.part_title();
        let label = &mut self.diagnostic.primary.text;
        *label = format!("renders as blank in `{title}` for {names}");
        self
    }
}

/// Makes a blank from an empty output.
pub(super) fn blank_of(
    case: &Combined<'_>,
    recording: &Recording,
    explanation: &Explanation,
    calls: &[Call],
) -> Blank {
    let fact = explanation.facts.iter().find(|fact| fact.missing.is_some());
    let fact = fact.or(explanation.facts.first());
    let at = &explanation.at;
    let expression = match fact {
        Some(fact) => fact.expression.source.slice(fact.expression.span),
        None => at.source.slice(at.span),
    };
    let expression = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    let (path, why) = match (unsaved(recording, calls), fact) {
        (Some((target, why)), _) => (target, why),
        (None, Some(fact)) => reason(fact, recording, &expression),
        (None, None) => (expression.clone(), "its value is empty".to_owned()),
    };
    let name = recording.name();
    let message = format!("`{expression}` renders as blank with the recording `{name}`: {why}");
    let help = "add `| default: …`, or check it with `if` before printing it";
    let diagnostic =
        Diagnostic::new(CODE, Severity::Error, &at.source, at.span, message).help(help);
    Blank {
        message: case.message.to_owned(),
        part: case.part.to_owned(),
        scenario: case.scenario.to_owned(),
        also: Vec::new(),
        recording: name.to_owned(),
        file: shown(recording.path()),
        expression,
        path,
        diagnostic,
    }
}

fn shown(path: &std::path::Path) -> String {
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// Returns the variable that isn't set because the recording's response isn't saved, and why.
fn unsaved(recording: &Recording, calls: &[Call]) -> Option<(String, String)> {
    calls.iter().filter(|call| call.saved_as.is_none()).find_map(|call| match &call.result {
        CallResult::Answered { recording: name, status, note, .. } if name == recording.name() => {
            let note = note.clone().unwrap_or_else(|| format!("status {status}, not JSON"));
            Some((call.target.clone(), format!("`{}` isn't set ({note})", call.target)))
        }
        _ => None,
    })
}

/// Returns the place of the missing value, and why it is missing.
fn reason(fact: &Fact, recording: &Recording, expression: &str) -> (String, String) {
    let steps = match &fact.origin {
        Some(Origin { source: OriginSource::Call(_), path }) => Some(path),
        _ => None,
    };
    let path = steps.map_or_else(|| expression.to_owned(), |steps| json_path(steps));
    let is_there = || steps?.of(&recording.json_body()?).map(|_| ());
    let why = if fact.missing.is_some() || (steps.is_some() && is_there().is_none()) {
        "is missing".to_owned()
    } else {
        match fact.value.as_str() {
            "nil" => "is null".to_owned(),
            "\"\"" => "is an empty string".to_owned(),
            value => format!("is {value}"),
        }
    };
    let why = format!("`{path}` {why}");
    (path, why)
}
