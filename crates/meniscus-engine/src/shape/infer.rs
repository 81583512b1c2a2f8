use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::evidence::{Sample, SampleKind, SamplePlace};
use super::kinds::Kinds;
use super::model::{Field, List, Object, Openness, Scalar, Seen, Shape, Values, Variants};
use crate::text::{DataPath, Step};
use crate::value::{Value, from_json};

/// Values kept for a string, number, or boolean: enough to recognize an enumeration.
const MAX_VALUES: usize = 12;
/// The longest string kept as an example, in bytes.
const LONGEST_EXAMPLE: usize = 80;
/// Values past which a field isn't a discriminator.
const MAX_VARIANTS: usize = 8;
/// Distinct names past which an object is a map with arbitrary keys.
const MAX_FIELDS: usize = 1_000;
/// Discriminator fields: their value tells what else a response contains.
const DISCRIMINATORS: [&str; 2] = ["status", "success"];

/// Infers the joint shape of JSON values, added one by one.
///
/// Time and memory are linear in the input, in any order.
#[derive(Debug, Default)]
pub struct Inference {
    root: Builder,
    /// Shapes by the value of a discriminator.
    cases: Vec<(Value, Builder)>,
    discriminator: Option<&'static str>,
    kind: Option<SampleKind>,
}

#[derive(Debug, Default)]
struct Builder {
    kinds: Kinds,
    values: Vec<Value>,
    first: Option<SamplePlace>,
    objects: u32,
    /// Distinct samples with the object, and the last one.
    samples: u32,
    last_sample: Option<Arc<Sample>>,
    fields: IndexMap<Arc<str>, FieldBuilder>,
    item: Option<Box<Builder>>,
    lists: u32,
    longest: usize,
    empty_at: Option<SamplePlace>,
}

#[derive(Debug, Default)]
struct FieldBuilder {
    shape: Builder,
    present: u32,
    null: u32,
    null_at: Option<SamplePlace>,
    absent_at: Option<SamplePlace>,
}

/// The position of the walk: a list on the stack, converted to a [`SamplePlace`] only if it is kept.
#[derive(Clone, Copy)]
struct At<'a> {
    sample: &'a Arc<Sample>,
    parent: Option<&'a At<'a>>,
    step: Option<Step<&'a str>>,
}

impl At<'_> {
    fn place(&self) -> SamplePlace {
        let mut trail = DataPath::new();
        let mut at = Some(self);
        while let Some(here) = at {
            trail.extend(here.step.map(|step| step.to_owned()));
            at = here.parent;
        }
        trail.reverse();
        SamplePlace { sample: Arc::clone(self.sample), trail }
    }
}

impl Inference {
    pub fn add(&mut self, sample: &Arc<Sample>, value: &Json) {
        let at = At { sample, parent: None, step: None };
        self.kind = Some(sample.kind);
        self.root.add(value, &at);
        let Json::Object(members) = value else { return };
        let discriminator = self.discriminator.or_else(|| {
            DISCRIMINATORS.into_iter().find(|name| {
                members.get(*name).is_some_and(|value| value.is_string() || value.is_boolean())
            })
        });
        let Some(name) = discriminator else { return };
        self.discriminator = Some(name);
        let told = members.get(name).cloned().map(from_json).unwrap_or_default();
        let known =
            self.cases.iter().position(|(case, _)| crate::value::equal(case.view(), told.view()));
        let place = match known {
            Some(place) => place,
            None if self.cases.len() >= MAX_VARIANTS => return,
            None => {
                self.cases.push((told, Builder::default()));
                self.cases.len() - 1
            }
        };
        self.cases[place].1.add(value, &at);
    }

    /// Returns the shape of everything added; the empty shape if nothing was.
    #[must_use]
    pub fn finish(self) -> Arc<Shape> {
        let kind = self.kind;
        let mut shape = self.root.finish(kind);
        let discriminator = self.discriminator.filter(|_| self.cases.len() < MAX_VARIANTS);
        if let Some(field) = discriminator
            && let Some(object) = shape.object.take()
        {
            let cases = self.cases.into_iter();
            let cases = cases.map(|(value, built)| (value, Arc::new(built.finish(kind)))).collect();
            let mut object = Arc::unwrap_or_clone(object);
            object.variants = Some(Arc::new(Variants { field: Arc::from(field), cases }));
            shape.object = Some(Arc::new(object));
        }
        Arc::new(shape)
    }
}

impl Builder {
    fn add(&mut self, value: &Json, at: &At<'_>) {
        if self.first.is_none() && !value.is_null() {
            self.first = Some(at.place());
        }
        match value {
            Json::Null => self.kinds = self.kinds | Kinds::NIL,
            Json::Bool(_) => self.scalar(Kinds::BOOL, value),
            Json::Number(number) => {
                let whole = number.is_i64() || number.is_u64();
                self.scalar(if whole { Kinds::INT } else { Kinds::FLOAT }, value);
            }
            Json::String(_) => self.scalar(Kinds::TEXT, value),
            Json::Array(items) => self.list(items, at),
            Json::Object(members) => self.object(members, at),
        }
    }

    fn scalar(&mut self, kind: Kinds, value: &Json) {
        self.kinds = self.kinds | kind;
        if self.values.len() >= MAX_VALUES
            || value.as_str().is_some_and(|text| text.len() > LONGEST_EXAMPLE)
        {
            return;
        }
        let value = from_json(value.clone());
        if !self.values.iter().any(|known| crate::value::equal(known.view(), value.view())) {
            self.values.push(value);
        }
    }

    fn list(&mut self, items: &[Json], at: &At<'_>) {
        self.kinds = self.kinds | Kinds::LIST;
        self.lists += 1;
        self.longest = self.longest.max(items.len());
        if items.is_empty() && self.empty_at.is_none() {
            self.empty_at = Some(at.place());
        }
        let item = self.item.get_or_insert_default();
        for (index, value) in items.iter().enumerate() {
            let step = Some(Step::Index(index));
            item.add(value, &At { sample: at.sample, parent: Some(at), step });
        }
    }

    fn object(&mut self, members: &serde_json::Map<String, Json>, at: &At<'_>) {
        self.kinds = self.kinds | Kinds::OBJECT;
        let earlier = self.objects;
        self.objects += 1;
        // Kept, so that no other sample can have its address.
        if !self.last_sample.as_ref().is_some_and(|last| Arc::ptr_eq(last, at.sample)) {
            self.last_sample = Some(Arc::clone(at.sample));
            self.samples += 1;
        }
        let before = self.fields.len();
        for (key, value) in members {
            let at = At { sample: at.sample, parent: Some(at), step: Some(Step::Key(key)) };
            let place = match self.fields.get_index_of(key.as_str()) {
                Some(place) => place,
                None if self.fields.len() >= MAX_FIELDS => continue,
                None => self.fields.insert_full(Arc::from(key.as_str()), FieldBuilder::default()).0,
            };
            let field = &mut self.fields[place];
            field.present += 1;
            if value.is_null() {
                field.null += 1;
                if field.null_at.is_none() {
                    field.null_at = Some(at.place());
                }
            } else {
                field.shape.add(value, &at);
            }
        }
        // New fields were absent before; the first object shows where.
        if earlier > 0 && self.fields.len() > before {
            let first = self.first.clone();
            for (_, field) in self.fields.iter_mut().skip(before) {
                field.absent_at.clone_from(&first);
            }
        }
        if self.fields.len() > members.len() {
            for (key, field) in &mut self.fields {
                if field.absent_at.is_none() && !members.contains_key(&**key) {
                    field.absent_at = Some(at.place());
                }
            }
        }
    }

    fn finish(self, kind: Option<SampleKind>) -> Shape {
        let kinds = self.kinds;
        let scalar = (!self.values.is_empty())
            .then(|| Arc::new(Scalar { values: self.values, known: Values::Seen }));
        let list = kinds.has(Kinds::LIST).then(|| {
            let item = self.item.map(|item| item.finish(kind)).unwrap_or_default();
            let item = if item.kinds == Kinds::NONE { Shape::any() } else { item };
            Arc::new(List {
                item: Arc::new(item),
                longest: Some(self.longest),
                may_be_empty: self.empty_at.is_some(),
                empty_at: self.empty_at,
            })
        });
        let objects = self.objects;
        let object = kinds.has(Kinds::OBJECT).then(|| {
            let fields = self.fields.into_iter().map(|(name, field)| {
                let seen = Seen {
                    of: objects,
                    present: field.present,
                    null: field.null,
                    null_at: field.null_at,
                    absent_at: field.absent_at,
                    documented: false,
                    nullable: false,
                };
                (name, Field { shape: Arc::new(field.shape.finish(kind)), seen })
            });
            let fields = fields.collect::<IndexMap<_, _>>();
            let keys_are_data = fields.len() >= MAX_FIELDS
                || (!fields.is_empty() && fields.keys().all(|name| is_identifier(name)));
            Arc::new(Object {
                fields,
                openness: if keys_are_data { Openness::Free } else { Openness::Observed },
                samples: self.samples,
                sample_kind: kind,
                variants: None,
            })
        });
        let place = self.first.map(Arc::new);
        Shape { kinds, scalar, list, object, missing: None, place, note: None }
    }
}

/// Whether a key is an id rather than a field's name.
fn is_identifier(key: &str) -> bool {
    let hexadecimal = key.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    !key.is_empty() && (digits == key.len() || (hexadecimal && digits > 0 && key.len() >= 8))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample(name: &str) -> Arc<Sample> {
        Arc::new(Sample {
            name: name.to_owned(),
            kind: SampleKind::Recording,
            shown: format!("recordings/{name}.json"),
            file: name.into(),
            base: DataPath::new(),
        })
    }

    #[test]
    fn objects_without_a_telling_field_are_kept() {
        let mut inference = Inference::default();
        inference.add(&sample("a"), &json!({"n": 1}));
        assert!(inference.finish().field("n").is_some());
    }

    /// Samples that are gone have addresses that others get.
    #[test]
    fn every_sample_counts_once() {
        let mut inference = Inference::default();
        for number in 0..100 {
            inference.add(&sample("one of many"), &json!({"n": number}));
        }
        assert_eq!(inference.finish().object.as_ref().expect("an object").samples, 100);
    }

    #[test]
    fn fields_count_where_they_are_absent_or_null() {
        let mut inference = Inference::default();
        inference.add(&sample("a"), &json!({"status": "ok", "items": [{"x": 1}, {"x": null}]}));
        inference.add(&sample("b"), &json!({"status": "error", "items": [{"y": "z"}], "e": 1}));
        let shape = inference.finish();
        assert_eq!(shape.field("e").expect("e").seen.present, 1);
        let item = &shape.field("items").expect("items").shape.list.as_ref().expect("a list").item;
        let x = item.field("x").expect("x");
        assert_eq!((x.seen.of, x.seen.present, x.seen.null), (3, 2, 1));
        assert_eq!(x.seen.null_at.as_ref().expect("a place").trail.to_string(), "items[1].x");
        assert_eq!(x.seen.absent_at.as_ref().expect("a place").trail.to_string(), "items[0]");
        assert_eq!(item.object.as_ref().expect("an object").samples, 2);
        let ok = shape.where_field("status", &Value::from("ok"), true).expect("a variant");
        assert!(ok.field("e").is_none());
        assert!(
            shape
                .where_field("status", &Value::from("ok"), false)
                .expect("it")
                .field("e")
                .is_some()
        );
    }
}
