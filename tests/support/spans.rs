//! Checks that the spans of a tree fit together: siblings tile, children lie inside their parents.

use meniscus::syntax::Template;
use meniscus::syntax::ast::{
    Argument, Branch, Expr, ExprKind, FilterCall, Interpolated, InterpolatedPart, Markup, Node,
    Offset, Path, Pipeline, Root, Segment, Tag,
};
use meniscus::text::Span;

/// Panics where a span of the tree is not where it must be.
pub fn check(template: &Template) {
    let text = template.source.text();
    let all = Span::new(0, text.len());
    let check = Check { text };
    check.tile(&template.nodes, all);
    for diagnostic in &template.diagnostics {
        assert!(!diagnostic.message.is_empty());
        check.inside(diagnostic.primary.span, all, diagnostic.code);
    }
}

struct Check<'t> {
    text: &'t str,
}

impl Check<'_> {
    fn inside(&self, span: Span, parent: Span, what: &str) {
        let (start, end) = (span.start as usize, span.end as usize);
        assert!(start <= end && end <= self.text.len(), "{what}: {span:?} in {:?}", self.text);
        let edges = self.text.is_char_boundary(start) && self.text.is_char_boundary(end);
        assert!(edges, "{what}: {span:?} cuts a character of {:?}", self.text);
        assert!(
            parent.start <= span.start && span.end <= parent.end,
            "{what}: {span:?} {:?} lies outside of {parent:?} {:?}",
            &self.text[span.range()],
            self.text.get(parent.range())
        );
    }

    /// Each node starts where the last ended, and together they are all of `parent`.
    fn tile(&self, nodes: &[Node], parent: Span) {
        let mut at = parent.start;
        for node in nodes {
            let span = node.span();
            assert_eq!(span.start, at, "a gap before {span:?} in {:?}", self.text);
            at = span.end;
            self.node(node, parent);
        }
        assert_eq!(at, parent.end, "a gap at the end of {parent:?} in {:?}", self.text);
    }

    fn node(&self, node: &Node, parent: Span) {
        self.inside(node.span(), parent, "node");
        match node {
            Node::Text(text) => self.inside(text.printed, text.span, "printed text"),
            Node::HtmlComment(_) | Node::Error(_) => {}
            Node::Output(output) => self.pipeline(&output.pipeline, output.span),
            Node::Tag(tag) => self.tag(tag),
        }
    }

    fn tag(&self, tag: &Tag) {
        self.inside(tag.open, tag.span, "opening tag");
        assert_eq!(tag.open.start, tag.span.start);
        self.inside(tag.name, tag.open, "tag name");
        self.markup(&tag.markup, tag.open);
        if let Some(close) = tag.close {
            self.inside(close, tag.span, "closing tag");
            assert_eq!(close.end, tag.span.end);
        }
        // The lines of a `liquid` tag are not next to each other, nor are those inside them.
        let by_lines = !self.text[tag.open.range()].starts_with("{%") || tag.span == tag.open;
        let ends = tag.branches.iter().skip(1).map(|branch| branch.open.start);
        let last = tag.close.map_or(tag.span.end, |close| close.start);
        for (branch, end) in tag.branches.iter().zip(ends.chain([last])) {
            self.branch(branch, tag, by_lines, end);
        }
    }

    fn branch(&self, branch: &Branch, tag: &Tag, by_lines: bool, end: u32) {
        self.inside(branch.open, tag.span, "branch");
        self.markup(&branch.markup, branch.open);
        if by_lines {
            let mut at = 0;
            for node in &branch.body {
                assert!(at <= node.span().start, "lines out of order");
                at = node.span().end;
                self.node(node, tag.span);
            }
        } else if let [Node::Text(text)] = &*branch.body
            && text.span.is_empty()
        {
            // A comment: its characters are nobody's.
            self.inside(text.span, tag.span, "comment");
        } else {
            self.tile(&branch.body, Span { start: branch.open.end, end });
        }
    }

    fn pipeline(&self, pipeline: &Pipeline, parent: Span) {
        let span = pipeline.span;
        self.inside(span, parent, "pipeline");
        self.expr(&pipeline.subject, span);
        let mut at = pipeline.subject.span.end;
        for FilterCall { span: call, name, arguments, .. } in &pipeline.filters {
            self.inside(*call, span, "filter");
            assert!(at <= call.start, "filters out of order in {:?}", self.text);
            at = call.end;
            self.inside(*name, *call, "filter name");
            for Argument { span, name, value } in arguments {
                self.inside(*span, *call, "argument");
                if let Some(name) = name {
                    self.inside(*name, *span, "argument name");
                }
                self.expr(value, *span);
            }
        }
    }

    fn expr(&self, expr: &Expr, parent: Span) {
        let span = expr.span;
        self.inside(span, parent, "expression");
        match &expr.kind {
            ExprKind::Str(text) => self.inside(*text, span, "text"),
            ExprKind::Path(path) => self.path(path, span),
            ExprKind::Range(ends) => {
                self.expr(&ends.0, span);
                self.expr(&ends.1, span);
            }
            ExprKind::Nested(pipeline) => self.pipeline(pipeline, span),
            _ => {}
        }
    }

    fn path(&self, path: &Path, parent: Span) {
        match &path.root {
            Root::Name(name) => self.inside(*name, parent, "name"),
            Root::Attribute(attribute) => {
                self.inside(attribute.span, parent, "attribute");
                self.inside(attribute.name, attribute.span, "attribute name");
                if let Some(family) = attribute.family {
                    self.inside(family, attribute.span, "family");
                }
            }
            Root::Index(expr) => self.expr(expr, parent),
        }
        let mut at = parent.start;
        for segment in &path.segments {
            self.inside(segment.span(), parent, "segment");
            assert!(at <= segment.span().start, "segments out of order in {:?}", self.text);
            at = segment.span().end;
            match segment {
                Segment::Field(_) => {}
                Segment::Attribute { span, name } => self.inside(*name, *span, "attribute name"),
                Segment::Index { span, expr } => self.expr(expr, *span),
            }
        }
    }

    fn markup(&self, markup: &Markup, parent: Span) {
        match markup {
            Markup::None => {}
            Markup::Pipeline(pipeline) => self.pipeline(pipeline, parent),
            Markup::Assign { target, value } => {
                self.inside(*target, parent, "target");
                self.pipeline(value, parent);
            }
            Markup::Target(target) => self.inside(*target, parent, "target"),
            Markup::Condition(condition) => {
                self.inside(condition.span, parent, "condition");
                for comparison in &condition.comparisons {
                    self.inside(comparison.span, condition.span, "comparison");
                    self.expr(&comparison.left, comparison.span);
                    if let Some((_, operator, right)) = &comparison.rest {
                        self.inside(*operator, comparison.span, "operator");
                        self.expr(right, comparison.span);
                    }
                }
            }
            Markup::Loop(read) => {
                self.inside(read.variable, parent, "loop variable");
                self.expr(&read.collection, parent);
                let offset = match &read.offset {
                    Some(Offset::At(expr)) => Some(expr),
                    _ => None,
                };
                let numbers = [read.limit.as_ref(), offset, read.columns.as_ref()];
                numbers.into_iter().flatten().for_each(|expr| self.expr(expr, parent));
            }
            Markup::Subject(expr) => self.expr(expr, parent),
            Markup::Alternatives(values) => values.iter().for_each(|expr| self.expr(expr, parent)),
            Markup::Cycle { group, text, values } => {
                self.inside(*text, parent, "cycle");
                group.iter().for_each(|expr| self.expr(expr, parent));
                values.iter().for_each(|expr| self.expr(expr, *text));
            }
            Markup::Options(options) => {
                self.inside(options.span, parent, "options");
                options.words.iter().for_each(|word| self.interpolated(word, options.span));
                for option in &options.options {
                    self.inside(option.span, options.span, "option");
                    self.inside(option.name, option.span, "option name");
                    option.value.iter().for_each(|value| self.interpolated(value, option.span));
                }
            }
            Markup::Call { span, arguments } => {
                self.inside(*span, parent, "call");
                arguments.iter().for_each(|expr| self.expr(expr, *span));
            }
        }
    }

    fn interpolated(&self, text: &Interpolated, parent: Span) {
        self.inside(text.span, parent, "bare text");
        let mut at = text.span.start;
        for part in &text.parts {
            match part {
                InterpolatedPart::Text(span) => {
                    self.inside(*span, text.span, "part");
                    assert!(at <= span.start, "parts out of order in {:?}", self.text);
                    at = span.end;
                }
                InterpolatedPart::Output(pipeline) => self.pipeline(pipeline, text.span),
            }
        }
    }
}
