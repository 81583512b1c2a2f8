//! Values as Ruby's Liquid knows them: truth, equality, order, arithmetic, printing.
//!
//! Nothing here knows of templates. [`Value`] is what scopes hold, cheap to clone;
//! [`Val`] is what an expression evaluates to, borrowed wherever that is possible; [`View`] is
//! how every operation looks at either.

mod compare;
mod decimal;
mod integer;
mod json;
mod meter;
mod number;
mod object;
mod print;
pub mod time;
mod view;

use std::sync::Arc;

use num_bigint::BigInt;

pub use compare::{
    CompareError, compare, contains, equal, equal_within, is_blank, is_empty, order,
};
pub use decimal::Decimal;
pub use integer::{leading_integer, strict_integer};
pub use json::{JsonError, from_json, parse_json, to_json};
pub use meter::Meter;
pub use number::{ArithmeticError, Number, Operation};
pub use object::Object;
pub(crate) use object::is_same_name;
pub use print::{inspect, print};
pub use time::Time;
pub use view::{Val, View};

/// A value that a variable can hold.
#[derive(Clone, Debug, Default)]
#[repr(u64)]
pub enum Value {
    /// Ruby's `nil`: what is missing or JSON's `null`.
    #[default]
    Nil,
    /// `true` or `false`.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// An integer that 64 bits do not hold.
    Big(Arc<BigInt>),
    /// A floating-point number.
    Float(f64),
    /// A text.
    Str(Arc<str>),
    /// A list.
    Array(Arc<Vec<Value>>),
    /// A JSON object; keys keep their order.
    Object(Arc<Object>),
    /// `(first..last)`, both included; empty when the last is less.
    Range(i64, i64),
    /// An instant with its offset from UTC.
    Time(Arc<Time>),
    /// An object whose fields are computed, such as `forloop`.
    Drop(Arc<dyn Drop>),
}

/// An object with computed fields: what Ruby's Liquid calls a drop.
pub trait Drop: std::fmt::Debug + Send + Sync {
    /// The class as Ruby names it: what prints where the whole object is printed.
    fn class_name(&self) -> &'static str;
    /// The field `name`, if it has one.
    fn field(&self, name: &str) -> Option<Value>;
}

impl Value {
    /// A look at the value.
    #[must_use]
    #[inline(always)]
    pub fn view(&self) -> View<'_> {
        match self {
            Value::Nil => View::Nil,
            Value::Bool(b) => View::Bool(*b),
            Value::Int(i) => View::Int(*i),
            Value::Big(b) => View::Big(b),
            Value::Float(f) => View::Float(*f),
            Value::Str(s) => View::Str(s),
            Value::Array(items) => View::Array(items),
            Value::Object(object) => View::Object(object),
            Value::Range(first, last) => View::Range(*first, *last),
            Value::Time(time) => View::Time(time),
            Value::Drop(drop) => View::Drop(drop),
        }
    }

    /// A list of `items`.
    #[must_use]
    pub fn array(items: Vec<Value>) -> Value {
        Value::Array(Arc::new(items))
    }

    /// An integer of any size, in the narrow form where it fits.
    #[must_use]
    pub fn integer(value: BigInt) -> Value {
        match i64::try_from(&value) {
            Ok(narrow) => Value::Int(narrow),
            Err(_) => Value::Big(Arc::new(value)),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Str(Arc::from(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Str(Arc::from(text))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Value {
        Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(Arc::new(object))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        equal(self.view(), other.view())
    }
}
