use std::sync::Arc;

use indexmap::IndexMap;

use super::evidence::{Missing, Place};
use super::kinds::Kinds;
use super::{SampleKind, join};
use crate::value::{Value, View};

/// What a value may be.
///
/// A shape that may be an object and has no [`Object`] is an object of which nothing is known;
/// likewise for lists.
#[derive(Clone, Debug, Default)]
pub struct Shape {
    /// The kinds that are possible.
    pub kinds: Kinds,
    /// The values that a text, number or boolean may have, as far as they are known.
    pub scalar: Option<Arc<Scalar>>,
    /// The items, where it may be a list.
    pub list: Option<Arc<List>>,
    /// The fields, where it may be an object.
    pub object: Option<Arc<Object>>,
    /// Why it may be missing, where there is evidence that it may.
    pub missing: Option<Arc<Missing>>,
    /// Where it was seen first.
    pub place: Option<Arc<Place>>,
    /// What its schema says of it.
    pub note: Option<Arc<str>>,
}

/// The values of a text, number or boolean.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// Those that are known, each once, in the order in which they were seen.
    pub values: Vec<Value>,
    /// How much they say.
    pub known: Values,
}

/// How much the known values say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Values {
    /// No other is possible: they stand in the template.
    Exact,
    /// They are the documented enumeration.
    Documented,
    /// They are examples.
    Seen,
}

/// The items of a list.
#[derive(Clone, Debug)]
pub struct List {
    /// What each item may be.
    pub item: Arc<Shape>,
    /// The most items that were seen; none where nobody counted.
    pub longest: Option<usize>,
    /// Whether it may be empty, by evidence.
    pub may_be_empty: bool,
    /// Where it was seen empty.
    pub empty_at: Option<Place>,
}

/// The fields of an object.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// The fields, in the order in which they were seen.
    pub fields: IndexMap<Arc<str>, Field>,
    /// What else there may be.
    pub openness: Openness,
    /// How many samples of each kind have the object: recordings, scenarios.
    pub samples: u32,
    /// What the samples are.
    pub sample_kind: Option<SampleKind>,
    /// The same object for each value of a field that tells answers apart: `status`.
    pub variants: Option<Arc<Variants>>,
}

/// What an object is for each value of one of its fields.
#[derive(Clone, Debug)]
pub struct Variants {
    /// The field.
    pub field: Arc<str>,
    /// The values, each with the object.
    pub cases: Vec<(Value, Arc<Shape>)>,
}

/// What fields an object may have beside those that are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Openness {
    /// None: the schema says so.
    Closed,
    /// None that was ever seen or documented.
    Observed,
    /// More are to be expected; those that are known are the usual ones.
    #[default]
    Open,
    /// Anything: its owner chooses the names.
    Free,
}

/// A field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// What it may be, `nil` left out of account: see [`Seen`].
    pub shape: Arc<Shape>,
    /// How often it was seen.
    pub seen: Seen,
}

/// How often a field was seen.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// In how many objects it was looked for.
    pub of: u32,
    /// How many of them have it, be it `null`.
    pub present: u32,
    /// How many of them have it as `null`.
    pub null: u32,
    /// Where it is `null`.
    pub null_at: Option<Place>,
    /// An object that lacks it.
    pub absent_at: Option<Place>,
    /// Whether a schema lists it.
    pub documented: bool,
    /// Whether a schema says that it may be `null`.
    pub nullable: bool,
}

impl Seen {
    /// Whether it is missing in some of the objects, or documented as possibly `null`.
    #[must_use]
    pub fn may_be_missing(&self) -> bool {
        self.null > 0 || self.nullable || (self.present > 0 && self.present < self.of)
    }
}

impl Shape {
    /// The shape of which nothing is known.
    #[must_use]
    pub fn any() -> Shape {
        Shape::of_kinds(Kinds::ANY)
    }

    /// A shape of kinds alone.
    #[must_use]
    pub fn of_kinds(kinds: Kinds) -> Shape {
        Shape { kinds, ..Shape::default() }
    }

    /// The shape of a list of such items.
    #[must_use]
    pub fn list_of(item: Arc<Shape>) -> Shape {
        let list = List { item, longest: None, may_be_empty: false, empty_at: None };
        Shape { kinds: Kinds::LIST, list: Some(Arc::new(list)), ..Shape::default() }
    }

    /// The shape of a value that stands in the template.
    #[must_use]
    pub fn constant(value: Value) -> Shape {
        let kinds = Kinds::of(value.view());
        let scalar = kinds
            .within(Kinds::SCALAR)
            .then(|| Arc::new(Scalar { values: vec![value], known: Values::Exact }));
        Shape { kinds, scalar, ..Shape::default() }
    }

    /// The one value that it can have.
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

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.kinds.is_any() && self.object.is_none() && self.list.is_none()
    }

    /// The same, known not to be `nil`.
    #[must_use]
    pub fn without_nil(&self) -> Shape {
        Shape { kinds: self.kinds.without(Kinds::NIL), missing: None, ..self.clone() }
    }

    /// The same, known to be a list that is not empty where it is a list.
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

    /// The field of a name, where it may be an object that has it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.object.as_ref()?.fields.get(name)
    }

    /// The same, where the field `name` equals `value` (or does not): the variants that fit.
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

    /// The values that are known of it.
    pub fn examples(&self) -> impl Iterator<Item = View<'_>> {
        self.scalar.iter().flat_map(|scalar| scalar.values.iter().map(Value::view))
    }
}
