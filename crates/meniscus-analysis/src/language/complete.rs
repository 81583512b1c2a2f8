use std::ops::Range;

use serde_json::Value as Json;

use super::Writing;
use super::allowing;
use super::closing::open_blocks;
use super::cursor::{Context, Cursor};
use super::data_file;
use super::describe::{field_words, kind_of, own_sample, sample, support, usage};
use super::probe::{ProbedRead, probe};
use super::toml_file::complete_toml;
use crate::dialect::families::FAMILIES;
use crate::dialect::filters::FILTERS;
use crate::dialect::tags::{CONNECTED_CONTENT_OPTIONS, TAGS};
use crate::render::Support;
use crate::shape::{Kinds, Object, Shape};
use crate::syntax::FamilyId;

#[derive(Clone, Debug)]
pub struct Completion {
    /// The bytes that an item replaces.
    pub replaces: Range<usize>,
    /// The items, most likely first.
    pub items: Vec<Item>,
}

#[derive(Clone, Debug, Default)]
pub struct Item {
    /// The text to insert.
    pub label: String,
    pub kind: ItemKind,
    /// A short description: `integer, in 5 of 5 recordings`.
    pub detail: String,
    /// An observed value; that of the chosen recipient if there is one.
    pub sample: Option<String>,
    pub docs: Option<String>,
    /// Whether the chosen recipient has it.
    pub own: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ItemKind {
    #[default]
    Field,
    Variable,
    Attribute,
    Family,
    Tag,
    Filter,
    Block,
    /// A word such as `and`, or an option of a call.
    Keyword,
}

impl ItemKind {
    /// Returns the word for programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            ItemKind::Field => "field",
            ItemKind::Variable => "variable",
            ItemKind::Attribute => "attribute",
            ItemKind::Family => "family",
            ItemKind::Tag => "tag",
            ItemKind::Filter => "filter",
            ItemKind::Block => "block",
            ItemKind::Keyword => "keyword",
        }
    }
}

const CONDITION_WORDS: [&str; 8] =
    ["and", "or", "contains", "blank", "empty", "nil", "true", "false"];

/// Most variable names that are probed.
const MAX_NAMES: usize = 200;

/// Returns what may be written at an offset; `None` if nothing is known to fit, as in plain text.
/// The file is a template, `message.toml`, or a scenario in TOML.
#[must_use]
pub fn complete(writing: &Writing<'_>, offset: usize) -> Option<Completion> {
    let mut found = match () {
        () if writing.path.ends_with(".toml") => complete_toml(writing, offset),
        () if data_file::is_known_data(writing) => data_file::complete(writing, offset),
        () => allowing::complete(writing, offset).or_else(|| complete_markup(writing, offset)),
    }?;
    for item in &mut found.items {
        item.sample.take_if(|sample| writing.known.holds_secret(sample));
    }
    Some(found)
}

fn complete_markup(writing: &Writing<'_>, offset: usize) -> Option<Completion> {
    let cursor = Cursor::at(writing.text, offset, writing.known.config.settings().parse)?;
    let items = match &cursor.context {
        Context::Tag => {
            let mut items = ends(writing, cursor.markup);
            items.extend(tags());
            items
        }
        Context::OptionValue { option } => option_values(writing, option),
        Context::Family { owner } => {
            let braces = Item {
                label: "${".to_owned(),
                kind: ItemKind::Family,
                docs: Some("A name between braces: `${first_name}`.".to_owned()),
                ..Item::default()
            };
            let is_variable = is_set(writing.text, writing.text.get(owner.clone())?);
            let fields = is_variable.then(|| members(writing, cursor.markup, owner));
            fields.flatten().into_iter().flatten().chain([braces]).collect()
        }
        Context::Filter => filters(),
        Context::Option => options(),
        Context::Attribute { family } => attributes(writing, family),
        Context::Field { owner } => members(writing, cursor.markup, owner)?,
        Context::Root { in_tag } => roots(writing, cursor.markup, *in_tag),
    };
    Some(Completion { replaces: cursor.word, items })
}

/// Whether a template sets a variable, or a call saves one.
fn is_set(text: &str, name: &str) -> bool {
    let mut words = text.split(|c: char| c.is_whitespace() || c == '=').filter(|w| !w.is_empty());
    let mut before = "";
    words.any(|word| {
        let is_set = word == name && matches!(before, "assign" | "capture" | "for" | ":save");
        before = word;
        is_set
    })
}

/// Returns the fields of a value.
fn members(writing: &Writing<'_>, markup: usize, owner: &Range<usize>) -> Option<Vec<Item>> {
    let path = writing.text.get(owner.clone())?;
    let owners = probe(writing, markup, &[path]).found.into_iter().flatten();
    let items = owners.flat_map(|read| first_own(fields(&read.shape), own(writing, &read)));
    Some(items.collect())
}

/// Returns the value that the chosen recipient has there.
fn own(writing: &Writing<'_>, read: &ProbedRead) -> Option<Json> {
    writing.recipient?.value(read.origin.as_ref()?)
}

/// Puts what the chosen recipient has first, with the recipient's values.
fn first_own(mut items: Vec<Item>, owner: Option<Json>) -> Vec<Item> {
    let Some(Json::Object(owner)) = owner else { return items };
    for item in &mut items {
        let Some(value) = owner.get(&item.label) else { continue };
        item.own = true;
        item.sample = own_sample(&item.label, value);
    }
    items.sort_by_key(|item| !item.own);
    items
}

fn tags() -> Vec<Item> {
    let tags = TAGS.iter().filter(|tag| !tag.syntax.name.starts_with('#'));
    let items = tags.map(|tag| Item {
        label: tag.syntax.name.to_owned(),
        kind: ItemKind::Tag,
        docs: Some(tag.summary.to_owned()),
        ..Item::default()
    });
    items.collect()
}

/// Returns what may go on or end the block around a tag that is being written.
fn ends(writing: &Writing<'_>, markup: usize) -> Vec<Item> {
    let names = open_blocks(writing.text, markup, writing.known.config.settings().parse);
    let Some(name) = names.last() else { return Vec::new() };
    let between: &[&str] = match name.as_str() {
        "if" => &["elsif", "else"],
        "unless" | "for" => &["else"],
        "case" => &["when", "else"],
        _ => &[],
    };
    let end = format!("end{name}");
    let all = [end.as_str()].into_iter().chain(between.iter().copied());
    let items = all.map(|label| Item {
        label: label.to_owned(),
        kind: ItemKind::Tag,
        detail: format!("of `{name}`"),
        own: true,
        ..Item::default()
    });
    items.collect()
}

/// Returns the values of an option of a call.
fn option_values(writing: &Writing<'_>, option: &str) -> Vec<Item> {
    let names: Vec<&str> = match option {
        "method" => vec!["get", "post"],
        "content_type" | "accept" => vec!["application/json"],
        "basic_auth" | "auth_credentials" => {
            writing.known.config.live.credentials.keys().map(String::as_str).collect()
        }
        _ => Vec::new(),
    };
    let items = names.into_iter().map(|name| Item {
        label: name.to_owned(),
        kind: ItemKind::Keyword,
        ..Item::default()
    });
    items.collect()
}

fn filters() -> Vec<Item> {
    let supported =
        |filter: &&&crate::render::Filter| !matches!(filter.support, Support::Unsupported(_));
    let items = FILTERS.iter().filter(supported).map(|filter| Item {
        label: filter.name.to_owned(),
        kind: ItemKind::Filter,
        detail: support(filter).unwrap_or_else(|| usage(filter)),
        docs: Some(filter.summary.to_owned()),
        ..Item::default()
    });
    items.collect()
}

fn options() -> Vec<Item> {
    let items = CONNECTED_CONTENT_OPTIONS.iter().map(|option| Item {
        label: option.name.to_owned(),
        kind: ItemKind::Keyword,
        detail: option.value.to_owned(),
        docs: Some(option.summary.to_owned()),
        ..Item::default()
    });
    items.collect()
}

/// Completes the name between `${` and `}`.
fn attributes(writing: &Writing<'_>, name: &str) -> Vec<Item> {
    let Some(place) = FAMILIES.iter().position(|family| family.name == name) else {
        return Vec::new();
    };
    let family = FAMILIES[place];
    if family.is_blocks() {
        let blocks = writing.known.blocks.keys().map(|name| Item {
            label: name.clone(),
            kind: ItemKind::Block,
            ..Item::default()
        });
        return blocks.collect();
    }
    let families = writing.known.families(writing.message);
    let Some(object) = families.get(place).and_then(|shape| shape.object.as_ref()) else {
        return Vec::new();
    };
    let mut items = object_fields(object, ItemKind::Attribute, |_| true);
    // Attributes in scenarios come before those that are only documented.
    items.sort_by_key(|item| item.sample.is_none());
    let family = u16::try_from(place).ok().map(FamilyId);
    first_own(items, family.and_then(|family| writing.recipient?.family(family)))
}

fn fields(shape: &Shape) -> Vec<Item> {
    let mut items = match &shape.object {
        Some(object) => object_fields(object, ItemKind::Field, is_name),
        None => Vec::new(),
    };
    let mut word = |label: &str, detail: &str, docs: &str| {
        items.push(Item {
            label: label.to_owned(),
            kind: ItemKind::Keyword,
            detail: detail.to_owned(),
            docs: Some(docs.to_owned()),
            ..Item::default()
        });
    };
    if shape.kinds.is_any() {
        return items;
    }
    if shape.kinds.meets(Kinds::LIST) {
        let item = shape.list.as_ref().map_or_else(String::new, |list| kind_of(&list.item));
        word("first", &item, "the first item");
        word("last", &item, "the last item");
        word("size", "integer", "the number of items");
    } else if shape.kinds.meets(Kinds::TEXT) {
        word("size", "integer", "the number of characters");
    }
    items
}

pub(super) fn object_fields(
    object: &Object,
    kind: ItemKind,
    fits: impl Fn(&str) -> bool,
) -> Vec<Item> {
    let fields = object.fields.iter().filter(|(name, _)| fits(name));
    let items = fields.map(|(name, field)| Item {
        label: name.to_string(),
        kind,
        detail: field_words(field, object.sample_kind),
        sample: sample(name, &field.shape),
        docs: field.shape.note.as_ref().map(|note| note.to_string()),
        own: false,
    });
    items.collect()
}

/// Whether a field can be read with a dot.
fn is_name(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Completes the start of an expression: variables, families, words.
fn roots(writing: &Writing<'_>, markup: usize, in_tag: bool) -> Vec<Item> {
    let mut names = probe(writing, markup, &[]).names;
    for name in writing.known.variables.keys() {
        if !names.iter().any(|known| **known == **name) {
            names.push(name.to_string());
        }
    }
    names.retain(|name| is_name(name));
    names.truncate(MAX_NAMES);
    let asked = names.iter().map(String::as_str).collect::<Vec<_>>();
    let found = probe(writing, markup, &asked).found;
    let variables = names.iter().zip(found).filter_map(|(name, found)| {
        let read = found.filter(|read| read.is_set)?;
        let own = own(writing, &read);
        let value = own.as_ref().and_then(|value| own_sample(name, value));
        Some(Item {
            label: name.clone(),
            kind: ItemKind::Variable,
            detail: kind_of(&read.shape),
            sample: value.or_else(|| sample(name, &read.shape)).filter(|_| !read.is_secret),
            docs: None,
            own: own.is_some(),
        })
    });
    let mut items = variables.collect::<Vec<_>>();
    let families = FAMILIES.iter().map(|family| Item {
        label: match family.name {
            "" => "${".to_owned(),
            name => format!("{name}.${{"),
        },
        kind: ItemKind::Family,
        docs: Some(family.summary.to_owned()),
        ..Item::default()
    });
    items.extend(families);
    if in_tag {
        items.extend(CONDITION_WORDS.iter().map(|word| Item {
            label: (*word).to_owned(),
            kind: ItemKind::Keyword,
            ..Item::default()
        }));
    }
    items
}
