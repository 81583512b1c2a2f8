//! The words for evidence: how often something was seen, and where.

use crate::analyze::{Definition, DefinitionKind, Model, OutputUse, Read, ReadRoot, Usage};
use crate::shape::{Missing, Object, SampleKind, Seen};

/// The names of an object's fields, `__http_status_code__` left out.
pub(super) fn known_names(object: &Object) -> impl Iterator<Item = &str> {
    object.fields.keys().map(|name| &**name).filter(|name| !name.starts_with("__"))
}

/// Where a field was looked for in vain: "in 0 of 3 recordings", "not documented".
pub(super) fn samples_of(object: &Object) -> String {
    let kind = object.sample_kind.unwrap_or(SampleKind::Schema);
    match object.samples {
        0 => "it is in no documentation of the endpoint".to_owned(),
        count => format!("it is in 0 of {count} {}", kind.word(count as usize)),
    }
}

/// How a value may be missing: "null in 1 of 7", "absent in 2 of 5".
pub(super) fn missing_words(missing: &Missing) -> String {
    match missing {
        Missing::Item { .. } => "the list may be empty".to_owned(),
        Missing::Field { name, seen } => {
            let absent = seen.of.saturating_sub(seen.present);
            match (seen.null, absent) {
                (0, 0) => format!("`{name}` is documented as possibly `null`"),
                (null, 0) => format!("`{name}` is `null` in {}", counted(null, seen)),
                (0, absent) => format!("`{name}` is absent in {}", counted(absent, seen)),
                (null, absent) => format!(
                    "`{name}` is `null` in {null} and absent in {absent} of {} objects",
                    seen.of
                ),
            }
        }
    }
}

fn counted(count: u32, seen: &Seen) -> String {
    format!("{count} of the {} objects that were recorded", seen.of)
}

/// What set a variable that may be missing when it is printed: the tag, and what is read there.
pub(super) fn set_from<'m, 'a>(
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

/// Whether an output stands in a `capture` whose text is tested, or has a `default`, before it is
/// printed: that asks for what it holds.
pub(super) fn is_tested_capture(model: &Model<'_>, output: &OutputUse<'_>) -> bool {
    let Some(capture) = output.capture else { return false };
    model.reads.iter().any(|read| {
        let asks = read.usage == Usage::Tested || read.defaulted;
        asks && matches!(read.root, ReadRoot::Variable { name, .. } if name == capture)
    })
}
