use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;

use crate::diagnostic::Label;
use crate::text::{self, Source, Utf16Places};

/// A position between two characters of a file.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Point {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// The offset, from 0, in bytes of the file.
    pub offset: u32,
    /// The offset, from 0, in UTF-16 units of the file.
    pub utf16: usize,
}

/// A span of a file.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Span {
    /// Before the first character.
    pub start: Point,
    /// After the last character.
    pub end: Point,
}

/// A span of a named file, with a label.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct Place<'a> {
    /// The file, relative to the workspace.
    pub path: &'a str,
    /// The span.
    pub span: Span,
    /// The label; may be empty.
    pub text: &'a str,
}

/// Converts spans to positions, counting each source once.
#[derive(Debug, Default)]
pub struct Places {
    // By address: the sources outlive the output.
    known: RefCell<HashMap<usize, Arc<Utf16Places>>>,
}

impl Places {
    fn units(&self, source: &Source, offset: usize) -> usize {
        let address = std::ptr::from_ref(source) as usize;
        let mut known = self.known.borrow_mut();
        let places =
            known.entry(address).or_insert_with(|| Arc::new(Utf16Places::of(source.text())));
        places.units(source.text(), offset)
    }

    fn point(&self, source: &Source, offset: u32) -> Point {
        let position = source.position(offset as usize);
        let utf16 = self.units(source, offset as usize);
        Point { line: position.line, column: position.column, offset, utf16 }
    }

    /// Converts a span.
    #[must_use]
    pub fn span(&self, source: &Source, span: text::Span) -> Span {
        Span { start: self.point(source, span.start), end: self.point(source, span.end) }
    }

    /// The start of a label in its file, in UTF-16 units.
    #[must_use]
    pub fn utf16(&self, label: &Label) -> usize {
        self.units(&label.source, label.span.start as usize)
    }

    #[must_use]
    pub fn place<'a>(&self, label: &'a Label) -> Place<'a> {
        let Label { source, span, text } = label;
        Place { path: source.name(), span: self.span(source, *span), text }
    }
}
