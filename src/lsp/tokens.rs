//! What each word of a template is, for editors that color by meaning: an unknown family looks
//! different from a known one, and a filter that Braze doesn't have from one that it has.

use gen_lsp_types as lsp;

use super::snapshot::Snapshot;
use crate::syntax::ast::{
    Attribute, Branch, Expr, ExprKind, Markup, Node, Pipeline, Root, Segment, Tag,
};
use crate::syntax::{Visitor, walk_expr, walk_nodes, walk_pipeline, walk_tag};
use crate::text::Span;

/// The kinds of words, by their number in a token.
pub(super) const KINDS: [&str; 8] =
    ["keyword", "function", "variable", "property", "string", "number", "namespace", "comment"];

const KEYWORD: u32 = 0;
const FUNCTION: u32 = 1;
const VARIABLE: u32 = 2;
const PROPERTY: u32 = 3;
const STRING: u32 = 4;
const NUMBER: u32 = 5;
const NAMESPACE: u32 = 6;
const COMMENT: u32 = 7;

/// Returns the words of a file in order, each with its place from the one before.
pub(super) fn of(file: &Snapshot) -> lsp::SemanticTokens {
    let mut data = Vec::new();
    if let Some(template) = file.template() {
        let mut finder = Finder { text: &file.text, found: Vec::new() };
        walk_nodes(&mut finder, &template.nodes);
        let mut found = finder.found;
        found.sort_by_key(|(span, _)| (span.start, span.end));
        let (mut line, mut column, mut end) = (0, 0, 0);
        let lines = file.lines();
        for (span, kind) in found {
            // Tokens don't overlap, and none goes over lines.
            let range = lines.range(span.range());
            if span.start < end || range.start.line != range.end.line {
                continue;
            }
            end = span.end;
            let (at, length) = (range.start, range.end.character - range.start.character);
            let before = if at.line == line { column } else { 0 };
            data.push(lsp::SemanticToken {
                delta_line: at.line - line,
                delta_start: at.character - before,
                length,
                token_type: kind,
                token_modifiers_bitset: 0,
            });
            (line, column) = (at.line, at.character);
        }
    }
    lsp::SemanticTokens { result_id: None, data }
}

struct Finder<'t> {
    text: &'t str,
    found: Vec<(Span, u32)>,
}

impl Finder<'_> {
    fn add(&mut self, span: Span, kind: u32) {
        if !span.range().is_empty() {
            self.found.push((span, kind));
        }
    }

    /// Adds the first word inside a tag's delimiters.
    fn keyword(&mut self, tag: Span) {
        let text = self.text.get(tag.range()).unwrap_or_default();
        let inner = text.trim_start_matches(['{', '%', '-']).trim_start();
        let start = tag.start as usize + (text.len() - inner.len());
        let length = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        self.add(Span::new(start, start + length.unwrap_or(inner.len())), KEYWORD);
    }
}

impl Visitor for Finder<'_> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::Output(output) => self.pipeline(&output.pipeline),
            Node::Tag(tag) => self.tag(tag),
            Node::Text(_) | Node::HtmlComment(_) | Node::Error(_) => {}
        }
    }

    fn tag(&mut self, tag: &Tag) {
        let name = self.text.get(tag.name.range()).unwrap_or_default();
        if matches!(name, "comment" | "doc" | "#") {
            return self.add(tag.span, COMMENT);
        }
        self.add(tag.name, KEYWORD);
        for Branch { open, .. } in tag.branches.iter().skip(1) {
            self.keyword(*open);
        }
        if let Some(close) = tag.close {
            self.keyword(close);
        }
        match &tag.markup {
            Markup::Assign { target, .. } | Markup::Target(target) => self.add(*target, VARIABLE),
            Markup::Loop(read) => self.add(read.variable, VARIABLE),
            Markup::Options(options) => {
                for option in &options.options {
                    self.add(option.name, PROPERTY);
                }
            }
            _ => {}
        }
        walk_tag(self, tag);
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        for call in &pipeline.filters {
            if call.filter.is_some() {
                self.add(call.name, FUNCTION);
            }
        }
        walk_pipeline(self, pipeline);
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Path(path) => {
                match &path.root {
                    Root::Name(span) => self.add(*span, VARIABLE),
                    Root::Attribute(Attribute { id, family, name, .. }) => {
                        if let (Some(_), Some(family)) = (id, family) {
                            self.add(*family, NAMESPACE);
                        }
                        if id.is_some() {
                            self.add(*name, PROPERTY);
                        }
                    }
                    _ => {}
                }
                for segment in &path.segments {
                    if let Segment::Field(span) = segment {
                        self.add(*span, PROPERTY);
                    }
                }
            }
            ExprKind::Str(span) => self.add(*span, STRING),
            ExprKind::Int(_) | ExprKind::Big(_) | ExprKind::Float(_) => self.add(expr.span, NUMBER),
            _ => {}
        }
        walk_expr(self, expr);
    }
}
