use serde_json::{Map, Value as Json, json};

use crate::http::secret::is_secret_field;
use crate::shape::{Field, Kinds, Openness, Scalar, Shape, Values};
use crate::value::to_json;

/// Converts a shape to JSON Schema (2020-12). Observations are in `examples` and `x-seen`;
/// `x-openness` says whether other fields are likely.
#[must_use]
pub fn to_schema(shape: &Shape) -> Json {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.extend(members("", shape, false));
    Json::Object(schema)
}

/// Converts a shape to JSON Schema for use inside another one.
#[must_use]
pub fn schema_members(shape: &Shape) -> Json {
    Json::Object(members("", shape, false))
}

fn members(name: &str, shape: &Shape, nullable: bool) -> Map<String, Json> {
    let mut schema = Map::new();
    if let Some(note) = &shape.note {
        schema.insert("description".to_owned(), json!(**note));
    }
    let kinds = if nullable { shape.kinds | Kinds::NIL } else { shape.kinds };
    if !kinds.is_any() && kinds != Kinds::NONE {
        schema.insert("type".to_owned(), types(kinds));
    }
    if let Some(scalar) = shape.scalar.as_deref().filter(|_| !is_secret_field(name)) {
        schema.extend(values(scalar, kinds));
    }
    if let Some(list) = &shape.list {
        schema.insert("items".to_owned(), Json::Object(members(name, &list.item, false)));
        if list.may_be_empty {
            schema.insert("x-may-be-empty".to_owned(), json!(true));
        }
    }
    let Some(object) = &shape.object else { return schema };
    let fields = object.fields.iter().map(|(name, known)| (name.to_string(), field(name, known)));
    schema.insert("properties".to_owned(), fields.collect());
    let always = object.fields.iter().filter(|(_, field)| {
        let seen = &field.seen;
        seen.of > 0 && seen.present == seen.of
    });
    let always = always.map(|(name, _)| json!(**name)).collect::<Vec<_>>();
    if !always.is_empty() {
        schema.insert("required".to_owned(), Json::Array(always));
    }
    match object.openness {
        Openness::Closed => schema.insert("additionalProperties".to_owned(), json!(false)),
        Openness::Observed => schema.insert("x-openness".to_owned(), json!("closed-observed")),
        Openness::Open => schema.insert("x-openness".to_owned(), json!("open")),
        Openness::Free => schema.insert("x-client-defined".to_owned(), json!(true)),
    };
    schema
}

fn field(name: &str, field: &Field) -> Json {
    let seen = &field.seen;
    let mut schema = members(name, &field.shape, seen.null > 0 || seen.nullable);
    if seen.of > 0 {
        let count = json!({"of": seen.of, "present": seen.present, "null": seen.null});
        schema.insert("x-seen".to_owned(), count);
    }
    Json::Object(schema)
}

fn types(kinds: Kinds) -> Json {
    match &type_names(kinds)[..] {
        [one] => json!(one),
        names => json!(names),
    }
}

/// Returns the type names in JSON Schema.
pub(super) fn type_names(kinds: Kinds) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (kind, name) in [
        (Kinds::OBJECT, "object"),
        (Kinds::LIST, "array"),
        (Kinds::TEXT, "string"),
        (Kinds::BOOL, "boolean"),
        (Kinds::NIL, "null"),
    ] {
        if kinds.has(kind) {
            names.push(name);
        }
    }
    if kinds.meets(Kinds::NUMBER) {
        names.push(if kinds.has(Kinds::FLOAT) { "number" } else { "integer" });
    }
    names
}

fn values(scalar: &Scalar, kinds: Kinds) -> Map<String, Json> {
    let mut all = scalar.values.iter().map(|value| to_json(value.view())).collect::<Vec<_>>();
    let key = match scalar.known {
        // An enumeration must cover all possible kinds.
        Values::Exact | Values::Documented if kinds.without(Kinds::NIL).within(Kinds::SCALAR) => {
            if kinds.has(Kinds::NIL) {
                all.push(Json::Null);
            }
            "enum"
        }
        _ => "examples",
    };
    Map::from_iter([(key.to_owned(), Json::Array(all))])
}
