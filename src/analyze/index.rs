use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;

use super::model::{Definition, Model, OutputUse, Read, ReadRoot, TagUse};
use crate::text::{Source, Span};

/// Where the things of a model stand, put together where somebody asks: a rule that looked through
/// a list for each item of another would take the product of both.
#[derive(Debug, Default)]
pub(super) struct Index {
    reads: OnceLock<Reads>,
    definitions: OnceLock<Map<String, Vec<usize>>>,
    tags: OnceLock<Map<Place, usize>>,
    /// By text, inclusion and start.
    outputs: OnceLock<Vec<OutputPlace>>,
}

#[derive(Debug, Default)]
struct Reads {
    by_name: Map<String, Vec<usize>>,
    by_place: Map<Place, Vec<usize>>,
    by_call: Map<usize, Vec<usize>>,
    /// Whether names are computed: every variable may be read.
    computed: bool,
}

type Map<K, V> = HashMap<K, V, FixedState>;

/// Text, inclusion and characters of an output, and its place in the model.
type OutputPlace = (usize, Option<usize>, Span, usize);

/// A text, told apart by where it lies, and characters of it.
type Place = (usize, u32, u32);

fn place(source: &Arc<Source>, span: Span) -> Place {
    (Arc::as_ptr(source) as usize, span.start, span.end)
}

impl<'a> Model<'a> {
    /// The reads of a variable, in the order of the walk.
    pub fn reads_of(&self, name: &str) -> impl Iterator<Item = &Read<'a>> {
        listed(&self.reads, self.index_of_reads().by_name.get(name))
    }

    /// The reads of an expression, one for each time that the walk has come by it.
    pub fn reads_at(&self, source: &Arc<Source>, span: Span) -> impl Iterator<Item = &Read<'a>> {
        listed(&self.reads, self.index_of_reads().by_place.get(&place(source, span)))
    }

    /// The reads of the answer to a call, by its place in [`Model::calls`].
    pub fn reads_of_call(&self, call: usize) -> impl Iterator<Item = &Read<'a>> {
        listed(&self.reads, self.index_of_reads().by_call.get(&call))
    }

    /// Whether a variable is read anywhere; where names are computed, every one may be.
    #[must_use]
    pub fn reads_variable(&self, wanted: &str) -> bool {
        let reads = self.index_of_reads();
        reads.computed || reads.by_name.contains_key(wanted)
    }

    /// What sets a variable, in the order of the walk.
    pub fn definitions_of(&self, name: &str) -> impl Iterator<Item = &Definition<'a>> {
        let index = self.index.definitions.get_or_init(|| {
            let mut index = Map::<String, Vec<usize>>::default();
            for (at, definition) in self.definitions.iter().enumerate() {
                push(&mut index, definition.name, at);
            }
            index
        });
        listed(&self.definitions, index.get(name))
    }

    /// The tag whose opening stands at these characters.
    #[must_use]
    pub fn tag_at(&self, source: &Arc<Source>, open: Span) -> Option<&TagUse<'a>> {
        let index = self.index.tags.get_or_init(|| {
            let tags = self.tags.iter().enumerate().rev();
            tags.map(|(at, tag)| (place(tag.at.source, tag.at.span), at)).collect()
        });
        self.tags.get(*index.get(&place(source, open))?)
    }

    /// The output that a read stands in.
    #[must_use]
    pub fn output_around(&self, read: &Read<'_>) -> Option<&OutputUse<'a>> {
        let index = self.index.outputs.get_or_init(|| {
            let outputs = self.outputs.iter().enumerate().map(|(at, output)| {
                let (text, ..) = place(output.at.source, output.pipeline.span);
                (text, output.at.via, output.pipeline.span, at)
            });
            let mut outputs = outputs.collect::<Vec<_>>();
            outputs.sort_unstable();
            outputs
        });
        let (text, start, end) = place(read.at.source, read.at.span);
        let wanted = (text, read.at.via, start);
        let behind =
            index.partition_point(|(text, via, span, _)| (*text, *via, span.start) <= wanted);
        let (other, via, span, at) = index.get(behind.checked_sub(1)?)?;
        let is_around = (*other, *via) == (text, read.at.via) && end <= span.end;
        is_around.then(|| self.outputs.get(*at)).flatten()
    }

    fn index_of_reads(&self) -> &Reads {
        self.index.reads.get_or_init(|| {
            let mut index = Reads::default();
            for (at, read) in self.reads.iter().enumerate() {
                match read.root {
                    ReadRoot::Variable { name, .. } => push(&mut index.by_name, name, at),
                    ReadRoot::Computed => index.computed = true,
                    ReadRoot::Attribute { .. } => {}
                }
                let place = place(read.at.source, read.at.span);
                index.by_place.entry(place).or_default().push(at);
                if let Some(call) = read.call {
                    index.by_call.entry(call).or_default().push(at);
                }
            }
            index
        })
    }
}

fn push(index: &mut Map<String, Vec<usize>>, name: &str, at: usize) {
    match index.get_mut(name) {
        Some(known) => known.push(at),
        None => {
            index.insert(name.to_owned(), vec![at]);
        }
    }
}

fn listed<'m, T>(all: &'m [T], places: Option<&'m Vec<usize>>) -> impl Iterator<Item = &'m T> {
    places.into_iter().flatten().filter_map(|at| all.get(*at))
}
