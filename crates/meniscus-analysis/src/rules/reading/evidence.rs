//! Evidence that a value may be missing, and its wording: how often something was seen, and where.

use crate::analyze::{
    Definition, DefinitionKind, Model, OriginRoot, OutputUse, Read, ReadRoot, Usage,
};
use crate::dialect::BRAZE;
use crate::semantics::Semantics as _;
use crate::shape::{Kinds, Missing, Object, SampleKind};

/// Yields an object's field names, except `__http_status_code__`.
pub(in crate::rules) fn known_names(object: &Object) -> impl Iterator<Item = &str> {
    object.fields.keys().map(|name| &**name).filter(|name| !name.starts_with("__"))
}

/// Describes where a field is missing: "found in 0 of 3 recordings", "not documented".
pub(in crate::rules) fn samples_of(object: &Object) -> String {
    let kind = object.sample_kind.unwrap_or(SampleKind::Schema);
    match object.samples {
        _ if kind == SampleKind::Catalog => "not a field of the catalog".to_owned(),
        0 => "not in the endpoint's documentation".to_owned(),
        count => format!("found in 0 of {count} {}", kind.word(count as usize)),
    }
}

/// Describes how a value may be missing: "null in 1 of 7", "missing in 2 of 5".
pub(in crate::rules) fn missing_words(missing: &Missing) -> String {
    let Missing::Field { name, seen } = missing else { return "the list may be empty".to_owned() };
    let absent = seen.of.saturating_sub(seen.present);
    let place = seen.null_at.as_ref().or(seen.absent_at.as_ref());
    let kind = place.map_or(SampleKind::Recording, |place| place.sample.kind);
    let of = format!("of {} objects in {}", seen.of, kind.word(2));
    match (seen.null, absent) {
        (0, 0) => "its documentation allows `null`".to_owned(),
        (null, 0) => format!("`{name}` is `null` in {null} {of}"),
        (0, absent) => format!("`{name}` is missing in {absent} {of}"),
        (null, absent) => format!("`{name}` is `null` in {null} and missing in {absent} {of}"),
    }
}

/// Returns what set a printed variable that may be missing: the tag, and what it reads.
pub(in crate::rules) fn set_from<'m, 'a>(
    model: &'m Model<'a>,
    printed: &Read<'a>,
) -> Option<(&'m Definition<'a>, &'m Read<'a>)> {
    let ReadRoot::Variable { definition: Some(definition), .. } = printed.root else { return None };
    let definition = model.definitions.get(definition)?;
    if definition.kind != DefinitionKind::Assign || printed.missing_step.is_some() {
        return None;
    }
    let read = model
        .reads
        .iter()
        .find(|read| read.usage == Usage::Assigned && definition.holds(read.at))?;
    Some((definition, read))
}

/// Whether an output prints into a variable that a condition tests.
pub(in crate::rules) fn is_asked_for(model: &Model<'_>, output: &OutputUse<'_>) -> bool {
    output.capture.is_some_and(|capture| {
        model.reads_of(capture).any(|read| read.usage == Usage::Tested || read.defaulted)
    })
}

/// Whether a value comes from outside and may be missing.
pub(in crate::rules) fn may_be_missing(read: &Read<'_>) -> bool {
    let from_outside = match read.root {
        ReadRoot::Attribute { .. } => true,
        ReadRoot::Variable { .. } => {
            read.call.is_some() && read.loops == 0 && !read.path.segments.is_empty()
        }
        ReadRoot::Computed => false,
    };
    let kinds = read.shape.kinds;
    let is_known = !kinds.is_any() && !kinds.has(Kinds::NIL) && read.shape.missing.is_none();
    from_outside && !is_known && !read.guarded && !read.defaulted && !read.reach.asked
}

/// Whether a condition anywhere tests the value.
pub(in crate::rules) fn is_tested_anywhere(model: &Model<'_>, read: &Read<'_>) -> bool {
    let origin = read.origin.as_ref().filter(|one| !matches!(one.root, OriginRoot::Variable(_)));
    origin.is_some_and(|origin| {
        let uses = model.uses(&origin.root, &origin.steps);
        uses.tested || uses.defaulted
    })
}

/// Whether it is an attribute of the customer, and not of the trigger, which may always send it.
pub(in crate::rules) fn is_customers(read: &Read<'_>) -> bool {
    let ReadRoot::Attribute { family: Some(family), .. } = read.root else { return false };
    matches!(BRAZE.family_name(family), "" | "custom_attribute")
}
