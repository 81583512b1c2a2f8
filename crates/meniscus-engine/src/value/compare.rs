use std::cmp::Ordering;

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::{Meter, Value, View, inspect};

/// Why two values can't be ordered: Ruby's message of the failed comparison.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("comparison of {left} with {right} failed")]
pub struct CompareError {
    left: &'static str,
    right: String,
}

/// Compares like Ruby's `==`: numbers by value in any class, lists and objects by items.
#[must_use]
pub fn equal(left: View<'_>, right: View<'_>) -> bool {
    equal_within(left, right, &Meter::new(u64::MAX))
}

/// Compares values that may be large; returns false if the meter runs out.
#[must_use]
pub fn equal_within(left: View<'_>, right: View<'_>, meter: &Meter) -> bool {
    match (left, right) {
        (View::Nil, View::Nil) => true,
        (View::Bool(a), View::Bool(b)) => a == b,
        (View::Str(a), View::Str(b)) => a.len() == b.len() && meter.spend_bytes(a.len()) && a == b,
        (View::Array(a), View::Array(b)) => {
            let same = |(a, b): (&Value, &Value)| {
                meter.spend(1) && equal_within(a.view(), b.view(), meter)
            };
            a.len() == b.len() && a.iter().zip(b.iter()).all(same)
        }
        (View::Object(a), View::Object(b)) => {
            let same = |(key, value): (&std::sync::Arc<str>, &Value)| {
                let other = b.get(key).filter(|_| meter.spend(2));
                other.is_some_and(|other| equal_within(value.view(), other.view(), meter))
            };
            a.len() == b.len() && a.iter().all(same)
        }
        (View::Range(a, b), View::Range(c, d)) => a == c && b == d,
        (View::Time(a), View::Time(b)) => a.partial_cmp(b) == Some(Ordering::Equal),
        (View::Drop(a), View::Drop(b)) => std::sync::Arc::ptr_eq(a, b),
        _ => compare_numbers(left, right) == Some(Ordering::Equal),
    }
}

/// Compares like Ruby's `<=>`; `None` if the values have no order.
#[must_use]
pub fn order(left: View<'_>, right: View<'_>) -> Option<Ordering> {
    match (left, right) {
        (View::Str(a), View::Str(b)) => Some(a.cmp(b)),
        (View::Time(a), View::Time(b)) => a.partial_cmp(b),
        _ => compare_numbers(left, right).or_else(|| equal(left, right).then_some(Ordering::Equal)),
    }
}

/// Compares for Liquid's `<`, `>`, `<=`, and `>=`.
///
/// `Ok(None)` means false: a side has no order at all (nil, a boolean, a list, an object).
///
/// # Errors
/// If Ruby raises: both sides have an order, but not with each other.
#[inline]
pub fn compare(left: View<'_>, right: View<'_>) -> Result<Option<Ordering>, CompareError> {
    match (left, right) {
        // What most conditions of messages compare.
        (View::Int(a), View::Int(b)) => Ok(Some(a.cmp(&b))),
        _ => compare_any(left, right),
    }
}

fn compare_any(left: View<'_>, right: View<'_>) -> Result<Option<Ordering>, CompareError> {
    let ordered = |view| {
        matches!(view, View::Int(_) | View::Big(_) | View::Float(_) | View::Str(_) | View::Time(_))
    };
    if !ordered(left) || !ordered(right) {
        return Ok(None);
    }
    if let Some(order) = order(left, right) {
        return Ok(Some(order));
    }
    if matches!(left, View::Float(f) if f.is_nan()) || matches!(right, View::Float(f) if f.is_nan())
    {
        return Ok(None);
    }
    let mut shown = String::new();
    match right {
        View::Int(_) | View::Float(_) => inspect(right, &mut shown),
        other => shown.push_str(other.class_name()),
    }
    Err(CompareError { left: left.class_name(), right: shown })
}

/// Tests Liquid's `contains`: a string in a string, an item in a list, a key in an object, a number
/// in a range. Nothing contains `nil` or `false`. Returns false if the meter runs out.
#[must_use]
pub fn contains(left: View<'_>, right: View<'_>, meter: &Meter) -> bool {
    if !right.is_truthy() {
        return false;
    }
    match left {
        View::Str(text) => {
            meter.spend_bytes(text.len())
                && meter.spend_value(right)
                && text.contains(&*right.to_str())
        }
        View::Array(items) => {
            meter.spend_items(items.len())
                && items.iter().any(|item| equal_within(item.view(), right, meter))
        }
        View::Object(object) => {
            matches!(right, View::Str(key) if meter.spend_bytes(key.len()) && object.get(key).is_some())
        }
        View::Range(first, last) => match right {
            View::Int(i) => first <= i && i <= last,
            View::Float(f) => first as f64 <= f && f <= last as f64,
            _ => false,
        },
        _ => false,
    }
}

/// Whether a value equals `blank`: `nil`, `false`, white space, no items.
#[must_use]
pub fn is_blank(view: View<'_>) -> bool {
    match view {
        View::Nil | View::Bool(false) => true,
        View::Str(text) => text.chars().all(char::is_whitespace),
        other => is_empty(other),
    }
}

/// Whether a value equals `empty`: an empty string, list, or object.
#[must_use]
pub fn is_empty(view: View<'_>) -> bool {
    match view {
        View::Str(text) => text.is_empty(),
        View::Array(items) => items.is_empty(),
        View::Object(object) => object.is_empty(),
        _ => false,
    }
}

fn compare_numbers(left: View<'_>, right: View<'_>) -> Option<Ordering> {
    match (left, right) {
        (View::Int(a), View::Int(b)) => Some(a.cmp(&b)),
        (View::Float(a), View::Float(b)) => a.partial_cmp(&b),
        (View::Int(a), View::Float(b)) => compare_exactly(&BigInt::from(a), b),
        (View::Float(a), View::Int(b)) => {
            compare_exactly(&BigInt::from(b), a).map(Ordering::reverse)
        }
        (View::Big(a), View::Big(b)) => Some(a.cmp(b)),
        (View::Big(a), View::Int(b)) => Some((**a).cmp(&BigInt::from(b))),
        (View::Int(a), View::Big(b)) => Some(BigInt::from(a).cmp(b)),
        (View::Big(a), View::Float(b)) => compare_exactly(a, b),
        (View::Float(a), View::Big(b)) => compare_exactly(b, a).map(Ordering::reverse),
        _ => None,
    }
}

/// Compares an integer with a float without rounding either, as Ruby does.
fn compare_exactly(integer: &BigInt, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float.is_infinite() {
        return Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    if let Some(small) = integer.to_i64().filter(|i| i.unsigned_abs() < 1 << 53) {
        return (small as f64).partial_cmp(&float);
    }
    let whole =
        num_traits::FromPrimitive::from_f64(float.trunc()).unwrap_or_else(|| BigInt::from(0));
    Some(
        integer
            .cmp(&whole)
            .then_with(|| 0.0.partial_cmp(&float.fract()).unwrap_or(Ordering::Equal)),
    )
}
