//! Values as Ruby's Liquid knows them: truth, equality, order, arithmetic, printing.
//!
//! Nothing here depends on templates. [`Value`] is stored in scopes, and cheap to clone; [`Val`] is
//! the result of an expression, borrowed where possible; every operation reads either through a
//! [`View`].

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
pub(crate) use object::is_same_name;
pub use object::{Guess, Object};
pub use print::{inspect, print};
pub use time::Time;
pub use view::{Val, View};

/// A value that a variable can have.
#[derive(Clone, Debug, Default)]
#[repr(u64)]
pub enum Value {
    /// Ruby's `nil`: a missing value, or JSON's `null`.
    #[default]
    Nil,
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// An integer beyond 64 bits.
    Big(Arc<BigInt>),
    Float(f64),
    Str(Arc<str>),
    Array(Arc<Vec<Value>>),
    /// A JSON object with ordered keys.
    Object(Arc<Object>),
    Range(i64, i64),
    /// A time with its offset from UTC.
    Time(Arc<Time>),
    /// An object with computed fields, such as `forloop`.
    Drop(Arc<dyn Drop>),
}

/// An object with computed fields: a drop in Ruby's Liquid.
pub trait Drop: std::fmt::Debug + Send + Sync {
    /// Returns Ruby's class name, which is printed for the whole object.
    fn class_name(&self) -> &'static str;
    fn field(&self, name: &str) -> Option<Value>;
}

impl Value {
    /// Returns a view of the value.
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

    #[must_use]
    pub fn array(items: Vec<Value>) -> Value {
        Value::Array(Arc::new(items))
    }

    /// Makes an integer of any size, in the compact form if it fits.
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
