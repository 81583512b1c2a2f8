use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use num_traits::{Signed, Zero};

/// A decimal number of any precision: `digits × 10^-scale`.
///
/// Liquid computes with Ruby's `BigDecimal` if a float is involved, so `10.1 | minus: 2.2` is 7.9
/// and not 7.8999999999999995.
#[derive(Clone, Debug)]
pub struct Decimal {
    digits: BigInt,
    scale: i64,
}

/// Significant digits of a quotient: more than twice a float's, as in Ruby.
const QUOTIENT_DIGITS: i64 = 40;

impl Decimal {
    /// Returns a finite float as printed; `None` for infinities and NaN.
    #[must_use]
    pub fn from_float(value: f64) -> Option<Decimal> {
        if !value.is_finite() {
            return None;
        }
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let fraction = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i64);
        let digits: BigInt = mantissa.replace('.', "").parse().ok()?;
        let exponent: i64 = exponent.parse().ok()?;
        Some(Decimal { digits, scale: fraction - exponent }.normal())
    }

    /// Parses a decimal such as `-12.50`; `None` for anything else.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Decimal> {
        let (whole, fraction) = text.split_once('.')?;
        let digits: BigInt = format!("{whole}{fraction}").parse().ok()?;
        Some(Decimal { digits, scale: fraction.len() as i64 })
    }

    #[must_use]
    pub fn to_float(&self) -> f64 {
        format!("{}e{}", self.digits, -self.scale).parse().unwrap_or(0.0)
    }

    /// Returns the size of the digits in bits, for limits.
    #[must_use]
    pub fn bits(&self) -> u64 {
        self.digits.bits()
    }

    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.digits.is_zero()
    }

    #[must_use]
    pub fn add(&self, other: &Decimal) -> Decimal {
        let (a, b, scale) = aligned(self, other);
        Decimal { digits: a + b, scale }
    }

    #[must_use]
    pub fn subtract(&self, other: &Decimal) -> Decimal {
        let (a, b, scale) = aligned(self, other);
        Decimal { digits: a - b, scale }
    }

    #[must_use]
    pub fn multiply(&self, other: &Decimal) -> Decimal {
        Decimal { digits: &self.digits * &other.digits, scale: self.scale + other.scale }
    }

    /// Divides to 40 significant digits; `None` if the divisor is zero.
    #[must_use]
    pub fn divide(&self, other: &Decimal) -> Option<Decimal> {
        if other.is_zero() {
            return None;
        }
        let missing = digit_count(&other.digits) - digit_count(&self.digits) + QUOTIENT_DIGITS;
        let shift = missing.max(0);
        let digits = &self.digits * power_of_ten(shift) / &other.digits;
        Some(Decimal { digits, scale: self.scale + shift - other.scale }.normal())
    }

    /// Returns the remainder of floored division, with the divisor's sign; `None` if that is 0.
    #[must_use]
    pub fn modulo(&self, other: &Decimal) -> Option<Decimal> {
        if other.is_zero() {
            return None;
        }
        let (a, b, scale) = aligned(self, other);
        Some(Decimal { digits: floor_modulo(&a, &b), scale })
    }

    /// Returns the absolute value.
    #[must_use]
    pub fn absolute(&self) -> Decimal {
        Decimal { digits: self.digits.abs(), scale: self.scale }
    }

    #[must_use]
    pub fn floor(&self) -> BigInt {
        if self.scale <= 0 {
            return &self.digits * power_of_ten(-self.scale);
        }
        floor_divide(&self.digits, &power_of_ten(self.scale))
    }

    #[must_use]
    pub fn ceiling(&self) -> BigInt {
        -Decimal { digits: -&self.digits, scale: self.scale }.floor()
    }

    /// Rounds to `places` after the decimal point (before it, if negative), halves away from zero.
    #[must_use]
    pub fn round(&self, places: i64) -> Decimal {
        if places >= self.scale {
            return self.clone();
        }
        let dropped = self.scale.saturating_sub(places);
        if dropped > digit_count(&self.digits) + 1 {
            return Decimal { digits: BigInt::zero(), scale: 0 };
        }
        let unit = power_of_ten(dropped);
        let half = &unit / 2;
        let magnitude: BigInt = (self.digits.abs() + half) / unit;
        let digits = if self.digits.sign() == Sign::Minus { -magnitude } else { magnitude };
        Decimal { digits, scale: places }
    }

    fn normal(mut self) -> Decimal {
        let ten = BigInt::from(10);
        while self.scale > 0 && !self.digits.is_zero() && (&self.digits % &ten).is_zero() {
            self.digits /= &ten;
            self.scale -= 1;
        }
        self
    }
}

impl From<BigInt> for Decimal {
    fn from(digits: BigInt) -> Decimal {
        Decimal { digits, scale: 0 }
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Decimal) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        let (a, b, _) = aligned(self, other);
        Some(a.cmp(&b))
    }
}

/// Divides rounding down, as Ruby does for integers.
pub(super) fn floor_divide(a: &BigInt, b: &BigInt) -> BigInt {
    let quotient = a / b;
    let exact = (&quotient * b) == *a;
    if !exact && (a.is_negative() != b.is_negative()) { quotient - 1 } else { quotient }
}

/// Returns the remainder of floored division.
pub(super) fn floor_modulo(a: &BigInt, b: &BigInt) -> BigInt {
    a - floor_divide(a, b) * b
}

fn aligned(a: &Decimal, b: &Decimal) -> (BigInt, BigInt, i64) {
    let scale = a.scale.max(b.scale);
    let widen = |d: &Decimal| &d.digits * power_of_ten(scale - d.scale);
    (widen(a), widen(b), scale)
}

fn power_of_ten(exponent: i64) -> BigInt {
    // Scales come from floats and from strings of limited length, so they are far below this.
    BigInt::from(10).pow(u32::try_from(exponent.max(0)).unwrap_or(u32::MAX))
}

fn digit_count(value: &BigInt) -> i64 {
    // An extra or missing digit changes no quotient that a float can distinguish.
    (value.bits() as f64 * std::f64::consts::LOG10_2).ceil() as i64
}
