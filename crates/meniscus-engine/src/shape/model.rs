use std::sync::Arc;

use indexmap::IndexMap;

use super::evidence::{Missing, SamplePlace};
use super::kinds::Kinds;
use super::{SampleKind, join};
use crate::value::{Value, View};

/// What a value may be.
///
/// A shape that may be an object but has no [`Object`] is an object about which nothing is known;
/// likewise for lists.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// The possible kinds.
    pub kinds: Kinds,
    /// Known values, if it may be a string, number, or boolean.
    pub scalar: Option<Arc<Scalar>>,
    pub list: Option<Arc<List>>,
    /// The fields, if it may be an object.
    pub object: Option<Arc<Object>>,
    /// The evidence that it may be missing, if any.
    pub missing: Option<Arc<Missing>>,
    /// Where it was first seen.
    pub place: Option<Arc<SamplePlace>>,
    /// Its description in a schema.
    pub note: Option<Arc<str>>,
}

#[derive(Clone, Debug)]
pub struct Scalar {
    /// Without duplicates, in the order seen.
    pub values: Vec<Value>,
    /// How complete they are.
    pub known: Values,
}

/// How complete the known values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Values {
    /// No others are possible, because they are literals in the template.
    Exact,
    /// A documented enumeration.
    Documented,
    /// Examples.
    Seen,
}

#[derive(Clone, Debug)]
pub struct List {
    /// The joint shape of the items.
    pub item: Arc<Shape>,
    /// The most items seen; `None` if unknown.
    pub longest: Option<usize>,
    /// Whether there is evidence that it may be empty.
    pub may_be_empty: bool,
    /// Where it was seen empty.
    pub empty_at: Option<SamplePlace>,
}

#[derive(Clone, Debug, Default)]
pub struct Object {
    /// In the order they were seen.
    pub fields: IndexMap<Arc<str>, Field>,
    /// Whether there may be other fields.
    pub openness: Openness,
    /// Number of samples of each kind with the object: recordings, scenarios.
    pub samples: u32,
    pub sample_kind: Option<SampleKind>,
    /// The object for each value of a discriminator such as `status`.
    pub variants: Option<Arc<Variants>>,
}

/// An object by the values of its discriminator.
#[derive(Clone, Debug)]
pub struct Variants {
    pub field: Arc<str>,
    /// The values, each with the object's shape.
    pub cases: Vec<(Value, Arc<Shape>)>,
}

/// Which other fields an object may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Openness {
    /// None, according to the schema.
    Closed,
    /// None were ever seen or documented.
    Observed,
    /// More are likely; the known ones are the usual ones.
    #[default]
    Open,
    /// Any: the names are up to its owner.
    Free,
}

#[derive(Clone, Debug)]
pub struct Field {
    /// What it may be, apart from `nil`: see [`Seen`].
    pub shape: Arc<Shape>,
    pub seen: Seen,
}

#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Number of objects where it could have been seen.
    pub of: u32,
    /// Number of objects that contain the field (including as `null`).
    pub present: u32,
    /// Number of objects that contain the field as `null`.
    pub null: u32,
    pub null_at: Option<SamplePlace>,
    /// An object without it.
    pub absent_at: Option<SamplePlace>,
    /// Whether a schema lists it.
    pub documented: bool,
    /// Whether a schema allows `null`.
    pub nullable: bool,
}

impl Seen {
    /// Whether some objects lack it, or a schema allows `null`.
    #[must_use]
    pub fn may_be_missing(&self) -> bool {
        self.null > 0 || self.nullable || (self.present > 0 && self.present < self.of)
    }
}

impl Shape {
    /// Returns the shape about which nothing is known.
    #[must_use]
    pub fn any() -> Shape {
        Shape::of_kinds(Kinds::ANY)
    }

    /// Makes a shape from kinds alone.
    #[must_use]
    pub fn of_kinds(kinds: Kinds) -> Shape {
        Shape { kinds, ..Shape::default() }
    }

    /// Makes the shape of a list with these items.
    #[must_use]
    pub fn list_of(item: Arc<Shape>) -> Shape {
        let list = List { item, longest: None, may_be_empty: false, empty_at: None };
        Shape { kinds: Kinds::LIST, list: Some(Arc::new(list)), ..Shape::default() }
    }

    #[must_use]
    pub fn constant(value: Value) -> Shape {
        let kinds = Kinds::of(value.view());
        let scalar = kinds
            .within(Kinds::SCALAR)
            .then(|| Arc::new(Scalar { values: vec![value], known: Values::Exact }));
        Shape { kinds, scalar, ..Shape::default() }
    }

    /// Returns the only possible value.
    #[must_use]
    pub fn as_constant(&self) -> Option<&Value> {
        const NIL: &Value = &Value::Nil;
        match &self.scalar {
            _ if self.kinds == Kinds::NIL => Some(NIL),
            Some(scalar) if scalar.known == Values::Exact && self.kinds.within(Kinds::SCALAR) => {
                match &*scalar.values {
                    [one] => Some(one),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    #[must_use]
    pub fn is_any(&self) -> bool {
        self.kinds.is_any() && self.object.is_none() && self.list.is_none()
    }

    /// Returns the shape without `nil`.
    #[must_use]
    pub fn without_nil(&self) -> Shape {
        Shape { kinds: self.kinds.without(Kinds::NIL), missing: None, ..self.clone() }
    }

    /// Returns the shape with any list known to be non-empty.
    #[must_use]
    pub fn without_empty(&self) -> Shape {
        let mut shape = self.without_nil();
        if let Some(list) = &self.list
            && (list.may_be_empty || list.empty_at.is_some())
        {
            let list = List { may_be_empty: false, empty_at: None, ..(**list).clone() };
            shape.list = Some(Arc::new(list));
        }
        shape
    }

    /// Returns a field, if it may be an object that has it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.object.as_ref()?.fields.get(name)
    }

    /// Narrows to the variants where the field `name` equals `value`, or doesn't.
    #[must_use]
    pub fn where_field(&self, name: &str, value: &Value, equal: bool) -> Option<Arc<Shape>> {
        let variants = self.object.as_ref()?.variants.as_ref()?;
        if &*variants.field != name {
            return None;
        }
        let fits = variants
            .cases
            .iter()
            .filter(|(known, _)| crate::value::equal(known.view(), value.view()) == equal);
        let cases = fits.cloned().collect::<Vec<_>>();
        let joined =
            cases.iter().map(|(_, shape)| Arc::clone(shape)).reduce(|a, b| join(&a, &b))?;
        let mut narrowed = (*joined).clone();
        if let Some(object) = &mut narrowed.object {
            let variants = Variants { field: Arc::clone(&variants.field), cases };
            Arc::make_mut(object).variants = Some(Arc::new(variants));
        }
        Some(Arc::new(narrowed))
    }

    /// Yields the known values.
    pub fn examples(&self) -> impl Iterator<Item = View<'_>> {
        self.scalar.iter().flat_map(|scalar| scalar.values.iter().map(Value::view))
    }
}
