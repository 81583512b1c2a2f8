//! Recipients and recordings: which templates read a field, and what is known of it.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use super::Writing;
use super::complete::{Completion, ItemKind, object_fields};
use super::definition::{Definition, Place};
use super::describe::{field_words, kind_of};
use super::hover::Hover;
use super::settings;
use super::target::modeled;
use super::toml_file::fields;
use super::uses::Uses;
use crate::analyze::{Call, OriginRoot, OriginStep, Read};
use crate::dialect::families::FAMILIES;
use crate::project::{CONFIG_FILE, Scenario};
use crate::recording::Recording;
use crate::shape::Shape;
use crate::syntax::FamilyId;
use crate::text::{DataPath, Step};

/// Keys of a stub mapping down to the body of its response.
const BODY: [&str; 2] = ["response", "jsonBody"];

/// A file with data that templates read.
enum DataFile<'a> {
    Scenario(&'a Scenario),
    /// Recordings, in the order of the file. Their bodies may be files of their own.
    Recordings(Vec<&'a Recording>),
}

/// A field at a position of such a file.
struct Field<'a> {
    range: Range<usize>,
    /// As templates write it, without the variable of a response.
    path: DataPath,
    owner: Owner<'a>,
    /// The steps below the owner.
    steps: DataPath,
}

/// What a field is part of.
enum Owner<'a> {
    Family { id: FamilyId, scenario: &'a Scenario },
    Response(&'a Recording),
}

/// Whether a file without Liquid is known here: `meniscus.toml`, a recipient, a recording, or the
/// body of one.
#[must_use]
pub fn is_known_data(writing: &Writing<'_>) -> bool {
    writing.path == CONFIG_FILE || DataFile::of(writing).is_some()
}

/// Returns the reads of the field at an offset, as where it leads to.
pub(super) fn definition(writing: &Writing<'_>, offset: usize) -> Option<Definition> {
    let Uses { range, places } = uses(writing, offset)?;
    (!places.is_empty()).then_some(Definition { range, places })
}

/// Returns every read of the field at an offset, or of a part of it, in the messages that get it.
pub(super) fn uses(writing: &Writing<'_>, offset: usize) -> Option<Uses> {
    let field = Field::at(writing, offset)?;
    let places = field.reads(writing);
    Some(Uses { range: field.range, places })
}

/// Returns what is known of the field at an offset, and how many places read it.
pub(super) fn hover(writing: &Writing<'_>, offset: usize) -> Option<Hover> {
    let Some(field) = Field::at(writing, offset) else {
        let is_scenario = matches!(DataFile::of(writing), Some(DataFile::Scenario(_)));
        return is_scenario.then(|| settings::hover_scenario(writing, offset)).flatten();
    };
    let reads = field.reads(writing);
    let mut files = reads.iter().map(|place| place.source.name()).collect::<Vec<_>>();
    files.dedup();
    let count = |count: usize, one: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {one}s"),
    };
    let read = match files.as_slice() {
        [] => "no template reads it".to_owned(),
        [file] => format!("{} in {file}", count(reads.len(), "read")),
        files => format!("{} in {}", count(reads.len(), "read"), count(files.len(), "file")),
    };
    let (known, docs) = field.known(writing);
    Some(Hover {
        title: field.title(),
        lines: known.into_iter().chain([read]).collect(),
        sample: None,
        docs,
        range: field.range,
    })
}

/// Returns the keys that may be written at an offset of a JSON file: what messages read of a
/// recipient's table, or what is known of a response.
pub(super) fn complete(writing: &Writing<'_>, offset: usize) -> Option<Completion> {
    let field = Field::at(writing, offset)?;
    let before = writing.text[..field.range.start].trim_end();
    let is_key = before.ends_with(['{', ',']) && matches!(field.steps.last(), Some(Step::Key(_)));
    let (_, above) = field.steps.split_last().filter(|_| is_key)?;
    let items = match &field.owner {
        Owner::Family { id, .. } => {
            let table = FAMILIES.get(usize::from(id.0))?.table;
            if above.is_empty() { fields(writing, table) } else { Vec::new() }
        }
        Owner::Response(_) => {
            let shape = at_steps(&field.shape(writing)?, above)?;
            // What the tag adds isn't in the body, and the key that is being written isn't known yet.
            let own = field.steps.last().and_then(Step::name).unwrap_or_default();
            let fits = |name: &str| !name.is_empty() && name != own && !name.starts_with("__");
            object_fields(shape.object.as_ref()?, ItemKind::Field, fits)
        }
    };
    // Inside the quotes.
    let (start, end) = (field.range.start + 1, field.range.end.saturating_sub(1));
    Some(Completion { replaces: start..end.max(start), items })
}

/// Returns the attribute whose key is at an offset of a recipient, with the range of its name.
pub(super) fn attribute(
    writing: &Writing<'_>,
    offset: usize,
) -> Option<(Range<usize>, FamilyId, String)> {
    let Field { range, owner, steps, .. } = Field::at(writing, offset)?;
    let (Owner::Family { id, .. }, [Step::Key(name)]) = (&owner, &**steps) else { return None };
    let written = &writing.text[range.clone()];
    let is_quoted = written.starts_with(['"', '\'']) && written.len() > 1;
    let range = if is_quoted { range.start + 1..range.end - 1 } else { range };
    // Not its value, and not a name that is written with escapes.
    (writing.text[range.clone()] == **name).then(|| (range, *id, name.to_string()))
}

impl<'a> DataFile<'a> {
    fn of(writing: &Writing<'a>) -> Option<DataFile<'a>> {
        let known = writing.known;
        let is_own = |scenario: &&Scenario| {
            scenario.sources.first().is_some_and(|source| source.name() == writing.path)
        };
        if let Some(scenario) = known.scenarios.iter().find(is_own) {
            return Some(DataFile::Scenario(scenario));
        }
        let is_here = |recording: &&Recording| {
            let origin = recording.origin();
            let body = origin.body.as_ref().map(|body| &body.path);
            [Some(&origin.path), body].into_iter().flatten().any(|path| *path == *writing.path)
        };
        let here = known.recordings.iter().filter(is_here).collect::<Vec<_>>();
        (!here.is_empty()).then_some(DataFile::Recordings(here))
    }
}

impl<'a> Field<'a> {
    fn at(writing: &Writing<'a>, offset: usize) -> Option<Field<'a>> {
        let file = DataFile::of(writing)?;
        let (path, range) = writing.path_at(offset)?;
        match file {
            DataFile::Scenario(scenario) => {
                let [Step::Key(table), rest @ ..] = &**path else { return None };
                let mut families = FAMILIES.iter();
                let id = families.position(|one| *one.table == **table && !one.is_blocks())?;
                let id = u16::try_from(id).ok().map(FamilyId)?;
                let steps = DataPath::from(rest);
                Some(Field { range, owner: Owner::Family { id, scenario }, steps, path })
            }
            DataFile::Recordings(all) => {
                let (recording, rest) = response_of(&all, writing.path, &path)?;
                let steps = DataPath::from(rest);
                let owner = Owner::Response(recording);
                Some(Field { range, owner, path: steps.clone(), steps })
            }
        }
    }

    /// Returns the field as templates write it; a field of a response without the variable.
    fn title(&self) -> String {
        let (Owner::Family { id, .. }, Some((Step::Key(name), rest))) =
            (&self.owner, self.steps.split_first())
        else {
            return self.path.to_string();
        };
        let family = FAMILIES.get(usize::from(id.0)).map_or("", |family| family.name);
        let dot = if family.is_empty() { "" } else { "." };
        let rest = DataPath::from(rest).to_string();
        let between = if rest.is_empty() || rest.starts_with('[') { "" } else { "." };
        format!("{family}{dot}${{{name}}}{between}{rest}")
    }

    /// Returns the reads of the field in the messages that get it, by file.
    fn reads(&self, writing: &Writing<'_>) -> Vec<Place> {
        let parts = writing.messages.par_iter().filter(|message| self.is_for(&message.name));
        let parts = parts.flat_map_iter(|message| {
            message.parts.iter().map(move |part| (&*message.name, &*part.template))
        });
        let found = parts.map(|(message, part)| {
            modeled(writing, message, part, false, |model| {
                let calls = model.calls.iter().map(|call| self.may_answer(writing, call));
                let calls = calls.collect::<Vec<_>>();
                let reads = model.reads.iter().filter(|read| self.is_read(&calls, read));
                reads.map(|read| Place::new(read.at.source, read.at.span)).collect::<Vec<_>>()
            })
        });
        let mut places = found.flatten_iter().collect::<Vec<_>>();
        let key = |place: &Place| (place.source.name().to_owned(), place.span);
        places.sort_by_cached_key(key);
        places.dedup_by_key(|place| key(place));
        places
    }

    fn is_for(&self, message: &str) -> bool {
        match &self.owner {
            Owner::Family { scenario, .. } => scenario.applies_to(message),
            Owner::Response(_) => true,
        }
    }

    /// Whether the recording that has the field may answer a call.
    fn may_answer(&self, writing: &Writing<'_>, call: &Call<'_>) -> bool {
        let Owner::Response(recording) = &self.owner else { return false };
        let all = writing.known.endpoints.answer_whatever_body(&call.pattern()).recordings;
        all.iter().any(|one| one.name() == recording.name())
    }

    /// Whether a template's read gets the field, or a part of it; `calls` says which calls may get
    /// the recording.
    fn is_read(&self, calls: &[bool], read: &Read<'_>) -> bool {
        let Some(origin) = read.origin.as_deref().filter(|origin| !origin.derived) else {
            return false;
        };
        let is_owner = match (&origin.root, &self.owner) {
            (OriginRoot::Family(found), Owner::Family { id, .. }) => found == id,
            (OriginRoot::Call(call), Owner::Response(_)) => calls.get(*call) == Some(&true),
            _ => false,
        };
        let is_step = |(own, read): (&Step, &OriginStep)| match (own, read) {
            (Step::Key(own), OriginStep::Field(name)) => own == name,
            (Step::Index(_), OriginStep::Item) => true,
            (_, OriginStep::AnyField) => true,
            _ => false,
        };
        is_owner
            && origin.steps.len() >= self.steps.len()
            && self.steps.iter().zip(&origin.steps).all(is_step)
    }

    /// Returns what is known of the owner: a family's attributes, or the responses of an endpoint.
    fn shape(&self, writing: &Writing<'_>) -> Option<Arc<Shape>> {
        match &self.owner {
            Owner::Family { id, scenario } => {
                let message = writing.messages.iter().find(|one| scenario.applies_to(&one.name));
                let families = writing.known.families(message.map_or("", |one| &*one.name));
                families.get(usize::from(id.0)).cloned()
            }
            Owner::Response(recording) => {
                let answered = writing.known.endpoints.answer_from(recording.name());
                answered.map(|answered| match answered.endpoint {
                    Some(endpoint) => writing.known.endpoints.answer_of(endpoint).shape,
                    None => answered.shape,
                })
            }
        }
    }

    /// Returns the kind of the field with how often it is there, and its documentation.
    fn known(&self, writing: &Writing<'_>) -> (Option<String>, Option<String>) {
        let Some(shape) = self.shape(writing) else { return (None, None) };
        let own = at_steps(&shape, &self.steps);
        let of_object = self.steps.split_last().and_then(|(last, above)| {
            let owner = at_steps(&shape, above)?;
            let object = owner.object.as_ref()?;
            let field = object.fields.get(last.name()?)?;
            Some(field_words(field, object.sample_kind))
        });
        let docs = own.as_ref().and_then(|own| own.note.as_ref()).map(|note| note.to_string());
        (of_object.or_else(|| own.as_deref().map(kind_of)), docs)
    }
}

/// Returns the recording that a path of a file is in, and the steps below the body of its response.
fn response_of<'a, 'p>(
    all: &[&'a Recording],
    file: &str,
    path: &'p DataPath,
) -> Option<(&'a Recording, &'p [Step])> {
    let is_body = |one: &&&Recording| *one.origin().path != *file;
    if let Some(recording) = all.iter().find(is_body) {
        return Some((recording, path));
    }
    let (index, rest) = match &***path {
        [Step::Key(name), Step::Index(index), rest @ ..] if **name == *"mappings" => {
            (Some(*index), rest)
        }
        rest => (None, rest),
    };
    let recording = all.iter().find(|one| one.origin().index == index)?;
    let (front, steps) = rest.split_at_checked(BODY.len())?;
    let is_front = front.iter().zip(BODY).all(|(step, name)| step.name() == Some(name));
    (is_front && !steps.is_empty()).then_some((recording, steps))
}

/// Returns the shape at some steps below another; `None` if nothing is known of it.
fn at_steps(shape: &Arc<Shape>, steps: &[Step]) -> Option<Arc<Shape>> {
    steps.iter().try_fold(Arc::clone(shape), |shape, step| match step {
        Step::Key(name) => Some(Arc::clone(&shape.object.as_ref()?.fields.get(name)?.shape)),
        Step::Index(_) => Some(Arc::clone(&shape.list.as_ref()?.item)),
    })
}
