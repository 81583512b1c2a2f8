//! Where a printed or compared value comes from.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::analyze::{DataOrigin, Model, Read, ReadRoot, Site, Usage};
use crate::syntax::ast::{Attribute, Expr, ExprKind, Markup, Path, Pipeline, Root, Segment};
use crate::text::{Source, Span};

/// Returns what a pipeline starts from, with nested braces opened.
pub(in crate::rules) fn start_of(pipeline: &Pipeline) -> &Expr {
    match &pipeline.subject.kind {
        ExprKind::Nested(inner) => start_of(inner),
        _ => &pipeline.subject,
    }
}

/// Returns the path of an expression, with nested braces without filters opened.
pub(in crate::rules) fn path_of(expr: &Expr) -> Option<&Path> {
    match &expr.kind {
        ExprKind::Path(path) => Some(path),
        ExprKind::Nested(inner) if inner.filters.is_empty() => path_of(&inner.subject),
        _ => None,
    }
}

/// Returns an expression as written, without its braces.
pub(in crate::rules) fn bare<'s>(expr: &Expr, source: &'s Source) -> &'s str {
    match &expr.kind {
        ExprKind::Nested(pipeline) => source.slice(pipeline.span),
        _ => source.slice(expr.span),
    }
}

/// Whether a filter that satisfies `test` is applied, also in nested braces.
pub(in crate::rules) fn has_filter(
    pipeline: &Pipeline,
    source: &Source,
    test: &impl Fn(&str) -> bool,
) -> bool {
    pipeline.filters.iter().any(|call| test(source.slice(call.name)))
        || matches!(&pipeline.subject.kind, ExprKind::Nested(inner) if has_filter(inner, source, test))
}

/// Returns the attribute that a pipeline starts from.
pub(in crate::rules) fn attribute_of(pipeline: &Pipeline) -> Option<(&Attribute, &Path)> {
    match &start_of(pipeline).kind {
        ExprKind::Path(path) => match &path.root {
            Root::Attribute(attribute) => Some((attribute, path)),
            _ => None,
        },
        _ => None,
    }
}

/// Most nested captures.
const MAX_NESTED: usize = 8;

/// A span in a source of the run.
type Key = (*const Source, u32, u32);

fn key(source: &Arc<Source>, span: Span) -> Key {
    (Arc::as_ptr(source), span.start, span.end)
}

/// Repeated lookups in a model, indexed on demand.
pub(in crate::rules) struct Lookup<'m, 'a> {
    pub model: &'m Model<'a>,
    reads: OnceCell<HashMap<Key, usize>>,
    tags: OnceCell<HashMap<Key, usize>>,
    tested: OnceCell<HashSet<&'a str>>,
    around: OnceCell<Vec<(Site<'a>, &'m DataOrigin)>>,
    made: OnceCell<Vec<(&'a str, &'a str)>>,
    captures: OnceCell<Vec<Site<'a>>>,
}

/// Most conditions whose values are kept.
const MAX_CONDITIONS: usize = 200;

/// Returns the tags that compare something made of a value, each with where the value is from.
fn conditions_on_made<'m, 'a>(model: &'m Model<'a>) -> Vec<(Site<'a>, &'m DataOrigin)> {
    let mut found = Vec::new();
    for tag in &model.tags {
        let Markup::Condition(condition) = &tag.tag.markup else { continue };
        for comparison in &condition.comparisons {
            let read = model.read_at(tag.at, comparison.left.span);
            let origin = read.and_then(|read| read.origin.as_deref());
            if let Some(origin) = origin.filter(|origin| origin.derived || origin.defaulted) {
                found.push((tag.at.at(tag.tag.span), origin));
            }
        }
        if found.len() >= MAX_CONDITIONS {
            break;
        }
    }
    found
}

impl<'m, 'a> Lookup<'m, 'a> {
    pub fn new(model: &'m Model<'a>) -> Lookup<'m, 'a> {
        let (reads, tags, tested, around, made, captures) = Default::default();
        Lookup { model, reads, tags, tested, around, made, captures }
    }

    /// Returns the read of an expression, if the walk visited it.
    pub fn read(&self, source: &Arc<Source>, span: Span) -> Option<&'m Read<'a>> {
        let reads = self.reads.get_or_init(|| {
            let reads = self.model.reads.iter().enumerate();
            reads.map(|(place, read)| (key(read.at.source, read.at.span), place)).collect()
        });
        self.model.reads.get(*reads.get(&key(source, span))?)
    }

    /// Returns the pipeline of the `assign` that set the variable of a read, and a site in its
    /// source.
    pub fn assigned(&self, read: &Read<'a>) -> Option<(&'a Pipeline, Site<'a>)> {
        let ReadRoot::Variable { definition: Some(definition), .. } = read.root else {
            return None;
        };
        let definition = self.model.definitions.get(definition)?;
        let tags = self.tags.get_or_init(|| {
            let tags = self.model.tags.iter().enumerate();
            tags.map(|(place, tag)| (key(tag.at.source, tag.at.span), place)).collect()
        });
        let place = *tags.get(&key(definition.at.source, definition.tag))?;
        let tag = self.model.tags.get(place)?;
        match &tag.tag.markup {
            Markup::Assign { value, .. } => Some((value, tag.at)),
            _ => None,
        }
    }

    /// Whether a variable is tested, or read with a `default`.
    pub fn is_tested(&self, variable: &str) -> bool {
        let tested = self.tested.get_or_init(|| {
            let reads = self.model.reads.iter();
            let reads = reads.filter(|read| read.usage == Usage::Tested || read.defaulted);
            let names = reads.filter_map(|read| match read.root {
                ReadRoot::Variable { name, .. } => Some(name),
                _ => None,
            });
            names.collect()
        });
        tested.contains(variable)
    }

    /// Whether a condition around a place asks for something that was made of a value: a number of
    /// it, or its first word.
    pub fn is_tested_as_made(&self, at: Site<'_>, origin: &DataOrigin) -> bool {
        let around = self.around.get_or_init(|| conditions_on_made(self.model));
        around.iter().any(|(whole, tested)| {
            tested.root == origin.root
                && tested.steps == origin.steps
                && std::ptr::eq(whole.source, at.source)
                && whole.span.start < at.span.start
                && at.span.end < whole.span.end
        })
    }

    /// Yields variables assigned from an attribute, with or without filters.
    pub fn made_of(&self, attribute: &str) -> impl Iterator<Item = &'a str> {
        let made = self.made.get_or_init(|| {
            let made = self.model.tags.iter().filter_map(|tag| match &tag.tag.markup {
                Markup::Assign { target, value } => {
                    let (of, _) = attribute_of(value)?;
                    Some((tag.at.source.slice(of.name), tag.at.source.slice(*target)))
                }
                _ => None,
            });
            let mut made = made.collect::<Vec<_>>();
            made.sort_unstable();
            made.dedup();
            made
        });
        let made = made.iter().filter(move |(of, _)| *of == attribute);
        made.map(|(_, variable)| *variable)
    }

    /// Returns the contents of the innermost `capture` around a site, up to the end of the source.
    pub fn captured(&self, at: Site<'a>) -> &'a str {
        let captures = self.captures.get_or_init(|| {
            let tags = self.model.tags.iter().filter(|tag| tag.name == "capture");
            let mut bodies = tags.map(|tag| tag.at.at(tag.tag.span)).collect::<Vec<_>>();
            bodies.sort_by_key(|site| (Arc::as_ptr(site.source), site.span.start));
            bodies
        });
        let wanted = (Arc::as_ptr(at.source), at.span.start);
        let behind =
            captures.partition_point(|site| (Arc::as_ptr(site.source), site.span.start) <= wanted);
        let around = captures[..behind]
            .iter()
            .rev()
            .take(MAX_NESTED)
            .find(|site| Arc::ptr_eq(site.source, at.source) && at.span.end <= site.span.end);
        let text = around.map_or("", |site| &at.source.text()[site.span.start as usize..]);
        text.find("%}").map_or("", |open| &text[open + 2..])
    }
}

/// Returns the most specific name of a path: its last field, its attribute, or its variable.
pub(in crate::rules) fn leaf<'a>(path: &Path, source: &'a Source) -> &'a str {
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

/// Yields the words of a name: `price_in_cents`, `priceInCents`.
pub(in crate::rules) fn words_of(name: &str) -> impl Iterator<Item = String> + '_ {
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
