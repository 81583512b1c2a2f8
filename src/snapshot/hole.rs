use super::combination::Combined;
use crate::diagnostic::{Diagnostic, Severity};
use crate::recording::Recording;
use crate::render::{Call, CallResult, Explanation, Fact, Key, Origin, OriginSource};
use crate::text::Span;

const CODE: &str = "hole";

/// Scenarios that are named one by one.
const NAMED: usize = 3;

/// An output that prints nothing with a recording, though it prints something otherwise.
#[derive(Clone, Debug)]
pub struct Hole {
    pub message: String,
    pub part: String,
    /// The first scenario that shows it.
    pub scenario: String,
    /// The other scenarios that show it.
    pub also: Vec<String>,
    pub recording: String,
    /// The recording's file.
    pub file: String,
    /// What is missing, as the template has it: `offer.name`.
    pub expression: String,
    /// Where it is missing: in the answer (`$.payload.user_offers[1].name`), else the expression, or
    /// the variable that the call did not set.
    pub path: String,
    /// The same for people; it points at the output.
    pub diagnostic: Diagnostic,
}

/// What tells one hole from another, in the order in which they are told.
pub(super) type HoleKey = (String, String, String, Span, String, String);

impl Hole {
    /// How people call the part that it is in: `offer_wallet · body`.
    #[must_use]
    pub fn part_title(&self) -> String {
        format!("{} · {}", self.message, self.part)
    }

    pub(super) fn key(&self) -> HoleKey {
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

    /// The same, with the words that need to know all scenarios.
    pub(super) fn finished(mut self) -> Hole {
        let mut names = vec![format!("`{}`", self.scenario)];
        names.extend(self.also.iter().take(NAMED - 1).map(|name| format!("`{name}`")));
        let more = self.also.len().saturating_sub(NAMED - 1);
        let names = match more {
            0 => names.join(", "),
            more => format!("{} and {more} more", names.join(", ")),
        };
        let title = self.part_title();
        let label = &mut self.diagnostic.primary.text;
        *label = format!("prints nothing in `{title}`, for {names}");
        self
    }
}

/// The hole that an empty output is.
pub(super) fn hole_of(
    case: &Combined<'_>,
    recording: &Recording,
    explanation: &Explanation,
    calls: &[Call],
) -> Hole {
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
        (None, None) => (expression.clone(), "it comes to nothing".to_owned()),
    };
    let name = recording.name();
    let message = format!("found nothing for `{expression}` with the recording `{name}`: {why}");
    let help = "give it a `default`, or ask for it with `if` before it is printed";
    let diagnostic =
        Diagnostic::new(CODE, Severity::Error, &at.source, at.span, message).help(help);
    Hole {
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

/// The variable that is not set, where nothing is saved of the recording's answer, and why not.
fn unsaved(recording: &Recording, calls: &[Call]) -> Option<(String, String)> {
    calls.iter().filter(|call| call.saved_as.is_none()).find_map(|call| match &call.result {
        CallResult::Answered { recording: name, status, note, .. } if name == recording.name() => {
            let note = note.clone().unwrap_or_else(|| format!("status {status}, no JSON"));
            Some((call.target.clone(), format!("`{}` is not set ({note})", call.target)))
        }
        _ => None,
    })
}

/// The place of the value that is missing, and why it is.
fn reason(fact: &Fact, recording: &Recording, expression: &str) -> (String, String) {
    let steps = match &fact.origin {
        Some(Origin { source: OriginSource::Call(_), path }) => Some(path),
        _ => None,
    };
    let path = steps.map_or_else(|| expression.to_owned(), |steps| json_path(steps));
    let is_there = || {
        let body = recording.json_body()?;
        let mut value = &body;
        for step in steps? {
            value = match step {
                Key::Name(name) => value.get(name)?,
                Key::Index(index) => value.get(index)?,
            };
        }
        Some(())
    };
    let why = if fact.missing.is_some() || (steps.is_some() && is_there().is_none()) {
        "is not there".to_owned()
    } else {
        match fact.value.as_str() {
            "nil" => "is null".to_owned(),
            "\"\"" => "is an empty text".to_owned(),
            value => format!("is {value}"),
        }
    };
    let why = format!("`{path}` {why}");
    (path, why)
}

fn json_path(steps: &[Key]) -> String {
    let mut path = "$".to_owned();
    for step in steps {
        match step {
            Key::Index(index) => path.push_str(&format!("[{index}]")),
            Key::Name(name) if is_plain(name) => path.push_str(&format!(".{name}")),
            Key::Name(name) => path.push_str(&format!("['{}']", name.escape_debug())),
        }
    }
    path
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}
