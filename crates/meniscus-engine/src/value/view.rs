use std::borrow::Cow;
use std::sync::Arc;

use num_bigint::BigInt;

use super::{Drop, Object, Time, Value, print};

/// A view of a value: small, copyable, and the same for stored and computed values.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum View<'a> {
    Nil,
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// An integer beyond 64 bits.
    Big(&'a Arc<BigInt>),
    Float(f64),
    Str(&'a str),
    Array(&'a Arc<Vec<Value>>),
    Object(&'a Arc<Object>),
    Range(i64, i64),
    Time(&'a Arc<Time>),
    /// An object with computed fields.
    Drop(&'a Arc<dyn Drop>),
}

impl View<'_> {
    /// Whether Ruby considers it true: everything but `nil` and `false`.
    #[must_use]
    #[inline]
    pub fn is_truthy(self) -> bool {
        !matches!(self, View::Nil | View::Bool(false))
    }

    #[must_use]
    pub fn is_nil(self) -> bool {
        matches!(self, View::Nil)
    }

    /// Returns Ruby's class name.
    #[must_use]
    pub fn class_name(self) -> &'static str {
        match self {
            View::Nil => "NilClass",
            View::Bool(true) => "TrueClass",
            View::Bool(false) => "FalseClass",
            View::Int(_) | View::Big(_) => "Integer",
            View::Float(_) => "Float",
            View::Str(_) => "String",
            View::Array(_) => "Array",
            View::Object(_) => "Hash",
            View::Range(..) => "Range",
            View::Time(_) => "Time",
            View::Drop(drop) => drop.class_name(),
        }
    }

    /// Returns the kind as messages call it, with its article.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            View::Nil => "nothing",
            View::Bool(_) => "a boolean",
            View::Int(_) | View::Big(_) | View::Float(_) => "a number",
            View::Str(_) => "a string",
            View::Array(_) => "a list",
            View::Object(_) | View::Drop(_) => "an object",
            View::Range(..) => "a range",
            View::Time(_) => "a time",
        }
    }

    /// Returns an owned copy; strings are copied, everything else is shared.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self {
            View::Nil => Value::Nil,
            View::Bool(b) => Value::Bool(b),
            View::Int(i) => Value::Int(i),
            View::Big(b) => Value::Big(Arc::clone(b)),
            View::Float(f) => Value::Float(f),
            View::Str(s) => Value::from(s),
            View::Array(items) => Value::Array(Arc::clone(items)),
            View::Object(object) => Value::Object(Arc::clone(object)),
            View::Range(first, last) => Value::Range(first, last),
            View::Time(time) => Value::Time(Arc::clone(time)),
            View::Drop(drop) => Value::Drop(Arc::clone(drop)),
        }
    }
}

impl<'a> View<'a> {
    /// Converts like Ruby's `to_s`; borrowed if the value is a string.
    #[must_use]
    #[inline]
    pub fn to_str(self) -> Cow<'a, str> {
        match self {
            View::Str(text) => Cow::Borrowed(text),
            View::Nil => Cow::Borrowed(""),
            other => {
                let mut text = String::new();
                print::to_s(other, &mut text);
                Cow::Owned(text)
            }
        }
    }
}

/// The result of an expression: borrowed if it is stored somewhere, owned if it was computed.
/// Strings may be slices of values or of the template.
#[derive(Clone, Debug)]
pub enum Val<'a> {
    /// A value stored in a scope, a response, or a scenario.
    Ref(&'a Value),
    /// A computed value.
    Own(Value),
    /// A string that isn't a value (yet).
    Text(Cow<'a, str>),
}

impl<'a> Val<'a> {
    pub const NIL: Val<'static> = Val::Own(Value::Nil);

    /// Returns a view of the value.
    #[must_use]
    #[inline(always)]
    pub fn view(&self) -> View<'_> {
        match self {
            Val::Ref(value) => value.view(),
            Val::Own(value) => value.view(),
            Val::Text(text) => View::Str(text),
        }
    }

    /// Returns the value to store in a scope.
    #[must_use]
    pub fn into_value(self) -> Value {
        match self {
            Val::Ref(value) => value.clone(),
            Val::Own(value) => value,
            Val::Text(text) => Value::from(&*text),
        }
    }

    /// Converts like Ruby's `to_s`, without copying a string that outlives this one.
    #[must_use]
    pub fn into_text(self) -> Cow<'a, str> {
        match self {
            Val::Text(text) => text,
            Val::Ref(value) => value.view().to_str(),
            Val::Own(value) => Cow::Owned(value.view().to_str().into_owned()),
        }
    }

    /// Converts like Ruby's `to_s`, borrowed from this value.
    #[must_use]
    pub fn to_str(&self) -> Cow<'_, str> {
        self.view().to_str()
    }
}

impl From<Value> for Val<'_> {
    fn from(value: Value) -> Self {
        Val::Own(value)
    }
}

impl From<String> for Val<'_> {
    fn from(text: String) -> Self {
        Val::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Val<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Val::Text(text)
    }
}

impl<'a> From<&'a Value> for Val<'a> {
    fn from(value: &'a Value) -> Self {
        Val::Ref(value)
    }
}
