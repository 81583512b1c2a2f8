//! Walks a tree: every kind of node is visited, then its children.

use super::ast::{
    Branch, Condition, Expr, ExprKind, InterpolatedPart, Markup, Node, Offset, Pipeline, Root,
    Segment, Tag,
};

/// Visits the nodes of a tree. Every method walks on by default.
pub trait Visitor {
    fn node(&mut self, node: &Node) {
        walk_node(self, node);
    }
    fn tag(&mut self, tag: &Tag) {
        walk_tag(self, tag);
    }
    fn pipeline(&mut self, pipeline: &Pipeline) {
        walk_pipeline(self, pipeline);
    }
    fn expr(&mut self, expr: &Expr) {
        walk_expr(self, expr);
    }
}

/// Walks a run of nodes.
pub fn walk_nodes<V: Visitor + ?Sized>(visitor: &mut V, nodes: &[Node]) {
    nodes.iter().for_each(|node| visitor.node(node));
}

fn walk_node<V: Visitor + ?Sized>(visitor: &mut V, node: &Node) {
    match node {
        Node::Text(_) | Node::HtmlComment(_) | Node::Error(_) => {}
        Node::Output(output) => visitor.pipeline(&output.pipeline),
        Node::Tag(tag) => visitor.tag(tag),
    }
}

pub fn walk_tag<V: Visitor + ?Sized>(visitor: &mut V, tag: &Tag) {
    walk_markup(visitor, &tag.markup);
    for Branch { markup, body, .. } in &tag.branches {
        walk_markup(visitor, markup);
        walk_nodes(visitor, body);
    }
}

pub fn walk_markup<V: Visitor + ?Sized>(visitor: &mut V, markup: &Markup) {
    match markup {
        Markup::None | Markup::Target(_) => {}
        Markup::Pipeline(pipeline) | Markup::Assign { value: pipeline, .. } => {
            visitor.pipeline(pipeline)
        }
        Markup::Condition(condition) => walk_condition(visitor, condition),
        Markup::Loop(read) => {
            visitor.expr(&read.collection);
            let offset = match &read.offset {
                Some(Offset::At(expr)) => Some(expr),
                _ => None,
            };
            for expr in [read.limit.as_ref(), offset, read.columns.as_ref()].into_iter().flatten() {
                visitor.expr(expr);
            }
        }
        Markup::Subject(expr) => visitor.expr(expr),
        Markup::Alternatives(values) => values.iter().for_each(|value| visitor.expr(value)),
        Markup::Cycle { group, values, .. } => {
            group.iter().chain(values).for_each(|value| visitor.expr(value));
        }
        Markup::Options(options) => {
            let values = options.options.iter().filter_map(|option| option.value.as_ref());
            for part in options.words.iter().chain(values).flat_map(|text| &text.parts) {
                if let InterpolatedPart::Output(pipeline) = part {
                    visitor.pipeline(pipeline);
                }
            }
        }
        Markup::Call { arguments, .. } => arguments.iter().for_each(|value| visitor.expr(value)),
    }
}

pub fn walk_condition<V: Visitor + ?Sized>(visitor: &mut V, condition: &Condition) {
    for comparison in &condition.comparisons {
        visitor.expr(&comparison.left);
        if let Some((_, _, right)) = &comparison.rest {
            visitor.expr(right);
        }
    }
}

pub fn walk_pipeline<V: Visitor + ?Sized>(visitor: &mut V, pipeline: &Pipeline) {
    visitor.expr(&pipeline.subject);
    for argument in pipeline.filters.iter().flat_map(|call| &call.arguments) {
        visitor.expr(&argument.value);
    }
}

pub fn walk_expr<V: Visitor + ?Sized>(visitor: &mut V, expr: &Expr) {
    match &expr.kind {
        ExprKind::Path(path) => {
            if let Root::Index(index) = &path.root {
                visitor.expr(index);
            }
            for segment in &path.segments {
                if let Segment::Index { expr, .. } = segment {
                    visitor.expr(expr);
                }
            }
        }
        ExprKind::Range(ends) => {
            visitor.expr(&ends.0);
            visitor.expr(&ends.1);
        }
        ExprKind::Nested(pipeline) => visitor.pipeline(pipeline),
        _ => {}
    }
}
