//! Places and problems as the page takes them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Fix, Label, Safety, Severity};
use crate::rules::rule_of;
use crate::text::{Source, Span, Utf16Places};

/// Writes places as JSON; what is counted of a text is counted once.
#[derive(Default)]
pub(super) struct Places {
    // By address: the sources live longer than the answer that is written.
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

    /// A place: line and column from 1 in characters, offsets in bytes and UTF-16 units.
    fn point(&self, source: &Source, offset: u32) -> Value {
        let position = source.position(offset as usize);
        json!({
            "line": position.line,
            "column": position.column,
            "offset": offset,
            "utf16": self.units(source, offset as usize),
        })
    }

    /// The characters of a span.
    pub fn span(&self, source: &Source, span: Span) -> Value {
        json!({ "start": self.point(source, span.start), "end": self.point(source, span.end) })
    }

    /// Characters of a file, with what is said of them.
    pub fn label(&self, label: &Label) -> Value {
        json!({
            "path": label.source.name(),
            "span": self.span(&label.source, label.span),
            "text": label.text,
        })
    }

    /// A problem; `part` is the part of the message that it is about, where there is one.
    pub fn problem(&self, diagnostic: &Diagnostic, part: Option<&str>) -> Value {
        let source = &diagnostic.primary.source;
        let rule = rule_of(diagnostic.code);
        json!({
            "rule": diagnostic.code,
            "level": level(diagnostic.severity),
            "message": diagnostic.message,
            "path": source.name(),
            "span": self.span(source, diagnostic.primary.span),
            "label": diagnostic.primary.text,
            "labels": diagnostic.related.iter().map(|label| self.label(label)).collect::<Vec<_>>(),
            "help": diagnostic.help,
            "docs": rule.map(|rule| format!("docs/rules.md#{}", rule.name)),
            "explain": rule.map(|rule| rule.summary()),
            "fix": diagnostic.fix.as_ref().map(|fix| self.fix(source, fix)),
            "part": part,
        })
    }

    fn fix(&self, source: &Source, fix: &Fix) -> Value {
        let edits = fix.edits.iter();
        let edits =
            edits.map(|edit| json!({ "span": self.span(source, edit.span), "text": edit.text }));
        json!({
            "title": fix.title,
            "safe": fix.safety == Safety::Safe,
            "edits": edits.collect::<Vec<_>>(),
        })
    }
}

/// The word that settings and JSON have for it.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warn",
        Severity::Error => "error",
    }
}
