//! Where a value that is printed or compared comes from.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use crate::analyze::{Model, Read, ReadRoot, Site};
use crate::syntax::ast::{Attribute, Expr, ExprKind, Markup, Path, Pipeline, Root, Segment};
use crate::text::{Source, Span};

/// What a pipeline starts from, nested braces opened.
pub(super) fn start_of(pipeline: &Pipeline) -> &Expr {
    match &pipeline.subject.kind {
        ExprKind::Nested(inner) => start_of(inner),
        _ => &pipeline.subject,
    }
}

/// The path that an expression is, nested braces without filters opened.
pub(super) fn path_of(expr: &Expr) -> Option<&Path> {
    match &expr.kind {
        ExprKind::Path(path) => Some(path),
        ExprKind::Nested(inner) if inner.filters.is_empty() => path_of(&inner.subject),
        _ => None,
    }
}

/// Whether a filter that satisfies `test` is applied, nested braces included.
pub(super) fn has_filter(
    pipeline: &Pipeline,
    source: &Source,
    test: &impl Fn(&str) -> bool,
) -> bool {
    pipeline.filters.iter().any(|call| test(source.slice(call.name)))
        || matches!(&pipeline.subject.kind, ExprKind::Nested(inner) if has_filter(inner, source, test))
}

/// The attribute that a pipeline starts from.
pub(super) fn attribute_of(pipeline: &Pipeline) -> Option<(&Attribute, &Path)> {
    match &start_of(pipeline).kind {
        ExprKind::Path(path) => match &path.root {
            Root::Attribute(attribute) => Some((attribute, path)),
            _ => None,
        },
        _ => None,
    }
}

/// The reads of a model by their characters, put together where somebody asks.
pub(super) struct Reads<'m, 'a> {
    pub model: &'m Model<'a>,
    places: OnceCell<HashMap<(*const Source, u32, u32), usize>>,
}

impl<'m, 'a> Reads<'m, 'a> {
    pub fn new(model: &'m Model<'a>) -> Reads<'m, 'a> {
        Reads { model, places: OnceCell::new() }
    }

    /// The read of an expression, where the walk has come by it.
    pub fn at(&self, source: &Arc<Source>, span: Span) -> Option<&'m Read<'a>> {
        let key = |source: &Arc<Source>, span: Span| (Arc::as_ptr(source), span.start, span.end);
        let places = self.places.get_or_init(|| {
            let reads = self.model.reads.iter().enumerate();
            reads.map(|(place, read)| (key(read.at.source, read.at.span), place)).collect()
        });
        self.model.reads.get(*places.get(&key(source, span))?)
    }
}

/// What the `assign` says that sets what a variable is read from; with the text it stands in.
pub(super) fn assigned<'a>(model: &Model<'a>, read: &Read<'a>) -> Option<(&'a Pipeline, Site<'a>)> {
    let ReadRoot::Variable { definition: Some(definition), .. } = read.root else { return None };
    let definition = model.definitions.get(definition)?;
    let tag = model.tag_at(definition.at.source, definition.tag)?;
    match &tag.tag.markup {
        Markup::Assign { value, .. } => Some((value, tag.at)),
        _ => None,
    }
}

/// The name that says what a path is of: its last field, its attribute, its variable.
pub(super) fn leaf<'a>(path: &Path, source: &'a Source) -> &'a str {
    let named = path.segments.iter().rev().find_map(|segment| match segment {
        Segment::Field(span) if matches!(source.slice(*span), "first" | "last") => None,
        Segment::Field(span) | Segment::Attribute { name: span, .. } => Some(*span),
        Segment::Index { expr, .. } => match &expr.kind {
            ExprKind::Str(span) => Some(*span),
            _ => None,
        },
    });
    let root = match &path.root {
        Root::Name(span) => *span,
        Root::Attribute(attribute) => attribute.name,
        Root::Index(expr) => expr.span,
    };
    source.slice(named.unwrap_or(root))
}

/// The words of a name: `price_in_cents`, `priceInCents`.
pub(super) fn words_of(name: &str) -> impl Iterator<Item = String> + '_ {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        let fresh = !c.is_alphanumeric() || (c.is_uppercase() && lower);
        lower = c.is_lowercase();
        if fresh {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}
