//! The parser's state, and its diagnostics about names.

use std::sync::Arc;

use super::ast::{Node, Template};
use super::document::Input;
use super::grammar::{FamilyId, FilterId, Foreign, Grammar, ParseOptions};
use crate::diagnostic::{Capped, Diagnostic, Fix, Label, Safety, Severity};
use crate::text::{Source, Span, nearest};

/// Parses a template.
///
/// Never fails or panics, and takes linear time. Blocks, brackets, and braces may nest 100 deep, as
/// in Ruby.
#[must_use]
pub fn parse(source: &Arc<Source>, grammar: &dyn Grammar, options: ParseOptions) -> Template {
    parse_after(source, 0, grammar, options)
}

/// Parses a template that starts at `start`; what precedes it (front matter) becomes a node that
/// renders as blank, like an HTML comment.
#[must_use]
pub fn parse_after(
    source: &Arc<Source>,
    start: usize,
    grammar: &dyn Grammar,
    options: ParseOptions,
) -> Template {
    let mut parser = Parser {
        source,
        text: source.text(),
        grammar,
        options,
        diagnostics: Vec::new(),
        settled: Capped::default(),
        refused: false,
        includes_blocks: false,
        nesting: 0,
        gave_up: false,
        open_blocks: Vec::new(),
        unended: Vec::new(),
        trim_next: false,
        unbalanced: std::cell::Cell::new((0, 0)),
        script: Script::default(),
    };
    let mut input = Input::document(parser.text, start, options.html_comments);
    let mut nodes = Vec::new();
    if start > 0 {
        nodes.push(Node::HtmlComment(Span::new(0, start)));
    }
    parser.document(&mut input, &mut nodes);
    parser.settle();
    let diagnostics = parser.settled.into_sorted();
    Template {
        source: Arc::clone(source),
        nodes,
        diagnostics,
        refused: parser.refused,
        includes_blocks: parser.includes_blocks,
    }
}

pub(super) struct Parser<'s> {
    pub source: &'s Arc<Source>,
    pub text: &'s str,
    pub grammar: &'s dyn Grammar,
    pub options: ParseOptions,
    /// Diagnostics of the construct being parsed; some may be withdrawn.
    pub diagnostics: Vec<Diagnostic>,
    /// Diagnostics of earlier constructs.
    pub settled: Capped,
    pub refused: bool,
    pub includes_blocks: bool,
    /// The current nesting depth of blocks, brackets, and braces.
    pub nesting: usize,
    /// Whether the nesting limit was exceeded.
    pub gave_up: bool,
    /// The enclosing blocks, innermost last.
    pub open_blocks: Vec<OpenBlock>,
    /// Tags with unread bodies of which no end follows.
    pub unended: Vec<&'static str>,
    /// Whether to trim the start of the next text.
    pub trim_next: bool,
    /// A span in which the lax parser found `{{` without `}}`.
    pub unbalanced: std::cell::Cell<(usize, usize)>,
    /// State of the search for scripts.
    pub script: Script,
}

/// State of searching a text for `<script>` and its end, so that it is searched once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Script {
    pos: usize,
    inside: bool,
}

impl Script {
    /// Whether a place is in a script; places must be ascending.
    pub fn holds(&mut self, text: &str, place: usize) -> bool {
        let bytes = text.as_bytes();
        while let Some(at) = memchr::memchr(b'<', &bytes[self.pos..place.max(self.pos)]) {
            let angle = self.pos + at;
            let word = |word: &str| {
                let found = bytes.get(angle..angle + word.len());
                found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
            };
            if word("<script") {
                self.inside = true;
            } else if word("</script") {
                self.inside = false;
            }
            self.pos = angle + 1;
        }
        self.inside
    }
}

/// A block whose end hasn't been reached.
#[derive(Debug)]
pub(super) struct OpenBlock {
    pub name: &'static str,
    /// Whether another tag's end was found where its own was expected.
    pub wrong_end: bool,
}

impl Parser<'_> {
    pub(super) fn max_nesting(&self) -> usize {
        self.options.nesting.min(ParseOptions::MAX_NESTING)
    }

    pub(super) fn slice(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// Keeps the diagnostics so far; they can no longer be withdrawn.
    pub(super) fn settle(&mut self) {
        for diagnostic in self.diagnostics.drain(..) {
            self.settled.push(diagnostic);
        }
    }

    /// Reports a problem at `span`; Liquid still renders the template.
    pub(super) fn report(
        &mut self,
        severity: Severity,
        code: &'static str,
        span: Span,
        message: String,
    ) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic::new(code, severity, self.source, span, message));
        let last = self.diagnostics.len() - 1;
        &mut self.diagnostics[last]
    }

    /// Reports a problem at `span` for which Liquid rejects the whole template.
    pub(super) fn refuse(
        &mut self,
        code: &'static str,
        span: Span,
        message: String,
    ) -> &mut Diagnostic {
        self.refused = true;
        self.report(Severity::Error, code, span, message)
    }

    pub(super) fn too_deep(&mut self, at: Span) {
        if !self.gave_up {
            self.gave_up = true;
            let message = format!("nested more than {} levels deep", self.max_nesting());
            self.refuse("nested-too-deep", at, message).help =
                Some("move the inner part to a content block, or remove levels".to_owned());
        }
    }

    /// Returns the likely intended name, if a diagnostic with this code will be kept.
    pub(super) fn near(
        &self,
        code: &str,
        word: &str,
        names: fn(&dyn Grammar) -> Vec<&'static str>,
    ) -> Option<&'static str> {
        let is_wanted = self.options.suggestions && !self.settled.is_full(code);
        is_wanted.then(|| nearest(word, names(self.grammar))).flatten()
    }

    pub(super) fn known_filter(&mut self, name: Span) -> Option<FilterId> {
        let word = &self.text[name.range()];
        let filter = self.grammar.filter(word);
        if let Some(refused) = filter.and_then(|id| self.grammar.refused_filter(id)) {
            self.unsupported(name, refused);
            return filter;
        }
        if filter.is_none() {
            match self.grammar.foreign_filter(word) {
                Some(foreign) if foreign.refused => {
                    self.unsupported(name, foreign);
                }
                foreign => {
                    let near = self.near("unknown-filter", word, |names| names.filter_names());
                    let message = format!("unknown filter `{word}`");
                    let said = self.report(Severity::Warning, "unknown-filter", name, message);
                    "the value passes through unchanged".clone_into(&mut said.primary.text);
                    suggest(said, foreign, near);
                }
            }
        }
        filter
    }

    /// Reports a filter that Braze documents as unsupported.
    fn unsupported(&mut self, name: Span, filter: Foreign) {
        let message = format!("unsupported filter `{}`", filter.name);
        // The problem is certain, even if it may not affect anyone.
        let said = self.report(Severity::Warning, "unsupported-filter", name, message);
        suggest(said, Some(filter), None);
    }

    pub(super) fn known_family(&mut self, family: Option<Span>) -> Option<FamilyId> {
        let word = family.map(|span| &self.text[span.range()]);
        let id = self.grammar.family(word);
        self.includes_blocks |= id.is_some_and(|id| self.grammar.is_block_family(id));
        if let (None, Some(word), Some(span)) = (id, word, family) {
            // On some of Braze's pages for `context` (reference 12).
            let near = match word {
                "context_properties" => Some("context"),
                _ => self.near("unknown-family", word, |names| names.family_names()),
            };
            let message = format!("unknown object `{word}` before `${{…}}`");
            let diagnostic = self.report(Severity::Warning, "unknown-family", span, message);
            "renders as blank".clone_into(&mut diagnostic.primary.text);
            suggest(diagnostic, None, near);
        }
        id
    }
}

/// Adds help about a name that the dialect lacks: a known replacement, or else a similar name.
pub(super) fn suggest(
    diagnostic: &mut Diagnostic,
    foreign: Option<Foreign>,
    near: Option<&'static str>,
) {
    let instead = match foreign {
        Some(foreign) => foreign.instead,
        None => near,
    };
    diagnostic.help = match foreign {
        Some(foreign) => Some(foreign.reason.to_owned()),
        None => near.map(|near| format!("did you mean `{near}`?")),
    };
    diagnostic.fix = instead.map(|instead| {
        let Label { source, span, .. } = &diagnostic.primary;
        let title = format!("replace `{}` with `{instead}`", source.slice(*span));
        Fix::replace(title, Safety::Unsafe, diagnostic.primary.span, instead)
    });
}
