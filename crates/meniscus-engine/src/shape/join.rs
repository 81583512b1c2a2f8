use std::sync::Arc;

use indexmap::IndexMap;

use super::model::{Field, List, Object, Openness, Scalar, Seen, Shape, Values, Variants};
use super::{Kinds, SampleKind};
use crate::value::{Value, equal};

/// Values kept in a joined string, number, or boolean.
const MAX_VALUES: usize = 24;
/// Depth to which shapes are joined; below, the result is unknown.
const MAX_DEPTH: usize = 24;

/// Joins two shapes: the result may be of either, as where branches meet.
///
/// The evidence of both is kept; if one adds nothing, the other is returned.
#[must_use]
pub fn join(a: &Arc<Shape>, b: &Arc<Shape>) -> Arc<Shape> {
    joined(a, b, 0)
}

fn joined(a: &Arc<Shape>, b: &Arc<Shape>, depth: usize) -> Arc<Shape> {
    if Arc::ptr_eq(a, b) || b.kinds == Kinds::NONE {
        return Arc::clone(a);
    }
    if a.kinds == Kinds::NONE {
        return Arc::clone(b);
    }
    if a.is_any() || b.is_any() || depth > MAX_DEPTH {
        return if a.is_any() { Arc::clone(a) } else { Arc::new(Shape::any()) };
    }
    let kinds = a.kinds | b.kinds;
    // If a side has the kind but no values, nothing is known about the join.
    let scalar = match (&a.scalar, &b.scalar) {
        (Some(x), Some(y)) => joined_scalar(x, y),
        (Some(x), None) if !b.kinds.meets(Kinds::SCALAR) => Some(Arc::clone(x)),
        (None, Some(y)) if !a.kinds.meets(Kinds::SCALAR) => Some(Arc::clone(y)),
        _ => None,
    };
    let list = match (&a.list, &b.list) {
        (Some(x), Some(y)) => Some(joined_list(x, y, depth)),
        (Some(x), None) if !b.kinds.has(Kinds::LIST) => Some(Arc::clone(x)),
        (None, Some(y)) if !a.kinds.has(Kinds::LIST) => Some(Arc::clone(y)),
        _ => None,
    };
    let object = match (&a.object, &b.object) {
        (Some(x), Some(y)) => Some(joined_object(x, y, depth)),
        (Some(x), None) if !b.kinds.has(Kinds::OBJECT) => Some(Arc::clone(x)),
        (None, Some(y)) if !a.kinds.has(Kinds::OBJECT) => Some(Arc::clone(y)),
        _ => None,
    };
    let shape = Shape {
        kinds,
        scalar,
        list,
        object,
        missing: a.missing.clone().or_else(|| b.missing.clone()),
        place: a.place.clone().or_else(|| b.place.clone()),
        note: a.note.clone().or_else(|| b.note.clone()),
    };
    if is_same(&shape, a) { Arc::clone(a) } else { Arc::new(shape) }
}

/// Whether a join adds nothing.
fn is_same(joined: &Shape, a: &Shape) -> bool {
    fn same<T>(x: &Option<Arc<T>>, y: &Option<Arc<T>>) -> bool {
        match (x, y) {
            (Some(x), Some(y)) => Arc::ptr_eq(x, y),
            (None, None) => true,
            _ => false,
        }
    }
    joined.kinds == a.kinds
        && same(&joined.scalar, &a.scalar)
        && same(&joined.list, &a.list)
        && same(&joined.object, &a.object)
        && joined.missing.is_some() == a.missing.is_some()
}

fn joined_scalar(x: &Arc<Scalar>, y: &Arc<Scalar>) -> Option<Arc<Scalar>> {
    let fresh = y
        .values
        .iter()
        .filter(|value| !x.values.iter().any(|known| equal(known.view(), value.view())));
    let fresh = fresh.cloned().collect::<Vec<_>>();
    let known = x.known.max(y.known);
    if fresh.is_empty() && known == x.known {
        return Some(Arc::clone(x));
    }
    let mut values = x.values.clone();
    values.extend(fresh);
    (values.len() <= MAX_VALUES).then(|| Arc::new(Scalar { values, known }))
}

fn joined_list(x: &Arc<List>, y: &Arc<List>, depth: usize) -> Arc<List> {
    let item = joined(&x.item, &y.item, depth + 1);
    let longest = match (x.longest, y.longest) {
        (Some(x), Some(y)) => Some(x.max(y)),
        _ => None,
    };
    let may_be_empty = x.may_be_empty || y.may_be_empty;
    if Arc::ptr_eq(&item, &x.item) && longest == x.longest && may_be_empty == x.may_be_empty {
        return Arc::clone(x);
    }
    let empty_at = x.empty_at.clone().or_else(|| y.empty_at.clone());
    Arc::new(List { item, longest, may_be_empty, empty_at })
}

fn joined_object(x: &Arc<Object>, y: &Arc<Object>, depth: usize) -> Arc<Object> {
    if Arc::ptr_eq(x, y) {
        return Arc::clone(x);
    }
    let mut changed = false;
    let mut fields: IndexMap<Arc<str>, Field> = IndexMap::with_capacity(x.fields.len());
    for (name, field) in &x.fields {
        let joined = match y.fields.get(name) {
            Some(other) => {
                let shape = joined(&field.shape, &other.shape, depth + 1);
                changed |= !Arc::ptr_eq(&shape, &field.shape);
                // Two views of the same samples agree; keep the more complete one.
                let seen = if other.seen.of > field.seen.of { &other.seen } else { &field.seen };
                let mut seen = seen.clone();
                if !seen.may_be_missing() {
                    for one in [&field.seen, &other.seen] {
                        if one.may_be_missing() {
                            seen = one.clone();
                        }
                    }
                }
                changed |= seen.may_be_missing() != field.seen.may_be_missing();
                Field { shape, seen }
            }
            None => field.clone(),
        };
        fields.insert(Arc::clone(name), joined);
    }
    for (name, field) in &y.fields {
        if !x.fields.contains_key(name) {
            changed = true;
            fields.insert(Arc::clone(name), field.clone());
        }
    }
    let openness = x.openness.max(y.openness);
    let variants = joined_variants(x.variants.as_ref(), y.variants.as_ref());
    let same_variants = match (&variants, &x.variants) {
        (Some(joined), Some(known)) => Arc::ptr_eq(joined, known),
        (None, None) => true,
        _ => false,
    };
    if !changed && openness == x.openness && same_variants {
        return Arc::clone(x);
    }
    Arc::new(Object {
        fields,
        openness,
        samples: x.samples.max(y.samples),
        sample_kind: x.sample_kind.or(y.sample_kind),
        variants,
    })
}

/// Joins the variants of both, if they have the same discriminator.
fn joined_variants(x: Option<&Arc<Variants>>, y: Option<&Arc<Variants>>) -> Option<Arc<Variants>> {
    let (x, y) = (x?, y?);
    if x.field != y.field {
        return None;
    }
    let known = |value: &Value| x.cases.iter().any(|(case, _)| equal(case.view(), value.view()));
    let fresh = y.cases.iter().filter(|(value, _)| !known(value)).cloned().collect::<Vec<_>>();
    if fresh.is_empty() {
        return Some(Arc::clone(x));
    }
    let cases = x.cases.iter().cloned().chain(fresh).collect();
    Some(Arc::new(Variants { field: Arc::clone(&x.field), cases }))
}

/// Combines a value's schema with its samples.
///
/// The fields of both are known; samples tell how often a field was seen; a sampled object is as
/// closed as its schema, and at least observed.
#[must_use]
pub fn combine(schema: &Arc<Shape>, seen: &Arc<Shape>) -> Arc<Shape> {
    // An item of a list that was always empty is known only by its schema.
    if seen.kinds == Kinds::NONE || seen.is_any() {
        return Arc::clone(schema);
    }
    if schema.is_any() || schema.kinds == Kinds::NONE {
        return Arc::clone(seen);
    }
    let list = match (&schema.list, &seen.list) {
        (Some(known), Some(list)) => {
            let item = combine(&known.item, &list.item);
            Some(Arc::new(List { item, ..(**list).clone() }))
        }
        (known, list) => list.clone().or_else(|| known.clone()),
    };
    let object = match (&schema.object, &seen.object) {
        (Some(known), Some(object)) => Some(Arc::new(combined_object(known, object))),
        (known, object) => object.clone().or_else(|| known.clone()),
    };
    let scalar = match (&schema.scalar, &seen.scalar) {
        (Some(known), _) if known.known == Values::Documented => Some(Arc::clone(known)),
        (known, scalar) => scalar.clone().or_else(|| known.clone()),
    };
    Arc::new(Shape {
        kinds: (schema.kinds | seen.kinds).without(Kinds::NIL) | (seen.kinds & Kinds::NIL),
        scalar,
        list,
        object,
        missing: None,
        place: seen.place.clone().or_else(|| schema.place.clone()),
        note: schema.note.clone(),
    })
}

fn combined_object(known: &Object, seen: &Object) -> Object {
    let mut fields = IndexMap::with_capacity(known.fields.len().max(seen.fields.len()));
    for (name, field) in &seen.fields {
        let field = match known.fields.get(name) {
            Some(documented) => Field {
                shape: combine(&documented.shape, &field.shape),
                seen: Seen { documented: true, ..field.seen.clone() },
            },
            None => field.clone(),
        };
        fields.insert(Arc::clone(name), field);
    }
    for (name, documented) in &known.fields {
        if !seen.fields.contains_key(name) {
            fields.insert(Arc::clone(name), documented.clone());
        }
    }
    // A variant has what the schema says, and what was seen in such responses.
    let variants = seen.variants.as_ref().map(|variants| {
        let cases = variants.cases.iter().map(|(value, shape)| {
            let schema = known.variants.as_ref().and_then(|variants| {
                let case =
                    variants.cases.iter().find(|(known, _)| equal(known.view(), value.view()));
                case.map(|(_, shape)| Arc::clone(shape))
            });
            let schema = schema.unwrap_or_else(|| {
                let object = Object { variants: None, ..known.clone() };
                Arc::new(Shape {
                    kinds: Kinds::OBJECT,
                    object: Some(Arc::new(object)),
                    ..Shape::default()
                })
            });
            (value.clone(), combine(&schema, shape))
        });
        Arc::new(Variants { field: Arc::clone(&variants.field), cases: cases.collect() })
    });
    Object {
        fields,
        openness: match known.openness {
            Openness::Open => Openness::Observed,
            other => other,
        },
        samples: seen.samples,
        sample_kind: seen.sample_kind.or(Some(SampleKind::Recording)),
        variants: variants.or_else(|| known.variants.clone()),
    }
}
