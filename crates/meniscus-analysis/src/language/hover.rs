use std::ops::Range;
use std::sync::Arc;

use super::Writing;
use super::cursor::{Context, Cursor, path_at};
use super::data_file;
use super::describe::{field_words, kind_of, own_sample, sample, support, usage};
use super::probe::{ProbedRead, probe};
use super::settings;
use crate::dialect::families::FAMILIES;
use crate::dialect::filters::FILTERS;
use crate::dialect::tags::{CONNECTED_CONTENT_OPTIONS, TAGS};
use crate::http::secret::is_secret_field;
use crate::shape::{Object, Shape, Values};
use crate::text::nearest;
use crate::value::to_json;

/// Most values of an enumeration that are listed.
const LISTED: usize = 12;

/// Most fields of an object that are listed.
const LISTED_FIELDS: usize = 12;

/// What is at a position.
#[derive(Clone, Debug)]
pub struct Hover {
    pub range: Range<usize>,
    /// Its name as written.
    pub title: String,
    /// What is known about it, line by line.
    pub lines: Vec<String>,
    /// An observed value.
    pub sample: Option<String>,
    pub docs: Option<String>,
}

/// Returns what is at an offset; `None` if nothing is known about it.
#[must_use]
pub fn hover(writing: &Writing<'_>, offset: usize) -> Option<Hover> {
    if let Some(found) = settings::hover(writing, offset) {
        return Some(found);
    }
    if data_file::is_known_data(writing) {
        return data_file::hover(writing, offset);
    }
    let text = writing.text;
    let cursor = Cursor::at(text, offset, writing.known.config.settings().parse)?;
    let word = text.get(cursor.word.clone())?;
    match cursor.context {
        Context::Tag => {
            let name = word.strip_prefix("end").unwrap_or(word);
            let tag = TAGS.iter().find(|tag| tag.syntax.name == name)?;
            Some(Hover {
                range: cursor.word.clone(),
                title: word.to_owned(),
                lines: Vec::new(),
                sample: None,
                docs: Some(tag.summary.to_owned()),
            })
        }
        Context::Filter => {
            let filter = FILTERS.iter().find(|filter| filter.name == word)?;
            Some(Hover {
                range: cursor.word.clone(),
                title: usage(filter),
                lines: support(filter).into_iter().collect(),
                sample: None,
                docs: Some(filter.summary.to_owned()),
            })
        }
        Context::Option => {
            let option = CONNECTED_CONTENT_OPTIONS.iter().find(|option| option.name == word)?;
            Some(Hover {
                range: cursor.word.clone(),
                title: format!(":{} {}", option.name, option.value).trim_end().to_owned(),
                lines: Vec::new(),
                sample: None,
                docs: Some(option.summary.to_owned()),
            })
        }
        Context::OptionValue { .. } => None,
        Context::Field { .. }
        | Context::Attribute { .. }
        | Context::Family { .. }
        | Context::Root { .. } => value(writing, &cursor, offset),
    }
}

fn value(writing: &Writing<'_>, cursor: &Cursor, offset: usize) -> Option<Hover> {
    let range = path_at(writing.text, offset)?;
    let path = &writing.text[range.clone()];
    let owner = match &cursor.context {
        Context::Field { owner } => writing.text.get(owner.clone()),
        _ => None,
    };
    let asked = owner.into_iter().chain([path]).collect::<Vec<_>>();
    let mut found = probe(writing, cursor.markup, &asked).found;
    let ProbedRead { shape, is_set, origin, is_secret } = found.pop()??;
    if !is_set {
        return None;
    }
    let name = path.trim_end_matches('}').rsplit(['.', '{']).next().unwrap_or(path);
    let is_secret = is_secret || is_secret_field(name);
    let may_be_shown = |value: &String| !is_secret && !writing.known.holds_secret(value);
    let owner = match &cursor.context {
        Context::Attribute { family } => family_of(writing, family),
        _ => found.pop().flatten().map(|owner| owner.shape),
    };
    let owner = owner.and_then(|owner| owner.object.clone());
    let field = owner.as_ref().and_then(|object| Some((object, object.fields.get(name)?)));
    let own = writing.recipient.zip(origin).and_then(|(known, origin)| known.value(&origin));
    let mut lines = match (field, &owner) {
        (Some((object, field)), _) => vec![field_words(field, object.sample_kind)],
        (None, Some(object)) if shape.is_any() && !object.fields.is_empty() => {
            unknown(name, object)
        }
        (None, _) => vec![kind_of(&shape)],
    };
    lines.extend(values(&shape).filter(may_be_shown));
    lines.extend(inside(&shape));
    Some(Hover {
        title: path.to_owned(),
        lines,
        sample: own
            .map_or_else(|| sample(name, &shape), |own| own_sample(name, &own))
            .filter(may_be_shown),
        docs: shape.note.as_ref().map(|note| note.to_string()),
        range,
    })
}

fn family_of(writing: &Writing<'_>, name: &str) -> Option<Arc<Shape>> {
    let place = FAMILIES.iter().position(|family| family.name == name && !family.is_blocks())?;
    writing.known.families(writing.message).get(place).cloned()
}

/// Says that a field isn't known, and which are.
fn unknown(name: &str, object: &Object) -> Vec<String> {
    let names = object.fields.keys().map(|name| &**name).filter(|name| !name.starts_with("__"));
    let names = names.collect::<Vec<_>>();
    let first = match (object.samples, object.sample_kind) {
        (0, _) | (_, None) => format!("`{name}` isn't documented"),
        (count, Some(kind)) => format!("`{name}` is in 0 of {count} {}", kind.word(count as usize)),
    };
    let near = nearest(name, names.iter().copied());
    let near = near.map(|near| format!("did you mean `{near}`?"));
    let shown = names.iter().take(LISTED_FIELDS).map(|name| format!("`{name}`"));
    let shown = shown.collect::<Vec<_>>().join(", ");
    let more = if names.len() > LISTED_FIELDS { ", …" } else { "" };
    let known = (!names.is_empty()).then(|| format!("known: {shown}{more}"));
    [Some(first), near, known].into_iter().flatten().collect()
}

/// Lists the possible values, if they are known.
fn values(shape: &Shape) -> Option<String> {
    let scalar = shape.scalar.as_ref().filter(|scalar| scalar.known != Values::Seen)?;
    let values = scalar.values.iter().take(LISTED).map(|value| to_json(value.view()).to_string());
    let mut text = values.collect::<Vec<_>>().join(", ");
    if scalar.values.len() > LISTED {
        text.push_str(", …");
    }
    Some(format!("one of {text}"))
}

/// Lists the fields of an object, or of a list's items.
fn inside(shape: &Shape) -> Option<String> {
    let (object, of) = match (&shape.object, &shape.list) {
        (Some(object), _) => (object, "fields"),
        (None, Some(list)) => (list.item.object.as_ref()?, "items with"),
        (None, None) => return None,
    };
    let names = object.fields.keys().take(LISTED_FIELDS).map(|name| &**name).collect::<Vec<_>>();
    let more = if object.fields.len() > LISTED_FIELDS { ", …" } else { "" };
    (!names.is_empty()).then(|| format!("{of} {}{more}", names.join(", ")))
}
