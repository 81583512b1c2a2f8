//! Completion, hover, and ways through the workspace for the page's editor.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::ask::Ask;
use super::refusal::{Refusal, read_request};
use crate::dialect::BRAZE;
use crate::facade::describe_completion;
use crate::http::masked;
use crate::language::{
    Place, Received, Recipient, Writing, complete, definition, hover, renamable, rename, uses,
};
use crate::project::Scenario;
use crate::render::{CallResult, render};
use crate::session::Session;
use crate::syntax::parse;
use crate::text::{Source, Span, Step, Utf16Places};
use crate::wire::Places;

/// A position in a text being edited.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditorPosition {
    message: String,
    path: String,
    text: String,
    /// The offset in UTF-16 units.
    offset: usize,
    /// The scenario on the page; empty for an unknown recipient.
    #[serde(default)]
    scenario: String,
    /// The new name of a variable.
    #[serde(default)]
    name: Option<String>,
}

/// What is known of a recipient for whom a text is being written.
pub struct Looked {
    pub scenario: Scenario,
    /// What calls got.
    pub responses: Vec<Received>,
}

/// Renders a text of a message for a recipient, as far as it goes: what calls get comes before what
/// others got. Nothing if either is unknown.
#[must_use]
pub fn looked(
    session: &Session,
    message: &str,
    scenario: &str,
    path: &str,
    text: &str,
) -> Option<Looked> {
    let ask = Ask { message: message.to_owned(), scenario: scenario.to_owned(), ..Ask::default() };
    let asked = ask.of(session).ok()?;
    let source = Arc::new(Source::new(path, text));
    let mut template = parse(&source, &BRAZE, asked.world.settings.parse);
    // While something is being typed, it is rarely complete.
    template.refused = false;
    let outcome = render(&template, &asked.world, false);
    let received = outcome.calls.iter().filter_map(|call| {
        let CallResult::Answered { recording, .. } = &call.result else { return None };
        let mut known = session.known.recordings.iter();
        let body = known.find(|one| one.name() == recording)?.json_body()?;
        let is_own = Arc::ptr_eq(&call.at.source, &source);
        let block = (!is_own).then(|| call.at.source.name().to_owned());
        Some(Received { block, at: call.at.span, recording: recording.clone(), body })
    });
    let responses = received.collect();
    Some(Looked { scenario: asked.scenario, responses })
}

impl EditorPosition {
    /// Parses the page's request.
    ///
    /// # Errors
    /// If it isn't what the route expects.
    pub fn read(body: &[u8]) -> Result<EditorPosition, Refusal> {
        let place: EditorPosition = read_request(body)?;
        if place.text.len() > Source::MAX_BYTES {
            return Err(Refusal::wrong(format!(
                "the text is too long: {} bytes",
                place.text.len()
            )));
        }
        Ok(place)
    }

    /// Calls `work` with the text, the offset in it, and the recipient on the page.
    fn asked<T>(&self, session: &Session, work: impl FnOnce(&Writing<'_>, usize) -> T) -> T {
        let mut blocks = session.known.blocks.values();
        let is_block = blocks.any(|block| block.template.source.name() == self.path);
        let looked = match self.scenario.as_str() {
            "" => None,
            scenario => looked(session, &self.message, scenario, &self.path, &self.text),
        };
        let recipient = looked
            .as_ref()
            .map(|looked| Recipient { scenario: &looked.scenario, responses: &looked.responses });
        let writing = Writing {
            known: &session.known,
            message: &self.message,
            text: &self.text,
            path: &self.path,
            is_block,
            messages: &session.messages,
            recipient: recipient.as_ref(),
        };
        work(&writing, Utf16Places::of(&self.text).offset(&self.text, self.offset))
    }

    /// Returns completions.
    pub fn complete(&self, session: &Session) -> Value {
        let found = self.asked(session, complete);
        describe_completion(&self.text, self.offset, found.as_ref())
    }

    /// Returns what is there; `null` if nothing is known.
    pub fn hover(&self, session: &Session) -> Value {
        let Some(found) = self.asked(session, hover) else { return Value::Null };
        json!({
            "span": self.span(&found.range),
            "title": found.title,
            "lines": found.lines,
            "sample": found.sample,
            "docs": found.docs,
        })
    }

    /// Returns where the name there comes from; `null` if nothing is known.
    pub fn definition(&self, session: &Session) -> Value {
        let Some(found) = self.asked(session, definition) else { return Value::Null };
        json!({ "span": self.span(&found.range), "places": self.places(&found.places) })
    }

    /// Returns every use of what is there; `null` if there is no name.
    pub fn uses(&self, session: &Session) -> Value {
        let Some(found) = self.asked(session, uses) else { return Value::Null };
        json!({ "span": self.span(&found.range), "places": self.places(&found.places) })
    }

    /// Returns the places of the variable there, to be replaced by the new name.
    pub fn rename(&self, session: &Session) -> Value {
        let found = self.asked(session, |writing, offset| match &self.name {
            Some(name) => rename(writing, offset, name),
            None => renamable(writing, offset),
        });
        match found {
            Ok(found) => {
                let spans = found.places.iter().map(|range| self.span(range));
                json!({ "from": found.from, "spans": spans.collect::<Vec<_>>() })
            }
            Err(error) => json!({ "refused": error.to_string() }),
        }
    }

    fn span(&self, range: &std::ops::Range<usize>) -> crate::wire::Span {
        let source = Source::new(self.path.as_str(), self.text.as_str());
        Places::default().span(&source, Span::new(range.start, range.end))
    }

    fn places(&self, found: &[Place]) -> Vec<Value> {
        let places = Places::default();
        let places = found.iter().map(|Place { source, span, field }| {
            let start = source.text()[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
            let line = source.text()[start..].lines().next().unwrap_or_default();
            let field = field.as_ref().map(|field| {
                let keys = field.path.iter().map(|step| match step {
                    Step::Key(name) => json!(&**name),
                    Step::Index(index) => json!(index),
                });
                json!({ "recording": field.recording, "keys": keys.collect::<Vec<_>>() })
            });
            json!({
                "path": source.name(),
                "span": places.span(source, *span),
                "line": masked(line).chars().take(LONGEST_LINE).collect::<String>(),
                "field": field,
            })
        });
        places.collect()
    }
}

/// The most characters of a line that are shown.
const LONGEST_LINE: usize = 300;
