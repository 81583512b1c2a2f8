//! Template semantics, independent of formatting: two texts with the same meaning always render
//! alike.

use super::ast::{
    Argument, Attribute, Branch, Condition, Expr, ExprKind, FilterCall, Interpolated,
    InterpolatedPart, Loop, Markup, Node, Offset, Operator, Options, Path, Pipeline, Root, Segment,
    Tag, Template,
};
use crate::text::Span;

/// Starts anything other than text. Templates don't contain noncharacters.
const OPEN: char = '\u{fdd1}';
const CLOSE: char = '\u{fdd2}';

/// Tags without output or effect, whatever their content.
const COMMENTS: [&str; 3] = ["#", "comment", "doc"];

/// Returns a template's meaning as a string: its text, and the trees of its outputs and tags.
/// Comments, spaces inside braces, and anything that Liquid skips are left out.
#[must_use]
pub fn meaning(template: &Template) -> String {
    let source = template.source.text();
    let mut writer = Writer { source, out: String::with_capacity(source.len()) };
    writer.nodes(&template.nodes);
    writer.out
}

struct Writer<'s> {
    source: &'s str,
    out: String,
}

impl Writer<'_> {
    fn text(&mut self, span: Span) {
        self.out.push_str(&self.source[span.range()]);
    }

    /// Writes a part of the tree, delimited from its neighbors.
    fn part(&mut self, kind: &str, write: impl FnOnce(&mut Self)) {
        self.out.push(OPEN);
        self.out.push_str(kind);
        self.out.push(' ');
        write(self);
        self.out.push(CLOSE);
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text.printed),
                Node::HtmlComment(_) | Node::Error(_) => {}
                Node::Output(output) => self.part("output", |to| to.pipeline(&output.pipeline)),
                Node::Tag(tag) => self.tag(tag),
            }
        }
    }

    fn tag(&mut self, tag: &Tag) {
        if COMMENTS.contains(&&self.source[tag.name.range()]) {
            return;
        }
        let blank = if tag.blank { " blank" } else { "" };
        self.part(&format!("tag {}{blank}", tag.id.0), |to| {
            to.markup(&tag.markup);
            for branch in &tag.branches {
                to.branch(branch);
            }
        });
    }

    fn branch(&mut self, branch: &Branch) {
        self.part(&format!("{:?}", branch.kind), |to| {
            to.markup(&branch.markup);
            to.nodes(&branch.body);
        });
    }

    fn markup(&mut self, markup: &Markup) {
        match markup {
            Markup::None => {}
            Markup::Pipeline(pipeline) => self.pipeline(pipeline),
            Markup::Assign { target, value } => {
                self.part("target", |to| to.text(*target));
                self.pipeline(value);
            }
            Markup::Target(target) => self.part("target", |to| to.text(*target)),
            Markup::Condition(condition) => self.condition(condition),
            Markup::Loop(markup) => self.looped(markup),
            Markup::Subject(expr) => self.expr(expr),
            Markup::Alternatives(values) => values.iter().for_each(|value| self.expr(value)),
            Markup::Cycle { group, text, values } => {
                match group {
                    Some(group) => self.part("group", |to| to.expr(group)),
                    // The source identifies the cycle.
                    None => self.part("text", |to| to.text(*text)),
                }
                values.iter().for_each(|value| self.expr(value));
            }
            Markup::Options(options) => self.options(options),
            Markup::Call { arguments, .. } => arguments.iter().for_each(|value| self.expr(value)),
        }
    }

    fn condition(&mut self, condition: &Condition) {
        for (index, comparison) in condition.comparisons.iter().enumerate() {
            if let Some(before) = index.checked_sub(1).and_then(|at| condition.connectives.get(at))
            {
                self.part(&format!("{before:?}"), |_| {});
            }
            self.part("comparison", |to| {
                to.expr(&comparison.left);
                let Some((operator, at, right)) = &comparison.rest else { return };
                to.part(&format!("{operator:?}"), |to| {
                    // The error message contains it.
                    if *operator == Operator::Unknown {
                        to.text(*at);
                    }
                });
                to.expr(right);
            });
        }
    }

    fn looped(&mut self, markup: &Loop) {
        self.part("variable", |to| to.text(markup.variable));
        // Its name is derived from the source.
        self.part("name", |to| to.text(markup.collection.span));
        self.expr(&markup.collection);
        if markup.reversed {
            self.part("reversed", |_| {});
        }
        for (kind, expr) in [("limit", &markup.limit), ("columns", &markup.columns)] {
            if let Some(expr) = expr {
                self.part(kind, |to| to.expr(expr));
            }
        }
        match &markup.offset {
            None => {}
            Some(Offset::Continue) => self.part("continue", |_| {}),
            Some(Offset::At(expr)) => self.part("offset", |to| to.expr(expr)),
        }
    }

    fn options(&mut self, options: &Options) {
        for word in &options.words {
            self.part("word", |to| to.interpolated(word));
        }
        for option in &options.options {
            self.part("option", |to| {
                to.text(option.name);
                if let Some(value) = &option.value {
                    to.part("value", |to| to.interpolated(value));
                }
            });
        }
    }

    fn interpolated(&mut self, text: &Interpolated) {
        for part in &text.parts {
            match part {
                InterpolatedPart::Text(span) => self.text(*span),
                InterpolatedPart::Output(pipeline) => {
                    self.part("output", |to| to.pipeline(pipeline))
                }
            }
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        self.expr(&pipeline.subject);
        // Unknown filters are skipped.
        for call in pipeline.filters.iter().filter(|call| call.filter.is_some()) {
            self.filter(call);
        }
    }

    fn filter(&mut self, call: &FilterCall) {
        self.part(&format!("filter {:?}", call.filter.map(|filter| filter.0)), |to| {
            call.arguments.iter().for_each(|argument| to.argument(argument));
        });
    }

    fn argument(&mut self, argument: &Argument) {
        if let Some(name) = argument.name {
            self.part("named", |to| to.text(name));
        }
        self.expr(&argument.value);
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Missing | ExprKind::Nil => self.part("nil", |_| {}),
            ExprKind::Bool(value) => self.part(&format!("{value}"), |_| {}),
            ExprKind::Blank => self.part("blank", |_| {}),
            ExprKind::Empty => self.part("empty", |_| {}),
            ExprKind::Int(value) => self.part(&format!("int {value}"), |_| {}),
            ExprKind::Big(value) => self.part(&format!("int {value}"), |_| {}),
            ExprKind::Float(value) => self.part(&format!("float {value:?}"), |_| {}),
            ExprKind::Str(span) => self.part("string", |to| to.text(*span)),
            ExprKind::Path(path) => self.part("path", |to| to.path(path)),
            ExprKind::Range(ends) => self.part("range", |to| {
                to.expr(&ends.0);
                to.expr(&ends.1);
            }),
            ExprKind::Nested(pipeline) => self.part("nested", |to| to.pipeline(pipeline)),
        }
    }

    fn path(&mut self, path: &Path) {
        match &path.root {
            Root::Name(name) => self.part("name", |to| to.text(*name)),
            Root::Attribute(Attribute { id, name, .. }) => {
                self.part(&format!("attribute {:?}", id.map(|id| id.0)), |to| to.text(*name));
            }
            Root::Index(expr) => self.part("index", |to| to.expr(expr)),
        }
        for segment in &path.segments {
            match segment {
                Segment::Field(span) => self.part("field", |to| to.text(*span)),
                Segment::Attribute { name, .. } => self.part("braced", |to| to.text(*name)),
                Segment::Index { expr, .. } => self.part("index", |to| to.expr(expr)),
            }
        }
    }
}
