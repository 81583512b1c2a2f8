use serde_json::Value as Json;

use crate::http::secret::is_secret_field;
use crate::render::{Filter, Parameter, Support};
use crate::shape::{Field, Kinds, SampleKind, Shape};
use crate::value::{View, to_json};

/// Most characters shown of a value.
const SHOWN_CHARS: usize = 60;

/// Returns the kind of a value as authors call it.
pub(super) fn kind_of(shape: &Shape) -> String {
    let names = [
        (Kinds::TEXT, "string"),
        (Kinds::FLOAT, "number"),
        (Kinds::BOOL, "boolean"),
        (Kinds::LIST, "list"),
        (Kinds::OBJECT, "object"),
    ];
    if shape.kinds.is_any() {
        return "anything".to_owned();
    }
    let mut found = names
        .iter()
        .filter(|(kind, _)| shape.kinds.meets(*kind))
        .map(|(_, name)| *name)
        .collect::<Vec<_>>();
    if shape.kinds.meets(Kinds::INT) && !shape.kinds.meets(Kinds::FLOAT) {
        found.insert(0, "integer");
    }
    if found.is_empty() { "nothing".to_owned() } else { found.join(" or ") }
}

/// Returns the kind of a field and how often it was seen.
pub(super) fn field_words(field: &Field, samples: Option<SampleKind>) -> String {
    let kind = kind_of(&field.shape);
    let seen = &field.seen;
    let of = match samples {
        Some(kind) => format!(" {}", kind.word(field.seen.of as usize)),
        None => String::new(),
    };
    let mut words = vec![kind];
    match (seen.present, seen.of) {
        (0, _) if seen.documented => words.push("documented".to_owned()),
        (0, _) => {}
        (present, all) => words.push(format!("in {present} of {all}{of}")),
    }
    if seen.null > 0 {
        words.push(format!("null in {}", seen.null));
    }
    words.join(", ")
}

/// Returns an observed value as JSON; `None` for a secret.
pub(super) fn sample(name: &str, shape: &Shape) -> Option<String> {
    if is_secret_field(name) {
        return None;
    }
    let value = shape.scalar.as_ref()?.values.first()?;
    let view = value.view();
    let text = match view {
        View::Str(text) if text.chars().count() > SHOWN_CHARS => cut(text),
        view => to_json(view).to_string(),
    };
    Some(text)
}

/// Returns a value of the recipient as JSON; `None` for a secret, an object, and a list.
pub(super) fn own_sample(name: &str, value: &Json) -> Option<String> {
    match value {
        _ if is_secret_field(name) => None,
        Json::Object(_) | Json::Array(_) => None,
        Json::String(text) if text.chars().count() > SHOWN_CHARS => Some(cut(text)),
        value => Some(value.to_string()),
    }
}

fn cut(text: &str) -> String {
    let start = text.chars().take(SHOWN_CHARS).collect::<String>();
    format!("\"{start}…\"")
}

/// Returns how a filter is written: `truncate: length, ellipsis`.
#[must_use]
pub fn usage(filter: &Filter) -> String {
    let parameters = filter.parameters.iter().filter_map(|parameter| match parameter {
        Parameter::Required(name) => Some((*name).to_owned()),
        Parameter::Optional(name) => Some(format!("[{name}]")),
        Parameter::Ignored(_) => None,
        Parameter::Rest(name) => Some(format!("[{name}…]")),
        Parameter::Named(name) => Some(format!("[{name}: …]")),
    });
    match parameters.collect::<Vec<_>>().join(", ") {
        parameters if parameters.is_empty() => filter.name.to_owned(),
        parameters => format!("{}: {parameters}", filter.name),
    }
}

/// Returns what Braze's documentation says about a filter, if it matters.
pub(super) fn support(filter: &Filter) -> Option<String> {
    match filter.support {
        Support::Documented => None,
        Support::Unlisted => Some("Braze's documentation doesn't list this filter".to_owned()),
        Support::Unsupported(reason) => Some(reason.to_owned()),
    }
}
