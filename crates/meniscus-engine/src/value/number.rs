use std::cmp::Ordering;
use std::sync::Arc;

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive, Zero};

use super::decimal::{floor_divide, floor_modulo};
use super::integer::MAX_DIGITS;
use super::{Decimal, Value, View, leading_integer};

/// A number in Liquid's arithmetic: integer, or decimal if a float is involved.
#[derive(Clone, Debug)]
pub enum Number {
    Int(i64),
    /// A larger integer.
    Big(BigInt),
    /// A decimal number.
    Decimal(Decimal),
    Special(f64),
}

/// An arithmetic operation of Liquid's filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// Why arithmetic fails.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ArithmeticError {
    #[error("divided by 0")]
    DividedByZero,
    /// Ruby's `FloatDomainError`: an infinity isn't an integer.
    #[error("Computation results in {0}")]
    FloatDomain(&'static str),
    /// Our limit: repeated multiplication would exhaust memory.
    #[error("number too large: more than {} bits", MAX_BITS)]
    TooLarge,
    /// Our limit: parsing digits takes quadratic time.
    #[error("number too long: more than {} digits", MAX_DIGITS)]
    TooLong,
}

/// The largest computed number: about 20,000 digits.
const MAX_BITS: u64 = 1 << 16;

impl Number {
    /// Converts a value to a number: strings by their digits, `nil` and everything else to 0.
    ///
    /// # Errors
    /// For a string of more than 10,000 digits.
    pub fn of(view: View<'_>) -> Result<Number, ArithmeticError> {
        Ok(match view {
            View::Int(i) => Number::Int(i),
            View::Big(big) => Number::Big((**big).clone()),
            View::Float(f) => Decimal::from_float(f).map_or(Number::Special(f), Number::Decimal),
            View::Str(text) => return Number::of_text(text),
            _ => Number::Int(0),
        })
    }

    fn of_text(text: &str) -> Result<Number, ArithmeticError> {
        let trimmed = text.trim_matches(super::integer::is_space);
        let unsigned = trimmed.strip_prefix('-').unwrap_or(trimmed);
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let decimal = unsigned
            .split_once('.')
            .is_some_and(|(whole, fraction)| all_digits(whole) && all_digits(fraction));
        if decimal && trimmed.len() > MAX_DIGITS {
            return Err(ArithmeticError::TooLong);
        }
        if decimal && let Some(decimal) = Decimal::from_text(trimmed) {
            return Ok(Number::Decimal(decimal));
        }
        match leading_integer(text) {
            Some(Value::Big(big)) => Ok(Number::Big((*big).clone())),
            Some(Value::Int(i)) => Ok(Number::Int(i)),
            Some(_) => Ok(Number::Int(0)),
            None => Err(ArithmeticError::TooLong),
        }
    }

    /// Returns the value to print: decimals become floats.
    #[must_use]
    pub fn into_value(self) -> Value {
        match self {
            Number::Int(i) => Value::Int(i),
            Number::Big(big) => Value::integer(big),
            Number::Decimal(decimal) => Value::Float(decimal.to_float()),
            Number::Special(f) => Value::Float(f),
        }
    }

    /// Computes `self ∘ other` as Ruby does: integers divide rounding down.
    ///
    /// # Errors
    /// For a division by zero, or a result over 65,536 bits.
    pub fn apply(&self, operation: Operation, other: &Number) -> Result<Number, ArithmeticError> {
        if let (Number::Int(a), Number::Int(b)) = (self, other)
            && let Some(narrow) = narrow(*a, operation, *b)?
        {
            return Ok(Number::Int(narrow));
        }
        if matches!(self, Number::Special(_)) || matches!(other, Number::Special(_)) {
            return special(self.to_float(), operation, other.to_float());
        }
        if let (Some(a), Some(b)) = (self.to_big(), other.to_big()) {
            return whole(&a, operation, &b);
        }
        let (a, b) = (self.to_decimal(), other.to_decimal());
        let result = match operation {
            Operation::Add => a.add(&b),
            Operation::Subtract => a.subtract(&b),
            Operation::Multiply => a.multiply(&b),
            // Ruby's decimals divide by zero without an error.
            Operation::Divide => match a.divide(&b) {
                Some(quotient) => quotient,
                None => return Ok(Number::Special(a.to_float() / 0.0)),
            },
            Operation::Modulo => a.modulo(&b).ok_or(ArithmeticError::DividedByZero)?,
        };
        bounded(result.bits())?;
        Ok(Number::Decimal(result))
    }

    #[must_use]
    pub fn absolute(self) -> Number {
        match self {
            Number::Int(i) => {
                i.checked_abs().map_or_else(|| Number::Big(-BigInt::from(i)), Number::Int)
            }
            Number::Big(big) => Number::Big(big.abs()),
            Number::Decimal(decimal) => Number::Decimal(decimal.absolute()),
            Number::Special(f) => Number::Special(f.abs()),
        }
    }

    /// Returns the smallest integer not below.
    ///
    /// # Errors
    /// For infinities and NaN.
    pub fn ceiling(&self) -> Result<Value, ArithmeticError> {
        self.to_whole(Decimal::ceiling)
    }

    /// Returns the largest integer not above.
    ///
    /// # Errors
    /// For infinities and NaN.
    pub fn floor(&self) -> Result<Value, ArithmeticError> {
        self.to_whole(Decimal::floor)
    }

    fn to_whole(&self, of_decimal: impl Fn(&Decimal) -> BigInt) -> Result<Value, ArithmeticError> {
        match self {
            Number::Int(i) => Ok(Value::Int(*i)),
            Number::Big(big) => Ok(Value::Big(Arc::new(big.clone()))),
            Number::Decimal(decimal) => Ok(Value::integer(of_decimal(decimal))),
            Number::Special(f) => Err(ArithmeticError::FloatDomain(special_name(*f))),
        }
    }

    /// Rounds to `places` after the decimal point, halves away from zero; the result is an integer
    /// unless `places` is positive and the number a decimal.
    ///
    /// # Errors
    /// For infinities and NaN.
    pub fn round(&self, places: i64) -> Result<Value, ArithmeticError> {
        let decimal = match self {
            Number::Int(_) | Number::Big(_) if places >= 0 => return Ok(self.clone().into_value()),
            Number::Special(f) => return Err(ArithmeticError::FloatDomain(special_name(*f))),
            _ => self.to_decimal(),
        };
        let rounded = decimal.round(places);
        if places > 0 {
            return Ok(Value::Float(rounded.to_float()));
        }
        Ok(Value::integer(rounded.floor()))
    }

    /// Returns the number of places for `round`, limited to 32 bits.
    #[must_use]
    pub fn to_places(&self) -> i64 {
        let whole = match self {
            Number::Int(i) => *i,
            Number::Big(big) => big.to_i64().unwrap_or(i64::from(i32::MAX)),
            Number::Decimal(decimal) => decimal.to_float() as i64,
            Number::Special(_) => 0,
        };
        whole.clamp(i64::from(i32::MIN), i64::from(i32::MAX))
    }

    /// Compares two numbers of any kind; NaN counts as equal.
    #[must_use]
    pub fn order(&self, other: &Number) -> Ordering {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => a.cmp(b),
            (Number::Special(_), _) | (_, Number::Special(_)) => {
                self.to_float().partial_cmp(&other.to_float()).unwrap_or(Ordering::Equal)
            }
            _ => self.to_decimal().partial_cmp(&other.to_decimal()).unwrap_or(Ordering::Equal),
        }
    }

    #[must_use]
    pub fn to_float(&self) -> f64 {
        match self {
            Number::Int(i) => *i as f64,
            Number::Big(big) => big.to_f64().unwrap_or(f64::INFINITY),
            Number::Decimal(decimal) => decimal.to_float(),
            Number::Special(f) => *f,
        }
    }

    fn to_big(&self) -> Option<BigInt> {
        match self {
            Number::Int(i) => Some(BigInt::from(*i)),
            Number::Big(big) => Some(big.clone()),
            Number::Decimal(_) | Number::Special(_) => None,
        }
    }

    /// Converts to a decimal; infinities, which callers handle, become 0.
    #[must_use]
    pub fn to_decimal(&self) -> Decimal {
        match self {
            Number::Decimal(decimal) => decimal.clone(),
            other => Decimal::from(other.to_big().unwrap_or_default()),
        }
    }
}

fn narrow(a: i64, operation: Operation, b: i64) -> Result<Option<i64>, ArithmeticError> {
    if b == 0 && matches!(operation, Operation::Divide | Operation::Modulo) {
        return Err(ArithmeticError::DividedByZero);
    }
    Ok(match operation {
        Operation::Add => a.checked_add(b),
        Operation::Subtract => a.checked_sub(b),
        Operation::Multiply => a.checked_mul(b),
        Operation::Divide => a.checked_div(b).map(|quotient| {
            let rounds_up = a % b != 0 && ((a < 0) != (b < 0));
            if rounds_up { quotient - 1 } else { quotient }
        }),
        Operation::Modulo => a
            .checked_rem(b)
            .map(|rest| if rest != 0 && ((rest < 0) != (b < 0)) { rest + b } else { rest }),
    })
}

fn whole(a: &BigInt, operation: Operation, b: &BigInt) -> Result<Number, ArithmeticError> {
    let result = match operation {
        Operation::Add => a + b,
        Operation::Subtract => a - b,
        Operation::Multiply => {
            bounded(a.bits() + b.bits())?;
            a * b
        }
        Operation::Divide | Operation::Modulo if b.is_zero() => {
            return Err(ArithmeticError::DividedByZero);
        }
        Operation::Divide => floor_divide(a, b),
        Operation::Modulo => floor_modulo(a, b),
    };
    bounded(result.bits())?;
    Ok(match Value::integer(result) {
        Value::Big(big) => Number::Big((*big).clone()),
        Value::Int(i) => Number::Int(i),
        _ => Number::Int(0),
    })
}

fn special(a: f64, operation: Operation, b: f64) -> Result<Number, ArithmeticError> {
    let result = match operation {
        Operation::Add => a + b,
        Operation::Subtract => a - b,
        Operation::Multiply => a * b,
        Operation::Modulo if b == 0.0 => return Err(ArithmeticError::DividedByZero),
        Operation::Divide => a / b,
        Operation::Modulo => a - b * (a / b).floor(),
    };
    Ok(Decimal::from_float(result).map_or(Number::Special(result), Number::Decimal))
}

fn bounded(bits: u64) -> Result<(), ArithmeticError> {
    if bits > MAX_BITS { Err(ArithmeticError::TooLarge) } else { Ok(()) }
}

fn special_name(value: f64) -> &'static str {
    if value.is_nan() {
        "'NaN' (Not a Number)"
    } else if value > 0.0 {
        "'Infinity'"
    } else {
        "'-Infinity'"
    }
}
