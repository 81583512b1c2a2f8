//! Which parts of responses are read, and whether a condition checks the response first.

use crate::analyze::{Definition, DefinitionKind, Model, Read, ReadRoot, Site, Usage};
use crate::rules::Subject;
use crate::syntax::ast::{ExprKind, Pipeline, Segment};
use crate::text::Span;

const CONTENT: [&str; 2] = ["payload", "user"];

/// Length of a chain of variables that is followed.
const MAX_STEPS: usize = 8;

/// What a read takes from a response.
#[derive(Debug)]
pub(in crate::rules) struct Content<'a> {
    pub field: &'a str,
    pub at: Site<'a>,
}

/// Whether unknown content blocks are included, which may check anything.
pub(in crate::rules) fn has_unknown_blocks(model: &Model<'_>) -> bool {
    model.inclusions.iter().any(|inclusion| !inclusion.known)
}

/// Returns reads of a SessionM response's content that are sent unchecked.
pub(in crate::rules) fn unchecked_reads<'m, 'a>(
    subject: &Subject<'_>,
    model: &'m Model<'a>,
    place: usize,
) -> Vec<(&'m Read<'a>, Content<'a>)> {
    let Some(call) = model.calls.get(place) else { return Vec::new() };
    let endpoint = call.endpoint.as_deref().and_then(|name| subject.known.endpoints.get(name));
    let says_status = endpoint.is_some_and(|endpoint| {
        endpoint.system == "SessionM" || call.shape.field("status").is_some()
    });
    if !says_status {
        return Vec::new();
    }
    let reads = model.reads_of_call(place).filter(|read| read.unchecked);
    let reads = reads.filter(|read| goes_out(model, read) && !has_words(model, read));
    reads.filter_map(|read| Some((read, content(model, read)?))).collect()
}

/// Whether what is read goes to the customer or into another call unchanged.
pub(in crate::rules) fn goes_out(model: &Model<'_>, read: &Read<'_>) -> bool {
    match read.usage {
        Usage::Interpolated => true,
        // A captured value may be checked before it is printed.
        Usage::Printed | Usage::Argument => {
            model.output_around(read).is_some_and(|output| output.capture.is_none())
        }
        _ => false,
    }
}

/// Whether a read leads to the response itself, not to a loop's item.
pub(in crate::rules) fn is_of_answer(model: &Model<'_>, read: &Read<'_>) -> bool {
    steps(model, read).last().is_some_and(|(_, kind)| matches!(kind, Some(DefinitionKind::Call(_))))
}

/// Returns the field that a read takes from its response.
fn content<'a>(model: &Model<'a>, read: &Read<'a>) -> Option<Content<'a>> {
    let steps = steps(model, read);
    let (last, kind) = steps.last()?;
    if !matches!(kind, Some(DefinitionKind::Call(_))) {
        return None;
    }
    let Segment::Field(span) = last.path.segments.first()? else { return None };
    let field = last.at.source.slice(*span);
    let is_itself = steps.len() == 1;
    let at = if is_itself {
        read.at.at(Span { start: read.at.span.start, end: span.end })
    } else {
        read.at
    };
    CONTENT.contains(&field).then_some(Content { field, at })
}

/// Returns a read and those it goes back to through `assign`, each with the kind of definition.
fn steps<'m, 'a>(
    model: &'m Model<'a>,
    read: &'m Read<'a>,
) -> Vec<(&'m Read<'a>, Option<DefinitionKind>)> {
    let mut steps = Vec::new();
    let mut next = Some(read);
    while let Some(read) = next.filter(|_| steps.len() < MAX_STEPS) {
        let definition = definition_of(model, read);
        steps.push((read, definition.map(|definition| definition.kind)));
        next = definition.and_then(|definition| {
            model.read_at(definition.at, subject_of(definition.value?).subject.span)
        });
    }
    steps
}

fn definition_of<'m, 'a>(model: &'m Model<'a>, read: &Read<'a>) -> Option<&'m Definition<'a>> {
    match read.root {
        ReadRoot::Variable { definition, .. } => model.definitions.get(definition?),
        _ => None,
    }
}

fn subject_of(pipeline: &Pipeline) -> &Pipeline {
    match &pipeline.subject.kind {
        ExprKind::Nested(inner) => subject_of(inner),
        _ => pipeline,
    }
}

/// Whether a `default` with words replaces a missing value. A number doesn't make that visible.
fn has_words(model: &Model<'_>, read: &Read<'_>) -> bool {
    let of_filters = |pipeline: &Pipeline, at: Site<'_>| {
        pipeline.filters.iter().any(|call| {
            let argument = call.arguments.first().map(|argument| &argument.value.kind);
            at.source.slice(call.name) == "default"
                && argument.is_some_and(|kind| is_words(kind, at))
        })
    };
    if read.defaulted {
        match model.output_around(read) {
            Some(output) => {
                return of_filters(subject_of(output.pipeline), output.at)
                    || of_filters(output.pipeline, output.at);
            }
            None => return true,
        }
    }
    let mut read = read;
    for _ in 0..MAX_STEPS {
        let Some(definition) = definition_of(model, read) else { return false };
        let Some(value) = definition.value else { return false };
        let inner = subject_of(value);
        if of_filters(value, definition.at) || of_filters(inner, definition.at) {
            return true;
        }
        match model.read_at(definition.at, inner.subject.span) {
            Some(before) => read = before,
            None => return false,
        }
    }
    false
}

fn is_words(kind: &ExprKind, at: Site<'_>) -> bool {
    match kind {
        ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Big(_) => false,
        ExprKind::Str(span) => at.source.slice(*span).trim().parse::<f64>().is_err(),
        _ => true,
    }
}
