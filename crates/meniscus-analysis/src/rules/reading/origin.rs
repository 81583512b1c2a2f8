//! Traces a value through variables to its origin.

use crate::analyze::{DefinitionKind, Model, Read, ReadRoot, Site};
use crate::syntax::ast::{Expr, ExprKind, FilterCall, Pipeline};

/// Length of a chain of variables that is followed.
const MAX_STEPS: usize = 8;

/// A value with all its filters, traced to where it is first read.
#[derive(Debug)]
pub(in crate::rules) struct TracedValue<'m, 'a> {
    /// The original value.
    pub subject: &'a Expr,
    pub at: Site<'a>,
    /// What it reads, if it is a variable or an attribute.
    pub read: Option<&'m Read<'a>>,
    /// The filters, last first, each with a site in its source.
    pub filters: Vec<(&'a FilterCall, Site<'a>)>,
}

impl<'a> TracedValue<'_, 'a> {
    /// Returns the filters in order of application, by name, each with its call and a site in its
    /// source.
    pub fn applied(&self) -> Vec<(&'a str, &'a FilterCall, Site<'a>)> {
        let filters = self.filters.iter().rev();
        filters.map(|(call, at)| (at.source.slice(call.name), *call, *at)).collect()
    }

    /// Whether a filter's name satisfies a test.
    pub fn has_filter(&self, test: impl Fn(&str) -> bool) -> bool {
        self.filters.iter().any(|(call, at)| test(at.source.slice(call.name)))
    }

    /// Whether a filter has one of these names.
    pub fn goes_through(&self, names: &[&str]) -> bool {
        self.has_filter(|name| names.contains(&name))
    }
}

/// Traces a pipeline in the source of `at`.
pub(in crate::rules) fn origin<'m, 'a>(
    model: &'m Model<'a>,
    at: Site<'a>,
    pipeline: &'a Pipeline,
) -> TracedValue<'m, 'a> {
    let mut filters = Vec::new();
    let (mut at, mut pipeline) = (at, pipeline);
    for _ in 0..MAX_STEPS {
        filters.extend(pipeline.filters.iter().rev().map(|call| (call, at)));
        if let ExprKind::Nested(inner) = &pipeline.subject.kind {
            pipeline = inner;
            continue;
        }
        let read = model.read_at(at, pipeline.subject.span);
        let is_name =
            matches!(&pipeline.subject.kind, ExprKind::Path(path) if path.segments.is_empty());
        let next = read.filter(|_| is_name).and_then(|read| match read.root {
            ReadRoot::Variable { definition, .. } => {
                let definition = model.definitions.get(definition?)?;
                let value =
                    definition.value.filter(|_| definition.kind == DefinitionKind::Assign)?;
                Some((definition.at, value))
            }
            _ => None,
        });
        match next {
            Some(next) => (at, pipeline) = next,
            None => break,
        }
    }
    let subject = &pipeline.subject;
    let read = model.read_at(at, subject.span);
    TracedValue { subject, at: at.at(subject.span), read, filters }
}

/// Traces an expression in the source of `at`: a value, or a variable's definition.
pub(in crate::rules) fn origin_of<'m, 'a>(
    model: &'m Model<'a>,
    at: Site<'a>,
    expr: &'a Expr,
) -> TracedValue<'m, 'a> {
    if let ExprKind::Nested(pipeline) = &expr.kind {
        return origin(model, at, pipeline);
    }
    let read = model.read_at(at, expr.span);
    let is_name = matches!(&expr.kind, ExprKind::Path(path) if path.segments.is_empty());
    let set = read.filter(|_| is_name).and_then(|read| match read.root {
        ReadRoot::Variable { definition, .. } => model.definitions.get(definition?),
        _ => None,
    });
    match set.and_then(|set| Some((set.at, set.value?))) {
        Some((at, value)) => origin(model, at, value),
        None => TracedValue { subject: expr, at: at.at(expr.span), read, filters: Vec::new() },
    }
}
