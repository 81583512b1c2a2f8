use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use foldhash::fast::FixedState;

use super::model::{Definition, Model, OutputUse, Read, ReadRoot, Site, TagUse, Usage};
use super::origin::{DataOrigin, OriginRoot, OriginStep};
use crate::diagnostic::{Diagnostic, Severity};
use crate::text::{Source, Span};

/// Indexes of a model, built on demand. Without them, rules that look up one list for each item of
/// another would take quadratic time.
#[derive(Debug, Default)]
pub(super) struct Index {
    reads: OnceLock<Reads>,
    definitions: OnceLock<Map<String, Vec<usize>>>,
    tags: OnceLock<Map<SourceSpan, usize>>,
    /// Sorted by source, inclusion, and start.
    outputs: OnceLock<Vec<OutputPlace>>,
    /// Tags that set variables, sorted the same way.
    sets: OnceLock<Vec<OutputPlace>>,
    uses: OnceLock<Map<OriginRoot, Map<Vec<OriginStep>, Uses>>>,
    /// Names that occur in markup that can't be parsed.
    broken: OnceLock<Map<String, ()>>,
}

/// How a message uses a value, over all places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    pub tested: bool,
    pub defaulted: bool,
    pub looped: bool,
    /// Whether it, or a part of it, is tested, looped over, or has a `default`.
    pub asked_below: bool,
    /// Whether it, or a part of it, is printed without a `default`.
    pub printed_below: bool,
    /// Whether an item is taken by index outside loops.
    pub item_below: bool,
    /// Whether one of its fields is read.
    pub field_below: bool,
}

#[derive(Debug, Default)]
struct Reads {
    by_name: Map<String, Vec<usize>>,
    by_place: Map<(SourceSpan, Option<usize>), usize>,
    by_call: Map<usize, Vec<usize>>,
    /// Whether a variable's name is computed, so that any variable may be read.
    computed: bool,
}

type Map<K, V> = HashMap<K, V, FixedState>;

/// Source, inclusion, and span of an output, and its index in the model.
type OutputPlace = (usize, Option<usize>, Span, usize);

/// A span in a source that is identified by its address.
type SourceSpan = (usize, u32, u32);

fn place(source: &Arc<Source>, span: Span) -> SourceSpan {
    (Arc::as_ptr(source) as usize, span.start, span.end)
}

impl<'a> Model<'a> {
    /// Yields the reads of a variable, in walk order.
    pub fn reads_of(&self, name: &str) -> impl Iterator<Item = &Read<'a>> {
        listed(&self.reads, self.index_of_reads().by_name.get(name))
    }

    /// Returns the read at a span, in the same inclusion as `at`.
    #[must_use]
    pub fn read_at(&self, at: Site<'_>, span: Span) -> Option<&Read<'a>> {
        let key = (place(at.source, span), at.via);
        self.reads.get(*self.index_of_reads().by_place.get(&key)?)
    }

    /// Yields the reads of a call's response, by index into [`Model::calls`].
    pub fn reads_of_call(&self, call: usize) -> impl Iterator<Item = &Read<'a>> {
        listed(&self.reads, self.index_of_reads().by_call.get(&call))
    }

    /// Whether a variable is read anywhere, or may be through a computed name.
    #[must_use]
    pub fn reads_variable(&self, wanted: &str) -> bool {
        let reads = self.index_of_reads();
        reads.computed || reads.by_name.contains_key(wanted)
    }

    /// Yields the definitions of a variable, in walk order.
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

    /// Returns the tag that opens at a span.
    #[must_use]
    pub fn tag_at(&self, source: &Arc<Source>, open: Span) -> Option<&TagUse<'a>> {
        let index = self.index.tags.get_or_init(|| {
            let tags = self.tags.iter().enumerate().rev();
            tags.map(|(at, tag)| (place(tag.at.source, tag.at.span), at)).collect()
        });
        self.tags.get(*index.get(&place(source, open))?)
    }

    /// Returns the output that contains a read.
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
        self.outputs.get(around(index, read)?)
    }

    /// Returns the definition whose tag contains a read.
    #[must_use]
    pub fn definition_around(&self, read: &Read<'_>) -> Option<&Definition<'a>> {
        let index = self.index.sets.get_or_init(|| {
            let sets = self.definitions.iter().enumerate().map(|(at, set)| {
                let (text, ..) = place(set.at.source, set.tag);
                (text, set.at.via, set.tag, at)
            });
            let mut sets = sets.collect::<Vec<_>>();
            sets.sort_unstable();
            sets
        });
        self.definitions.get(around(index, read)?)
    }

    /// Returns how the message uses the value at these steps from a root.
    #[must_use]
    pub fn uses(&self, root: &OriginRoot, steps: &[OriginStep]) -> Uses {
        let index = self.index.uses.get_or_init(|| {
            let mut index = Map::<OriginRoot, Map<Vec<OriginStep>, Uses>>::default();
            for read in &self.reads {
                let Some(origin) = &read.origin else { continue };
                let of_root = match index.get_mut(&origin.root) {
                    Some(known) => known,
                    None => index.entry(origin.root.clone()).or_default(),
                };
                for length in 0..=origin.steps.len() {
                    let uses = match of_root.get_mut(&origin.steps[..length]) {
                        Some(known) => known,
                        None => of_root.entry(origin.steps[..length].to_vec()).or_default(),
                    };
                    uses.add(read, origin, length);
                }
            }
            index
        });
        index.get(root).and_then(|of_root| of_root.get(steps)).copied().unwrap_or_default()
    }

    /// Whether a name occurs in markup that can't be parsed, where its use is unknown.
    #[must_use]
    pub fn is_in_broken_markup(&self, name: &str) -> bool {
        let names = self.index.broken.get_or_init(|| {
            let severe = |found: &&Diagnostic| found.severity == Severity::Error;
            let mut names = Map::default();
            for found in self.template.diagnostics.iter().filter(severe) {
                let around = broken_around(self.template.source.text(), found.primary.span);
                let words = around.split(|c: char| !c.is_alphanumeric() && c != '_');
                names.extend(words.map(|word| (word.to_owned(), ())));
            }
            names
        });
        names.contains_key(name)
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
                index.by_place.entry((place, read.at.via)).or_insert(at);
                if let Some(call) = read.call {
                    index.by_call.entry(call).or_default().push(at);
                }
            }
            index
        })
    }
}

/// Returns the entry of a sorted list that contains a read.
fn around(places: &[OutputPlace], read: &Read<'_>) -> Option<usize> {
    let (text, start, end) = place(read.at.source, read.at.span);
    let wanted = (text, read.at.via, start);
    let behind = places.partition_point(|(text, via, span, _)| (*text, *via, span.start) <= wanted);
    let (other, via, span, at) = places.get(behind.checked_sub(1)?)?;
    ((*other, *via) == (text, read.at.via) && end <= span.end).then_some(*at)
}

impl Uses {
    /// Adds a read of the value `length` steps along this origin, or of a part of it.
    fn add(&mut self, read: &Read<'_>, origin: &DataOrigin, length: usize) {
        let is_itself = length == origin.steps.len();
        let tested = read.usage == Usage::Tested;
        let looped = read.usage == Usage::Looped && !origin.derived;
        if is_itself {
            self.tested |= read.usage == Usage::Tested && !origin.derived;
            self.defaulted |= read.defaulted && !origin.derived;
            self.looped |= looped;
        }
        self.asked_below |= tested || looped || read.defaulted;
        let is_printed = matches!(read.usage, Usage::Printed | Usage::Interpolated);
        self.printed_below |= is_printed && !read.defaulted;
        match origin.steps.get(length) {
            Some(OriginStep::Item) => self.item_below |= read.loops == 0,
            Some(OriginStep::Field(_)) => self.field_below = true,
            _ => {}
        }
    }
}

/// How far from a syntax error its tag or output is searched for, in bytes.
const MAX_AROUND: usize = 2_000;

/// Returns the text between the braces around a syntax error.
fn broken_around(text: &str, span: Span) -> &str {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (boundary(span.start as usize), boundary(span.end as usize));
    let least = boundary(start.saturating_sub(MAX_AROUND));
    let most = boundary(end + MAX_AROUND);
    let before = &text[least..start];
    let opens = before.rfind("{%").max(before.rfind("{{"));
    let begin = opens.map_or(start, |at| least + at);
    let rest = &text[end.max(start)..most.max(start)];
    let closes = rest.find("%}").into_iter().chain(rest.find("}}")).min();
    let finish = end.max(start) + closes.map_or(rest.len(), |at| at + 2);
    text.get(begin..finish).unwrap_or_default()
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
