//! `equalToJson`: whether two JSON values are equal, and where they first differ.
//!
//! Follows WireMock, which compares with JsonUnit: numbers by value, members in any order, and
//! optionally arrays in any order or with extra elements in the request.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Number, Value};

use super::index::hash_of;
use super::matcher::{Pattern, excerpt};
use super::pattern::{ANY_VALUE, PLACEHOLDER, fits};
use crate::http::secret::{REDACTED, is_secret_field, mask_body};
use crate::text::{Step, json_path};

/// The JSON that a request's body must equal.
#[derive(Debug)]
pub(super) struct JsonMatch {
    expected: Value,
    ignore_array_order: bool,
    ignore_extra_elements: bool,
    /// Compiled patterns of each `${json-unit.regex}…` in `expected`, by the whole string.
    patterns: BTreeMap<String, Pattern>,
}

/// How a comparison interprets the found value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// Literally.
    Exact,
    /// With placeholders, which may be what is expected.
    Partial,
}

/// The first place where two values differ.
#[derive(Debug)]
pub(super) struct Difference<'v> {
    /// Steps to the place, last first: they are collected while the comparison returns.
    reversed: Vec<Step<&'v str>>,
    kind: Kind<'v>,
}

#[derive(Debug)]
enum Kind<'v> {
    Missing {
        expected: &'v Value,
    },
    Extra {
        found: &'v Value,
    },
    Other {
        found: &'v Value,
        expected: &'v Value,
    },
    /// No element of the array equals this one, if order doesn't matter.
    NoEqual {
        expected: &'v Value,
    },
}

type Compared<'v> = Result<(), Difference<'v>>;

/// The meaning of a string such as `${json-unit.any-string}`.
enum Placeholder<'t> {
    Ignore,
    IgnoreElement,
    AnyString,
    AnyNumber,
    AnyBoolean,
    Regex(&'t str),
    Unknown(&'t str),
}

impl JsonMatch {
    pub(super) fn pattern_size(&self) -> usize {
        self.patterns.values().map(Pattern::size).sum()
    }

    /// Prepares a comparison with `expected`.
    ///
    /// # Errors
    ///
    /// A sentence about the first JsonUnit placeholder that isn't supported or has an invalid
    /// regex.
    pub(super) fn new(
        expected: Value,
        ignore_array_order: bool,
        ignore_extra_elements: bool,
    ) -> Result<Self, String> {
        let mut patterns = BTreeMap::new();
        compile_placeholders(&expected, &mut patterns)?;
        Ok(Self { expected, ignore_array_order, ignore_extra_elements, patterns })
    }

    /// Yields the members that a body must have, with fingerprints of their values.
    pub(super) fn members(&self) -> impl Iterator<Item = (&str, u64)> {
        let members = self.expected.as_object().into_iter().flatten();
        let plain = |value: &&Value| value.as_str().is_none_or(|text| placeholder(text).is_none());
        members.filter_map(move |(name, value)| {
            Some((name.as_str(), Some(value).filter(plain).and_then(fingerprint)?))
        })
    }

    /// Returns the first difference from `found`, if any.
    pub(super) fn difference<'v>(&'v self, found: &'v Value) -> Option<Difference<'v>> {
        self.compare(&self.expected, found, Reading::Exact).err()
    }

    /// Whether `found`, with marked placeholders, may be equal.
    pub(super) fn may_equal(&self, found: &Value) -> bool {
        self.compare(&self.expected, found, Reading::Partial).is_ok()
    }

    fn compare<'v>(
        &'v self,
        expected: &'v Value,
        found: &'v Value,
        reading: Reading,
    ) -> Compared<'v> {
        let equal = match (expected, found) {
            (_, Value::String(found)) if reading == Reading::Partial && found == ANY_VALUE => true,
            (Value::String(expected), Value::String(found))
                if reading == Reading::Partial && found.contains(PLACEHOLDER) =>
            {
                placeholder(expected).is_some() || fits(found, expected)
            }
            (Value::Object(expected), Value::Object(found)) => {
                return self.compare_objects(expected, found, reading);
            }
            (Value::Array(expected), Value::Array(found)) => {
                return if self.ignore_array_order {
                    self.compare_unordered(expected, found, reading)
                } else {
                    self.compare_ordered(expected, found, reading)
                };
            }
            (Value::String(text), _) => match placeholder(text) {
                None => expected == found,
                Some(Placeholder::Ignore | Placeholder::IgnoreElement) => true,
                Some(Placeholder::AnyString) => found.is_string(),
                Some(Placeholder::AnyNumber) => found.is_number(),
                Some(Placeholder::AnyBoolean) => found.is_boolean(),
                Some(Placeholder::Regex(_)) => found
                    .as_str()
                    .zip(self.patterns.get(text))
                    .is_some_and(|(found, pattern)| pattern.is_match(found)),
                Some(Placeholder::Unknown(_)) => false,
            },
            (Value::Number(expected), Value::Number(found)) => same_number(expected, found),
            _ => expected == found,
        };
        if equal {
            Ok(())
        } else {
            Err(Difference { reversed: Vec::new(), kind: Kind::Other { found, expected } })
        }
    }

    fn compare_objects<'v>(
        &'v self,
        expected: &'v Map<String, Value>,
        found: &'v Map<String, Value>,
        reading: Reading,
    ) -> Compared<'v> {
        for (name, expected) in expected {
            match found.get(name) {
                Some(found) => self
                    .compare(expected, found, reading)
                    .map_err(|difference| difference.within(Step::Key(name)))?,
                None if is_ignored_element(expected) => {}
                None => return Err(Kind::Missing { expected }.at(Step::Key(name))),
            }
        }
        if !self.ignore_extra_elements
            && let Some((name, found)) =
                found.iter().find(|(name, _)| !expected.contains_key(*name))
        {
            return Err(Kind::Extra { found }.at(Step::Key(name)));
        }
        Ok(())
    }

    fn compare_ordered<'v>(
        &'v self,
        expected: &'v [Value],
        found: &'v [Value],
        reading: Reading,
    ) -> Compared<'v> {
        for (index, expected) in expected.iter().enumerate() {
            let Some(found) = found.get(index) else {
                return Err(Kind::Missing { expected }.at(Step::Index(index)));
            };
            self.compare(expected, found, reading)
                .map_err(|difference| difference.within(Step::Index(index)))?;
        }
        match found.get(expected.len()) {
            Some(extra) if !self.ignore_extra_elements => {
                Err(Kind::Extra { found: extra }.at(Step::Index(expected.len())))
            }
            _ => Ok(()),
        }
    }

    /// Pairs every expected element with its own found one.
    ///
    /// An element that ignores extras can equal several, so taking the first may rob a later
    /// element of its only partner. Pairs are changed where that helps (augmenting paths).
    fn compare_unordered<'v>(
        &'v self,
        expected: &'v [Value],
        found: &'v [Value],
        reading: Reading,
    ) -> Compared<'v> {
        let mut partner_of_expected: Vec<Option<usize>> = vec![None; expected.len()];
        let mut partner_of_found: Vec<Option<usize>> = vec![None; found.len()];
        for (start, unpaired) in expected.iter().enumerate() {
            let mut reached_from: Vec<Option<usize>> = vec![None; found.len()];
            let mut queue = VecDeque::from([start]);
            let mut free = None;
            while let Some(seeker) = queue.pop_front().filter(|_| free.is_none()) {
                for candidate in 0..found.len() {
                    if reached_from[candidate].is_some()
                        || self.compare(&expected[seeker], &found[candidate], reading).is_err()
                    {
                        continue;
                    }
                    reached_from[candidate] = Some(seeker);
                    match partner_of_found[candidate] {
                        Some(rival) => queue.push_back(rival),
                        None => {
                            free = Some(candidate);
                            break;
                        }
                    }
                }
            }
            if free.is_none() {
                return Err(Difference {
                    reversed: Vec::new(),
                    kind: Kind::NoEqual { expected: unpaired },
                });
            }
            while let Some((taken, seeker)) =
                free.and_then(|taken| Some((taken, reached_from[taken]?)))
            {
                partner_of_found[taken] = Some(seeker);
                free = partner_of_expected[seeker].replace(taken);
            }
        }
        match partner_of_found.iter().position(Option::is_none) {
            Some(index) if !self.ignore_extra_elements => {
                Err(Kind::Extra { found: &found[index] }.at(Step::Index(index)))
            }
            _ => Ok(()),
        }
    }
}

impl<'v> Kind<'v> {
    fn at(self, step: Step<&'v str>) -> Difference<'v> {
        Difference { reversed: vec![step], kind: self }
    }
}

impl<'v> Difference<'v> {
    fn within(mut self, step: Step<&'v str>) -> Self {
        self.reversed.push(step);
        self
    }

    /// Returns the difference as a clause: `` `$.user_id`: found `"x"`, expected `"y"` ``, with
    /// secrets masked.
    pub(super) fn describe(&self) -> String {
        let path: Vec<_> = self.reversed.iter().rev().copied().collect();
        let secret =
            path.iter().any(|step| matches!(step, Step::Key(name) if is_secret_field(name)));
        let show = |value: &Value| {
            if secret { REDACTED.to_owned() } else { excerpt(&mask_body(&value.to_string())) }
        };
        let path = json_path(&path);
        match self.kind {
            Kind::Missing { expected } => {
                format!("`{path}`: missing, expected {}", show(expected))
            }
            Kind::Extra { found } => format!("`{path}`: unexpected {}", show(found)),
            Kind::Other { found, expected } => {
                format!("`{path}`: found {}, expected {}", show(found), show(expected))
            }
            Kind::NoEqual { expected } => {
                format!("`{path}`: no element equals {}", show(expected))
            }
        }
    }
}

fn compile_placeholders(
    value: &Value,
    patterns: &mut BTreeMap<String, Pattern>,
) -> Result<(), String> {
    match value {
        Value::Array(items) => {
            items.iter().try_for_each(|item| compile_placeholders(item, patterns))
        }
        Value::Object(members) => {
            members.values().try_for_each(|member| compile_placeholders(member, patterns))
        }
        Value::String(text) => match placeholder(text) {
            Some(Placeholder::Regex(source)) => {
                let pattern = Pattern::new(source)?;
                patterns.insert(text.clone(), pattern);
                Ok(())
            }
            Some(Placeholder::Unknown(name)) => Err(format!(
                "unknown placeholder `json-unit.{name}`; the known ones are `ignore`, \
                 `ignore-element`, `any-string`, `any-number`, `any-boolean`, and `regex`"
            )),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

fn placeholder(text: &str) -> Option<Placeholder<'_>> {
    let inner = text.strip_prefix("${json-unit.").or_else(|| text.strip_prefix("#{json-unit."))?;
    let (name, rest) = inner.split_once('}')?;
    Some(match (name, rest) {
        ("regex", pattern) => Placeholder::Regex(pattern),
        ("ignore", "") => Placeholder::Ignore,
        ("ignore-element", "") => Placeholder::IgnoreElement,
        ("any-string", "") => Placeholder::AnyString,
        ("any-number", "") => Placeholder::AnyNumber,
        ("any-boolean", "") => Placeholder::AnyBoolean,
        (unknown, _) => Placeholder::Unknown(unknown),
    })
}

fn is_ignored_element(expected: &Value) -> bool {
    matches!(expected.as_str().and_then(placeholder), Some(Placeholder::IgnoreElement))
}

/// Returns equal numbers for equal strings, numbers, and booleans; `None` for anything else.
pub(super) fn fingerprint(value: &Value) -> Option<u64> {
    Some(match value {
        Value::Bool(value) => hash_of((1, value)),
        // Numbers that differ only beyond a float's precision are distinguished by comparing.
        Value::Number(number) => {
            let float = number.as_str().parse().unwrap_or(0.0);
            hash_of((2, if float == 0.0 { 0 } else { f64::to_bits(float) }))
        }
        Value::String(text) => hash_of((3, text)),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    })
}

/// Compares by value without rounding: `1`, `1.0`, and `10e-1` are equal, `1` and
/// `1.0000000000000000001` aren't.
fn same_number(one: &Number, other: &Number) -> bool {
    one.as_str() == other.as_str() || Decimal::of(one.as_str()) == Decimal::of(other.as_str())
}

/// A decimal number in normal form.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    /// The significant digits, without zeros at either end; empty for zero.
    digits: String,
    /// The power of ten of the last digit.
    exponent: i128,
}

impl Decimal {
    fn of(text: &str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let upper = all.trim_end_matches('0');
        let digits = upper.trim_start_matches('0');
        if digits.is_empty() {
            return Self { negative: false, digits: String::new(), exponent: 0 };
        }
        // Exponents beyond i128 are saturated; no real number has one.
        let limit = if power.starts_with('-') { i128::MIN } else { i128::MAX };
        let power = power.parse().unwrap_or(limit);
        let shift = i128::try_from(all.len() - upper.len()).unwrap_or(0)
            - i128::try_from(fraction.len()).unwrap_or(0);
        Self { negative, digits: digits.to_owned(), exponent: power.saturating_add(shift) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn first_difference(
        expected: Value,
        found: &str,
        array_order: bool,
        extra: bool,
    ) -> Option<String> {
        let matcher = JsonMatch::new(expected, array_order, extra).unwrap();
        let found = serde_json::from_str(found).unwrap();
        matcher.difference(&found).map(|difference| difference.describe())
    }

    #[test]
    fn numbers_are_compared_by_value_and_exactly() {
        let same = |one: &str, other: &str| {
            same_number(&serde_json::from_str(one).unwrap(), &serde_json::from_str(other).unwrap())
        };
        for (one, other) in [
            ("1", "1.0"),
            ("100", "1e2"),
            ("0.10", "1E-1"),
            ("-0", "0.0"),
            ("1e400", "10e399"),
            ("12300", "1.23e+4"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("1", "-1"),
            ("9007199254740993", "9007199254740992"),
            ("1", "10"),
            ("1e99999999999", "1e9"),
            ("0.1", "0.01"),
        ] {
            assert!(!same(one, other), "{one} {other}");
        }
        let huge = "9".repeat(60);
        assert!(same(&format!("1e{huge}"), &format!("1e{huge}")));
        assert!(!same(&format!("1e{huge}"), &format!("1e-{huge}")));
    }

    #[test]
    fn the_first_difference_has_its_path() {
        let expected = || json!({"user_id": "y", "items": [{"id": 1}, {"id": 2}]});
        let difference = |found: &str| first_difference(expected(), found, false, false);
        assert_eq!(
            difference("{\"items\": [{\"id\": 1.0}, {\"id\": 2}], \"user_id\": \"y\"}\n\n"),
            None
        );
        assert_eq!(
            difference(r#"{"user_id": "x", "items": []}"#).unwrap(),
            r#"`$.user_id`: found `"x"`, expected `"y"`"#
        );
        assert_eq!(
            difference(r#"{"user_id": "y", "items": [{"id": 1}]}"#).unwrap(),
            r#"`$.items[1]`: missing, expected `{"id":2}`"#
        );
        assert_eq!(
            difference(r#"{"user_id": "y", "items": [{"id": 1}, {"id": 2}, 3]}"#).unwrap(),
            "`$.items[2]`: unexpected `3`"
        );
        assert_eq!(
            difference(r#"{"user_id": "y", "items": [{"id": 1}, {"id": 2, "zip code": 1}]}"#)
                .unwrap(),
            "`$.items[1]['zip code']`: unexpected `1`"
        );
        assert_eq!(
            first_difference(json!({"password": "a"}), r#"{"password": "b"}"#, false, false)
                .unwrap(),
            "`$.password`: found [redacted], expected [redacted]"
        );
    }

    #[test]
    fn array_order_and_extras_can_be_ignored() {
        assert_eq!(first_difference(json!([1, 2]), "[2, 1]", true, false), None);
        assert!(first_difference(json!([1, 1, 2]), "[2, 2, 1]", true, false).is_some());
        assert!(first_difference(json!([1, 2]), "[2, 1, 3]", true, false).is_some());
        assert_eq!(first_difference(json!([1, 2]), "[2, 3, 1]", true, true), None);
        assert_eq!(first_difference(json!([1, 2]), "[1, 2, 3]", false, true), None);
        assert!(first_difference(json!([1, 2]), "[3, 1, 2]", false, true).is_some());
        assert_eq!(
            first_difference(json!({"a": {}}), r#"{"a": {"b": 1}, "c": 2}"#, false, true),
            None
        );
        // The lenient element must leave its first choice to the strict one.
        assert_eq!(
            first_difference(json!([{}, {"a": 1}]), r#"[{"a": 1}, {"b": 2}]"#, true, true),
            None
        );
        assert_eq!(
            first_difference(json!([1, 4]), "[2, 1]", true, false).unwrap(),
            "`$`: no element equals `4`"
        );
    }

    #[test]
    fn json_unit_placeholders_stand_for_many_values() {
        let expected = || {
            json!({"a": "${json-unit.ignore}", "b": "${json-unit.any-string}", "c": "#{json-unit.any-number}",
                "d": "${json-unit.any-boolean}", "e": "${json-unit.regex}[A-Z]+", "f": "${json-unit.ignore-element}"})
        };
        assert_eq!(
            first_difference(
                expected(),
                r#"{"a": [], "b": "x", "c": 1, "d": true, "e": "AB"}"#,
                false,
                false
            ),
            None
        );
        assert!(
            first_difference(
                expected(),
                r#"{"a": [], "b": 1, "c": 1, "d": true, "e": "AB"}"#,
                false,
                false
            )
            .is_some()
        );
        assert!(
            first_difference(
                expected(),
                r#"{"a": [], "b": "x", "c": 1, "d": true, "e": "ABc"}"#,
                false,
                false
            )
            .is_some()
        );
        assert!(
            first_difference(
                expected(),
                r#"{"b": "x", "c": 1, "d": true, "e": "AB"}"#,
                false,
                false
            )
            .is_some()
        );
        assert!(JsonMatch::new(json!(["${json-unit.regex}("]), false, false).is_err());
        assert!(JsonMatch::new(json!("${json-unit.matches:x}"), false, false).is_err());
    }
}
