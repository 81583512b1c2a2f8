use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::Writing;
use super::data_file;
use super::definition::Place;
use super::occurrences::Occurrences;
use super::target::{Found, Target, Value, blocks_in, modeled, template_of};
use crate::analyze::{Model, Read};
use crate::syntax::Template;
use crate::text::{Source, Span};

/// Every place that uses the same as a name.
#[derive(Clone, Debug)]
pub struct Uses {
    /// The name at the position.
    pub range: Range<usize>,
    /// By file: first the text being written, then by name.
    pub places: Vec<Place>,
}

/// Returns every place that uses what the name at an offset stands for.
///
/// Variables belong to a part with the content blocks it includes; content blocks, attributes, and
/// fields of responses are found in all messages. `None` if there is no name.
#[must_use]
pub fn uses(writing: &Writing<'_>, offset: usize) -> Option<Uses> {
    if data_file::is_known_data(writing) {
        return data_file::uses(writing, offset);
    }
    let template = template_of(writing);
    let names = Occurrences::of(&template);
    let Found { target, at, .. } = Target::at(writing, &template, &names, offset)?;
    let mut places = Collected::default();
    match target {
        Target::Variable(index) => {
            let wanted = &names.all[index];
            for one in names.same(wanted) {
                places.add(&template.source, one.at);
            }
            if wanted.scope.is_none() {
                for place in in_blocks(writing, &template, wanted.name) {
                    places.add(&place.source, place.span);
                }
            }
        }
        Target::Block(name) => {
            for other in templates(writing, &template) {
                for (_, span) in blocks_in(other).into_iter().filter(|(one, _)| *one == name) {
                    places.add(&other.source, span);
                }
            }
        }
        Target::Value(value) => places.extend(reads_of(writing, &template, &value)),
    }
    Some(Uses { range: at.range(), places: places.sorted(writing.path) })
}

/// Places without duplicates.
#[derive(Default)]
struct Collected {
    known: BTreeSet<(String, Span)>,
    places: Vec<Place>,
}

impl Collected {
    fn add(&mut self, source: &Arc<Source>, span: Span) {
        if self.known.insert((source.name().to_owned(), span)) {
            self.places.push(Place::new(source, span));
        }
    }

    fn extend(&mut self, places: Vec<Place>) {
        places.iter().for_each(|place| self.add(&place.source, place.span));
    }

    fn sorted(mut self, first: &str) -> Vec<Place> {
        self.places.sort_by_cached_key(|place| {
            (place.source.name() != first, place.source.name().to_owned(), place.span)
        });
        self.places
    }
}

/// Returns every template of the workspace, with the text being written in place of its file.
pub(super) fn templates<'a>(writing: &Writing<'a>, own: &'a Template) -> Vec<&'a Template> {
    let parts = writing.messages.iter().flat_map(|message| &message.parts);
    let parts = parts.map(|part| &*part.template);
    let blocks = writing.known.blocks.values().map(|block| &*block.template);
    let others = parts.chain(blocks).filter(|other| other.source.name() != writing.path);
    std::iter::once(own).chain(others).collect()
}

/// Returns the places outside a text that mean one of its variables: in the content blocks it
/// includes, and for a content block, in what includes it.
pub(super) fn in_blocks(writing: &Writing<'_>, template: &Template, name: &str) -> Vec<Place> {
    let outside = |model: &Model<'_>| {
        let reads = model.reads_of(name).map(|read| match read.root {
            crate::analyze::ReadRoot::Variable { span, .. } => read.at.at(span),
            _ => read.at,
        });
        let sets = model.definitions_of(name).map(|set| set.at);
        let other = reads.chain(sets).filter(|at| at.source.name() != writing.path);
        let places = other.map(|at| Place::new(at.source, at.span));
        places.collect::<Vec<_>>()
    };
    if !writing.is_block {
        return modeled(writing, writing.message, template, false, outside);
    }
    let parts = writing.messages.par_iter().flat_map_iter(|message| {
        message.parts.iter().map(move |part| (&*message.name, &*part.template))
    });
    let found = parts.map(|(message, part)| {
        modeled(writing, message, part, false, |model| {
            let includes = model.inclusions.iter().any(|one| {
                let block = writing.known.blocks.get(one.name);
                block.is_some_and(|block| block.template.source.name() == writing.path)
            });
            if includes { outside(model) } else { Vec::new() }
        })
    });
    found.flatten_iter().collect()
}

/// Returns every read of a value, or of a part of it, in all messages.
fn reads_of(writing: &Writing<'_>, own: &Template, value: &Value) -> Vec<Place> {
    let read_in = |model: &Model<'_>, is_own: bool| {
        let wanted = |read: &&Read<'_>| {
            // The text being written is newer than its file.
            let is_fresh = (read.at.source.name() == writing.path) == is_own;
            is_fresh
                && Value::of(model, read).is_some_and(|found| {
                    found.root == value.root && found.steps.starts_with(&value.steps)
                })
        };
        let reads = model.reads.iter().filter(wanted);
        reads.map(|read| Place::new(read.at.source, read.at.span)).collect::<Vec<_>>()
    };
    let mut places =
        modeled(writing, writing.message, own, writing.is_block, |model| read_in(model, true));
    let parts = writing.messages.par_iter().flat_map_iter(|message| {
        message.parts.iter().map(move |part| (&*message.name, &*part.template))
    });
    let others = parts.filter(|(_, part)| part.source.name() != writing.path);
    let others = others.map(|(message, part)| {
        modeled(writing, message, part, false, |model| read_in(model, false))
    });
    places.extend(others.flatten_iter().collect::<Vec<_>>());
    // Blocks that the text itself includes.
    places.extend(modeled(writing, writing.message, own, writing.is_block, |model| {
        read_in(model, false)
    }));
    places
}
