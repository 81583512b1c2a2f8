use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::evidence::{Sample, SamplePlace};
use super::join::join;
use super::kinds::Kinds;
use super::model::{Field, List, Object, Openness, Scalar, Seen, Shape, Values, Variants};
use crate::text::{DataPath, Step};
use crate::value::{Value, from_json};

/// Depth to which references are followed; below, anything is possible.
const MAX_DEPTH: usize = 32;
/// Most schemas read in a document, including references: a limit for schemas that expand.
const MAX_SCHEMAS: usize = 20_000;

/// Why a schema can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A `$ref` that doesn't resolve.
    #[error("the `$ref` `{0}` doesn't lead to a schema")]
    Reference(String),
    /// A schema that is neither an object nor a boolean.
    #[error("a schema must be an object or a boolean, not {0}")]
    NoSchema(String),
}

/// Returns the shape that a JSON Schema (2020-12) describes.
///
/// Supports `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `items`,
/// `allOf`, `anyOf`, `oneOf`, `if`/`then` on a field's value, `$ref`, `$defs`, OpenAPI's
/// `nullable`, and the extensions `x-openness`, `x-client-defined`, and `x-may-be-empty`. Limits on
/// values (`pattern`, `minimum`) don't affect shapes.
///
/// `documents` returns other files named by `$ref`.
///
/// # Errors
/// If a reference doesn't resolve, or something isn't a schema.
pub fn read_schema(
    sample: &Arc<Sample>,
    document: &Json,
    documents: &dyn Fn(&str) -> Option<Json>,
) -> Result<Arc<Shape>, SchemaError> {
    let mut reader = Reader { sample, documents, loaded: HashMap::new(), left: MAX_SCHEMAS };
    reader.shape(document, &Document { root: document, name: "" }, &mut DataPath::new(), 0)
}

struct Reader<'a> {
    sample: &'a Arc<Sample>,
    documents: &'a dyn Fn(&str) -> Option<Json>,
    loaded: HashMap<String, Option<Arc<Json>>>,
    left: usize,
}

/// The file that contains a schema.
#[derive(Clone, Copy)]
struct Document<'j> {
    root: &'j Json,
    name: &'j str,
}

impl Reader<'_> {
    fn shape(
        &mut self,
        schema: &Json,
        document: &Document<'_>,
        trail: &mut DataPath,
        depth: usize,
    ) -> Result<Arc<Shape>, SchemaError> {
        let members = match schema {
            Json::Bool(_) => return Ok(Arc::new(Shape::any())),
            Json::Object(members) => members,
            other => return Err(SchemaError::NoSchema(word(other).to_owned())),
        };
        self.left = self.left.saturating_sub(1);
        if depth > MAX_DEPTH || self.left == 0 {
            return Ok(Arc::new(Shape::any()));
        }
        let mut shape = self.own(members, document, trail, depth)?;
        if let Some(Json::String(reference)) = members.get("$ref") {
            let target = self.referred(reference, document, trail, depth)?;
            shape = Some(match shape {
                Some(own) => Arc::new(both(&target, &own)),
                None => target,
            });
        }
        if let Some(Json::Array(all)) = members.get("allOf") {
            for part in all {
                if part.get("if").is_some() {
                    continue;
                }
                let part = self.shape(part, document, trail, depth + 1)?;
                shape = Some(match shape {
                    Some(known) => Arc::new(both(&known, &part)),
                    None => part,
                });
            }
        }
        for key in ["anyOf", "oneOf"] {
            let Some(Json::Array(options)) = members.get(key) else { continue };
            let mut joined: Option<Arc<Shape>> = None;
            for option in options {
                let option = self.shape(option, document, trail, depth + 1)?;
                joined = Some(joined.map_or(Arc::clone(&option), |known| join(&known, &option)));
            }
            if let Some(joined) = joined {
                shape = Some(match shape {
                    Some(known) => Arc::new(both(&known, &joined)),
                    None => joined,
                });
            }
        }
        let mut shape = shape.unwrap_or_else(|| Arc::new(Shape::any()));
        let variants = self.variants(members, &shape, document, trail, depth)?;
        let shape_mut = Arc::make_mut(&mut shape);
        if let (Some(variants), Some(object)) = (variants, &mut shape_mut.object) {
            Arc::make_mut(object).variants = Some(Arc::new(variants));
        }
        if let Some(Json::String(note)) = members.get("description") {
            shape_mut.note = Some(Arc::from(note.as_str()));
        }
        if shape_mut.place.is_none() {
            shape_mut.place = Some(Arc::new(self.place(trail)));
        }
        Ok(shape)
    }

    fn place(&self, trail: &[Step]) -> SamplePlace {
        SamplePlace { sample: Arc::clone(self.sample), trail: trail.into() }
    }

    /// Reads a schema without its references.
    fn own(
        &mut self,
        members: &Map<String, Json>,
        document: &Document<'_>,
        trail: &mut DataPath,
        depth: usize,
    ) -> Result<Option<Arc<Shape>>, SchemaError> {
        let mut kinds = match members.get("type") {
            Some(Json::String(name)) => kind(name),
            Some(Json::Array(names)) => {
                names.iter().filter_map(Json::as_str).map(kind).fold(Kinds::NONE, |a, b| a | b)
            }
            _ => Kinds::NONE,
        };
        if members.get("nullable") == Some(&Json::Bool(true)) {
            kinds = kinds | Kinds::NIL;
        }
        let values = match (members.get("enum"), members.get("const")) {
            (Some(Json::Array(values)), _) => values.iter().cloned().map(from_json).collect(),
            (_, Some(value)) => vec![from_json(value.clone())],
            _ => Vec::new(),
        };
        if kinds == Kinds::NONE {
            kinds = values.iter().map(|value| Kinds::of(value.view())).fold(kinds, |a, b| a | b);
        }
        if members.contains_key("properties") && kinds == Kinds::NONE {
            kinds = Kinds::OBJECT;
        }
        if members.contains_key("items") && kinds == Kinds::NONE {
            kinds = Kinds::LIST;
        }
        if kinds == Kinds::NONE {
            return Ok(None);
        }
        let mut shape = Shape::of_kinds(kinds);
        let texts =
            values.into_iter().filter(|value| !value.view().is_nil()).collect::<Vec<Value>>();
        if !texts.is_empty() {
            shape.scalar = Some(Arc::new(Scalar { values: texts, known: Values::Documented }));
        }
        if kinds.has(Kinds::OBJECT) {
            shape.object = self.object(members, document, trail, depth)?.map(Arc::new);
        }
        if kinds.has(Kinds::LIST) {
            shape.list = self.list(members, document, trail, depth)?.map(Arc::new);
        }
        Ok(Some(Arc::new(shape)))
    }

    fn object(
        &mut self,
        members: &Map<String, Json>,
        document: &Document<'_>,
        trail: &mut DataPath,
        depth: usize,
    ) -> Result<Option<Object>, SchemaError> {
        let own_names = members.get("x-client-defined") == Some(&Json::Bool(true));
        // A schema for all other members describes a map with arbitrary keys.
        let is_table = matches!(members.get("additionalProperties"), Some(Json::Object(_)));
        let no_properties = Map::new();
        let properties = match members.get("properties") {
            Some(Json::Object(properties)) => properties,
            _ if own_names || is_table => &no_properties,
            _ => return Ok(None),
        };
        let mut fields = IndexMap::with_capacity(properties.len());
        for (name, schema) in properties {
            trail.push(Step::Key(Arc::from(name.as_str())));
            let shape = self.shape(schema, document, trail, depth + 1);
            trail.pop();
            let shape = shape?;
            // A possible `null` is worth a warning only if one was seen.
            let doubtful = ["x-confidence", "x-null-confidence"].iter().any(|mark| {
                let mark = schema.get(*mark).and_then(Json::as_str);
                matches!(mark, Some("inferred" | "unknown" | "analytics-doc"))
            });
            let sure = !doubtful;
            let nullable = shape.kinds.has(Kinds::NIL) && !shape.is_any() && sure;
            let shape = if nullable { Arc::new(shape.without_nil()) } else { shape };
            let seen = Seen { documented: true, nullable, ..Seen::default() };
            fields.insert(Arc::from(name.as_str()), Field { shape, seen });
        }
        let openness = match members.get("x-openness").and_then(Json::as_str) {
            _ if own_names || is_table => Openness::Free,
            Some("open") => Openness::Open,
            Some("free") => Openness::Free,
            Some("closed-observed") => Openness::Observed,
            _ if members.get("additionalProperties") == Some(&Json::Bool(false)) => {
                Openness::Closed
            }
            _ => Openness::Open,
        };
        let object = Object { fields, openness, samples: 0, sample_kind: None, variants: None };
        Ok(Some(object))
    }

    fn list(
        &mut self,
        members: &Map<String, Json>,
        document: &Document<'_>,
        trail: &mut DataPath,
        depth: usize,
    ) -> Result<Option<List>, SchemaError> {
        let Some(items) = members.get("items") else { return Ok(None) };
        trail.push(Step::Index(0));
        let item = self.shape(items, document, trail, depth + 1);
        trail.pop();
        let may_be_empty = members.get("x-may-be-empty") == Some(&Json::Bool(true));
        Ok(Some(List { item: item?, longest: None, may_be_empty, empty_at: None }))
    }

    /// Reads the object for each value of the field that `if` tests.
    fn variants(
        &mut self,
        members: &Map<String, Json>,
        shape: &Arc<Shape>,
        document: &Document<'_>,
        trail: &mut DataPath,
        depth: usize,
    ) -> Result<Option<Variants>, SchemaError> {
        let own = std::iter::once(members);
        let listed = members.get("allOf").and_then(Json::as_array).into_iter().flatten();
        for part in own.chain(listed.filter_map(Json::as_object)) {
            let (Some(condition), Some(then)) = (part.get("if"), part.get("then")) else {
                continue;
            };
            let Some(Json::Object(asked)) = condition.get("properties") else { continue };
            let Some((field, wanted)) = asked.iter().next().filter(|_| asked.len() == 1) else {
                continue;
            };
            let wanted = match (wanted.get("enum"), wanted.get("const")) {
                (Some(Json::Array(values)), _) => values.iter().cloned().map(from_json).collect(),
                (_, Some(value)) => vec![from_json(value.clone())],
                _ => continue,
            };
            let all = shape.field(field).and_then(|field| field.shape.scalar.clone());
            let then = self.shape(then, document, trail, depth + 1)?;
            let then = Arc::new(both(shape, &then));
            let rest = all.iter().flat_map(|all| &all.values).filter(|value| {
                !wanted.iter().any(|one| crate::value::equal(one.view(), value.view()))
            });
            let rest = rest.map(|value| (value.clone(), Arc::clone(shape))).collect::<Vec<_>>();
            let cases = wanted.into_iter().map(|value| (value, Arc::clone(&then))).chain(rest);
            return Ok(Some(Variants { field: Arc::from(field.as_str()), cases: cases.collect() }));
        }
        Ok(None)
    }

    fn referred(
        &mut self,
        reference: &str,
        document: &Document<'_>,
        trail: &mut DataPath,
        depth: usize,
    ) -> Result<Arc<Shape>, SchemaError> {
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let lost = || SchemaError::Reference(reference.to_owned());
        if file.is_empty() || file == document.name {
            let schema = document.root.pointer(pointer).ok_or_else(lost)?;
            return self.shape(schema, document, trail, depth + 1);
        }
        let documents = self.documents;
        let loaded = self.loaded.entry(file.to_owned());
        let root = loaded.or_insert_with(|| documents(file).map(Arc::new)).clone();
        let root = root.ok_or_else(lost)?;
        let other = Document { root: &root, name: file };
        let schema = root.pointer(pointer).ok_or_else(lost)?;
        self.shape(schema, &other, trail, depth + 1)
    }
}

/// Intersects two shapes; the second refines the first.
fn both(a: &Arc<Shape>, b: &Arc<Shape>) -> Shape {
    if a.is_any() {
        return (**b).clone();
    }
    if b.is_any() {
        return (**a).clone();
    }
    let common = a.kinds & b.kinds;
    let kinds = if common == Kinds::NONE { a.kinds } else { common };
    let object = match (&a.object, &b.object) {
        (Some(x), Some(y)) => {
            let mut object = (**x).clone();
            for (name, field) in &y.fields {
                let shape = match x.fields.get(name) {
                    Some(known) => Arc::new(both(&known.shape, &field.shape)),
                    None => Arc::clone(&field.shape),
                };
                // If the first allows `null` and the second doesn't, the field is present.
                let nullable = field.seen.nullable;
                let seen = Seen { nullable, ..field.seen.clone() };
                object.fields.insert(Arc::clone(name), Field { shape, seen });
            }
            object.variants = None;
            Some(Arc::new(object))
        }
        (x, y) => x.clone().or_else(|| y.clone()),
    };
    Shape {
        kinds,
        scalar: b.scalar.clone().or_else(|| a.scalar.clone()),
        list: b.list.clone().or_else(|| a.list.clone()),
        object,
        missing: None,
        place: a.place.clone().or_else(|| b.place.clone()),
        note: a.note.clone().or_else(|| b.note.clone()),
    }
}

fn kind(name: &str) -> Kinds {
    match name {
        "null" => Kinds::NIL,
        "boolean" => Kinds::BOOL,
        "integer" => Kinds::INT,
        "number" => Kinds::NUMBER,
        "string" => Kinds::TEXT,
        "array" => Kinds::LIST,
        "object" => Kinds::OBJECT,
        _ => Kinds::NONE,
    }
}

fn word(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
