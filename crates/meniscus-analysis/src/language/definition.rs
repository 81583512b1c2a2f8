use std::ops::Range;
use std::sync::Arc;

use super::Writing;
use super::cursor::Cursor;
use super::data_file;
use super::occurrences::{Occurrence, Occurrences};
use super::probe::probe;
use super::target::{Found, Target, Value, ValueRoot, modeled, template_of};
use crate::analyze::{OriginStep, ReadRoot};
use crate::dialect::families::FAMILIES;
use crate::files::locate_toml;
use crate::shape::{SampleKind, SamplePlace};
use crate::syntax::Template;
use crate::text::{DataPath, Source, Span, Step, locate_json};

/// Characters of a file.
#[derive(Clone, Debug)]
pub struct Place {
    /// The file; for the text being written, its current state.
    pub source: Arc<Source>,
    pub span: Span,
    /// The field, if this is a recording.
    pub field: Option<RecordedField>,
}

/// A field of a recorded response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedField {
    /// The recording's name.
    pub recording: String,
    /// The steps in the response's body.
    pub path: DataPath,
}

impl Place {
    pub(super) fn new(source: &Arc<Source>, span: Span) -> Place {
        Place { source: Arc::clone(source), span, field: None }
    }
}

/// Where a name comes from.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The name at the position.
    pub range: Range<usize>,
    /// The likeliest place first.
    pub places: Vec<Place>,
}

/// Returns where the name at an offset comes from.
///
/// A variable comes from the tags that set it, a content block from its file, an attribute from the
/// scenarios that have it, and a field of a response from a recording. A field of a scenario or a
/// recording leads to the templates that read it. `None` if nothing is known.
#[must_use]
pub fn definition(writing: &Writing<'_>, offset: usize) -> Option<Definition> {
    if data_file::is_known_data(writing) {
        return data_file::definition(writing, offset);
    }
    let template = template_of(writing);
    let names = Occurrences::of(&template);
    let Found { target, at, path } = Target::at(writing, &template, &names, offset)?;
    let places = match target {
        Target::Variable(index) => variable(writing, &template, &names, &names.all[index]),
        Target::Block(name) => {
            let block = writing.known.blocks.get(name.as_str())?;
            vec![Place::new(&block.template.source, Span::empty(0))]
        }
        Target::Value(value) => {
            let mut places = scenarios(writing, &value);
            if places.is_empty() {
                places.extend(sample(writing, at, path));
            }
            places
        }
    };
    (!places.is_empty()).then(|| Definition { range: at.range(), places })
}

fn variable(
    writing: &Writing<'_>,
    template: &Template,
    names: &Occurrences<'_>,
    read: &Occurrence<'_>,
) -> Vec<Place> {
    let source = &template.source;
    let own = names.sets(read).into_iter();
    let own = own.map(|span| Place::new(source, span)).collect::<Vec<_>>();
    if !own.is_empty() {
        return own;
    }
    // A content block may set it.
    modeled(writing, writing.message, template, writing.is_block, |model| {
        let set = model.reads.iter().find_map(|one| match one.root {
            ReadRoot::Variable { span, definition, .. }
                if span == read.at && std::ptr::eq(one.at.source, source) =>
            {
                model.definitions.get(definition?)
            }
            _ => None,
        });
        set.map(|set| Place::new(set.at.source, set.at.span)).into_iter().collect()
    })
}

/// Returns the lines of scenarios with an attribute; first that of the chosen recipient.
fn scenarios(writing: &Writing<'_>, value: &Value) -> Vec<Place> {
    let ValueRoot::Family(family) = value.root else { return Vec::new() };
    let Some(family) = FAMILIES.get(usize::from(family.0)) else { return Vec::new() };
    let path = DataPath::of_keys(&[family.table]).join(&steps(&value.steps));
    let chosen = writing.recipient.as_ref().map(|recipient| recipient.scenario);
    let others = writing.known.scenarios.iter();
    let others = others.filter(|scenario| scenario.applies_to(writing.message));
    let mut places: Vec<Place> = Vec::new();
    for scenario in chosen.into_iter().chain(others) {
        let Some((source, span)) = scenario.locate(&path) else { continue };
        let is_known = |place: &Place| place.source.name() == source.name() && place.span == span;
        if !places.iter().any(is_known) {
            places.push(Place::new(source, span));
        }
    }
    places
}

/// Returns the steps to a value in data; of a list, its first item.
pub(super) fn steps(steps: &[OriginStep]) -> Vec<Step> {
    let steps = steps.iter().map_while(|step| match step {
        OriginStep::Field(name) => Some(Step::Key(Arc::clone(name))),
        OriginStep::Item => Some(Step::Index(0)),
        OriginStep::AnyField => None,
    });
    steps.collect()
}

/// Returns where the value of a path was first seen: the line of a recording.
fn sample(writing: &Writing<'_>, at: Span, path: Span) -> Option<Place> {
    let options = writing.known.config.settings().parse;
    let markup = Cursor::at(writing.text, at.start as usize, options)?.markup;
    let expression = writing.text.get(path.range())?;
    let read = probe(writing, markup, &[expression]).found.pop()??;
    let of_recipient = writing.recipient.zip(read.origin.as_ref());
    let own = of_recipient.and_then(|(recipient, origin)| recipient.recorded(origin));
    let seen = match own {
        Some(own) => {
            let answered = writing.known.endpoints.answer_from(own.recording)?;
            let body = answered.shape.place.as_deref()?;
            SamplePlace { sample: Arc::clone(&body.sample), trail: own.path }
        }
        None => read.shape.place.as_deref()?.clone(),
    };
    let source = writing.known.file(&seen.sample.file)?;
    let is_toml = source.name().ends_with(".toml");
    let range = match is_toml {
        true => locate_toml(source.text(), &seen.steps()),
        false => locate_json(source.text(), &seen.steps()),
    }?;
    let is_recorded = seen.sample.kind == SampleKind::Recording;
    let field = is_recorded
        .then(|| RecordedField { recording: seen.sample.name.clone(), path: seen.trail.clone() });
    Some(Place { source, span: Span::new(range.start, range.end), field })
}
