//! Completion and hover for the page's editor.

use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::Refusal;
use crate::language::{Writing, complete, hover};
use crate::session::Session;
use crate::text::{Source, Span, Utf16Places};
use crate::wire::Places;

/// A position in a text being edited.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EditorPosition {
    message: String,
    path: String,
    text: String,
    /// The offset in UTF-16 units.
    offset: usize,
}

impl EditorPosition {
    /// Parses the page's request.
    ///
    /// # Errors
    /// If it isn't what the route expects.
    pub fn read(body: &[u8]) -> Result<EditorPosition, Refusal> {
        let place: EditorPosition = serde_json::from_slice(body).map_err(|error| {
            Refusal::wrong(format!("found a body that cannot be used: {error}"))
        })?;
        if place.text.len() > Source::MAX_BYTES {
            return Err(Refusal::wrong(format!("found {} bytes of text", place.text.len())));
        }
        Ok(place)
    }

    fn writing<'a>(&'a self, session: &'a Session) -> Writing<'a> {
        let mut blocks = session.known.blocks.values();
        let is_block = blocks.any(|block| block.template.source.name() == self.path);
        Writing { known: &session.known, message: &self.message, text: &self.text, is_block }
    }

    /// Returns completions.
    pub fn complete(&self, session: &Session) -> Value {
        let places = Utf16Places::of(&self.text);
        let offset = places.offset(&self.text, self.offset);
        let Some(found) = complete(&self.writing(session), offset) else {
            return json!({ "from": self.offset, "to": self.offset, "items": [] });
        };
        let items = found.items.iter().map(|item| {
            json!({
                "label": item.label,
                "kind": item.kind.word(),
                "detail": item.detail,
                "sample": item.sample,
                "docs": item.docs,
                "insert": item.label,
                "snippet": false,
            })
        });
        json!({
            "from": places.units(&self.text, found.replaces.start),
            "to": places.units(&self.text, found.replaces.end),
            "items": items.collect::<Vec<_>>(),
        })
    }

    /// Returns what is there; `null` if nothing is known.
    pub fn hover(&self, session: &Session) -> Value {
        let offset = Utf16Places::of(&self.text).offset(&self.text, self.offset);
        let Some(found) = hover(&self.writing(session), offset) else { return Value::Null };
        let source = Source::new(self.path.as_str(), self.text.as_str());
        let span = Span::new(found.range.start, found.range.end);
        json!({
            "span": Places::default().span(&source, span),
            "title": found.title,
            "lines": found.lines,
            "sample": found.sample,
            "docs": found.docs,
        })
    }
}
