//! Where a value comes from: through variables, back to what they were set to.

use crate::analyze::{DefinitionKind, Model, Read, ReadRoot, Site};
use crate::syntax::ast::{Expr, ExprKind, FilterCall, Pipeline};
use crate::text::Span;

/// Variables that are followed into each other.
const MOST_STEPS: usize = 8;

/// A value with all filters that it goes through, back to where it is first read.
#[derive(Debug)]
pub(in crate::rules) struct Origin<'m, 'a> {
    /// The first value.
    pub subject: &'a Expr,
    /// Its characters.
    pub at: Site<'a>,
    /// What it reads, where it is a variable or an attribute.
    pub read: Option<&'m Read<'a>>,
    /// The filters, the last first, each with the text that it stands in.
    pub filters: Vec<(&'a FilterCall, Site<'a>)>,
}

impl<'a> Origin<'_, 'a> {
    /// Whether any of its filters has one of these names.
    pub fn goes_through(&self, names: &[&str]) -> bool {
        self.filters.iter().any(|(call, at)| names.contains(&at.source.slice(call.name)))
    }
}

/// Follows a pipeline that stands in the text of `at`.
pub(in crate::rules) fn origin<'m, 'a>(
    model: &'m Model<'a>,
    at: Site<'a>,
    pipeline: &'a Pipeline,
) -> Origin<'m, 'a> {
    let mut filters = Vec::new();
    let (mut at, mut pipeline) = (at, pipeline);
    for _ in 0..MOST_STEPS {
        filters.extend(pipeline.filters.iter().rev().map(|call| (call, at)));
        if let ExprKind::Nested(inner) = &pipeline.subject.kind {
            pipeline = inner;
            continue;
        }
        let read = read_at(model, at, pipeline.subject.span);
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
    let read = read_at(model, at, subject.span);
    Origin { subject, at: at.at(subject.span), read, filters }
}

/// What is read by these characters.
pub(in crate::rules) fn read_at<'m, 'a>(
    model: &'m Model<'a>,
    at: Site<'a>,
    span: Span,
) -> Option<&'m Read<'a>> {
    model.reads_at(at.source, span).find(|read| read.at.via == at.via)
}
