//! What the name at a position stands for.

use std::sync::Arc;

use super::Writing;
use super::occurrences::Occurrences;
use crate::analyze::{Call, Known, Model, OriginRoot, OriginStep, Read, ReadRoot, analyze};
use crate::dialect::BRAZE;
use crate::syntax::ast::{Attribute, Expr, ExprKind, Root, Segment};
use crate::syntax::{FamilyId, Grammar, Template, Visitor, parse, walk_expr, walk_nodes};
use crate::text::{Source, Span};

/// What a name in a template stands for.
#[derive(Clone, Debug)]
pub(super) enum Target {
    /// A variable of the text, an index into [`Occurrences::all`].
    Variable(usize),
    /// A content block, by name.
    Block(String),
    /// An attribute, a field of a response, or a part of them.
    Value(Value),
}

/// A value by where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub root: ValueRoot,
    pub steps: Vec<OriginStep>,
}

/// What a value is part of, the same in every message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ValueRoot {
    Family(FamilyId),
    /// The responses of an endpoint.
    Endpoint(Arc<str>),
    /// The responses to calls with this method and URL, as written.
    Call {
        method: Option<String>,
        url: String,
    },
}

/// A target, and the name that means it.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub target: Target,
    pub at: Span,
    /// The whole path up to there.
    pub path: Span,
}

/// Parses the text being written.
pub(super) fn template_of(writing: &Writing<'_>) -> Template {
    let source = Arc::new(Source::new(writing.path, writing.text));
    parse(&source, &BRAZE, writing.known.config.settings().parse)
}

/// Calls `read` with what is known of a template.
pub(super) fn modeled<T>(
    writing: &Writing<'_>,
    message: &str,
    template: &Template,
    is_block: bool,
    read: impl FnOnce(&Model<'_>) -> T,
) -> T {
    let known = writing.known;
    let families = known.families(message);
    read(&analyze(template, Known { is_block, ..known.before(&families) }))
}

impl Target {
    /// Finds what the name at an offset stands for; `None` if there is no name.
    pub fn at(
        writing: &Writing<'_>,
        template: &Template,
        names: &Occurrences<'_>,
        offset: usize,
    ) -> Option<Found> {
        if let Some(one) = names.around(offset) {
            let index = names.all.iter().position(|other| other.at == one.at)?;
            return Some(Found { target: Target::Variable(index), at: one.at, path: one.at });
        }
        let blocks = blocks_in(template);
        if let Some((name, at)) = blocks.into_iter().find(|(_, at)| holds(*at, offset)) {
            return Some(Found { target: Target::Block(name), at, path: at });
        }
        modeled(writing, writing.message, template, writing.is_block, |model| {
            let own = |read: &&Read<'_>| {
                std::ptr::eq(read.at.source, &template.source) && holds(read.at.span, offset)
            };
            let read = model.reads.iter().filter(own).min_by_key(|read| read.at.span.len())?;
            let segment = read.path.segments.iter().position(|one| holds(one.span(), offset));
            if segment.is_none() && !matches!(read.root, ReadRoot::Attribute { .. }) {
                return None;
            }
            let kept = segment.map_or(0, |segment| segment + 1);
            let at = match segment {
                Some(segment) => read.path.segments[segment].span(),
                None => root_span(read),
            };
            let path = Span { start: read.at.span.start, end: at.end };
            let value = Value::of(model, read)?;
            let text = template.source.text();
            let steps = before(text, &value.steps, &read.path.segments[kept..])?;
            let target = Target::Value(Value { steps, ..value });
            Some(Found { target, at, path })
        })
    }
}

impl Value {
    /// Returns what a read gets, by where it comes from; `None` if that isn't known.
    pub fn of(model: &Model<'_>, read: &Read<'_>) -> Option<Value> {
        let origin = read.origin.as_ref().filter(|origin| !origin.derived)?;
        let root = match &origin.root {
            OriginRoot::Family(family) => ValueRoot::Family(*family),
            OriginRoot::Call(call) => ValueRoot::of_call(model.calls.get(*call)?),
            OriginRoot::Variable(_) => return None,
        };
        Some(Value { root, steps: origin.steps.clone() })
    }
}

impl ValueRoot {
    fn of_call(call: &Call<'_>) -> ValueRoot {
        match &call.endpoint {
            Some(endpoint) => ValueRoot::Endpoint(Arc::clone(endpoint)),
            None => ValueRoot::Call {
                method: call.method.clone(),
                url: call.at.source.slice(call.url_span).to_owned(),
            },
        }
    }
}

fn holds(span: Span, offset: usize) -> bool {
    (span.start as usize..=span.end as usize).contains(&offset)
}

fn root_span(read: &Read<'_>) -> Span {
    match &read.path.root {
        Root::Attribute(attribute) => attribute.span,
        _ => read.at.span,
    }
}

/// Returns the steps before these segments; `None` if they can't be told apart.
fn before(text: &str, steps: &[OriginStep], segments: &[Segment]) -> Option<Vec<OriginStep>> {
    let mut steps = steps.to_vec();
    for segment in segments.iter().rev() {
        let name = match segment {
            Segment::Field(span) | Segment::Attribute { name: span, .. } => &text[span.range()],
            Segment::Index { expr, .. } => match &expr.kind {
                ExprKind::Str(span) => &text[span.range()],
                _ => "",
            },
        };
        match (steps.last()?, segment) {
            (OriginStep::Field(last), _) if **last == *name => {}
            (OriginStep::AnyField | OriginStep::Item, Segment::Index { .. }) => {}
            (OriginStep::Item, _) if matches!(name, "first" | "last") => {}
            // The size of a list isn't a step.
            (_, Segment::Field(_)) if name == "size" => continue,
            _ => return None,
        }
        steps.pop();
    }
    Some(steps)
}

/// Returns the content blocks that a template includes, with the places of their names.
#[must_use]
pub fn blocks_in(template: &Template) -> Vec<(String, Span)> {
    struct Finder<'t> {
        text: &'t str,
        found: Vec<(String, Span)>,
    }
    impl Visitor for Finder<'_> {
        fn expr(&mut self, expr: &Expr) {
            if let ExprKind::Path(path) = &expr.kind
                && let Root::Attribute(Attribute { id: Some(id), name, span, .. }) = &path.root
                && BRAZE.is_block_family(*id)
            {
                self.found.push((self.text[name.range()].to_owned(), *span));
            }
            walk_expr(self, expr);
        }
    }
    let mut finder = Finder { text: template.source.text(), found: Vec::new() };
    walk_nodes(&mut finder, &template.nodes);
    finder.found
}
