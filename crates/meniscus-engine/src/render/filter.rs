use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use smallvec::SmallVec;

use super::limits::{Limit, Limits};
use crate::shape::Signature;
use crate::value::{ArithmeticError, Meter, Time, Val, Value, View};

/// A filter: one `static` in the dialect answers for evaluation, arity, docs and linting.
#[derive(Debug)]
pub struct Filter {
    /// The name behind the pipe.
    pub name: &'static str,
    /// The parameters behind the colon, in order.
    pub parameters: &'static [Parameter],
    /// What Braze's documentation says of it.
    pub support: Support,
    /// The kinds it takes and gives.
    pub signature: Signature,
    /// What rules and analysis need to know of its result.
    pub facts: Facts,
    /// What it returns, in a line.
    pub summary: &'static str,
    /// The filter itself.
    pub eval: Eval,
}

/// What rules and analysis need to know of a filter's result, whatever it gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How its result is encoded, where it is.
    pub encoding: Option<Encoding>,
    /// Whether it calculates: its result is a number, even where its input is missing.
    pub calculates: bool,
    /// Whether its first argument names a property of the items of a list.
    pub by_property: bool,
    /// Whether it leaves the items of a list what they are: it drops some, or gives them another order.
    pub keeps_items: bool,
}

/// What an encoded result is safe in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// A part of a URL: letters, digits and `%XX`.
    Url,
    /// A URL as a whole: what divides its parts is kept.
    WholeUrl,
    /// A string in JSON.
    Json,
    /// Text and attributes in HTML.
    Html,
    /// Base64, with `+` and `/`.
    Base64,
    /// Base64 for URLs.
    Base64Url,
    /// The digits of a digest.
    Digest,
}

impl Facts {
    /// A result that may be anything.
    pub const NONE: Facts =
        Facts { encoding: None, calculates: false, by_property: false, keeps_items: false };
    /// A number.
    pub const CALCULATES: Facts = Facts { calculates: true, ..Facts::NONE };
    /// A result that depends on a property of items.
    pub const BY_PROPERTY: Facts = Facts { by_property: true, ..Facts::NONE };
    /// Some of the items, or all in another order.
    pub const KEEPS_ITEMS: Facts = Facts { keeps_items: true, ..Facts::NONE };
    /// The same, by a property of the items.
    pub const KEEPS_ITEMS_BY_PROPERTY: Facts = Facts { keeps_items: true, ..Facts::BY_PROPERTY };

    /// An encoded result.
    #[must_use]
    pub const fn encodes(encoding: Encoding) -> Facts {
        Facts { encoding: Some(encoding), ..Facts::NONE }
    }

    /// Whether the result can be a value in a query: it has no `&`, `=`, `+`, `/` or space.
    #[must_use]
    pub fn is_safe_in_query(self) -> bool {
        matches!(self.encoding, Some(Encoding::Url | Encoding::Base64Url | Encoding::Digest))
            || self.calculates
    }

    /// Whether the result has neither quotes nor line ends.
    #[must_use]
    pub fn is_safe_in_quotes(self) -> bool {
        self.encoding.is_some() || self.calculates
    }

    /// Whether the result is for machines: nobody reads it as words.
    #[must_use]
    pub fn is_for_machines(self) -> bool {
        self.encoding.is_some_and(|encoding| encoding != Encoding::Html)
    }
}

/// How a filter is evaluated: from the value on its left and its arguments.
pub type Eval =
    for<'v> fn(Val<'v>, &Arguments<'v>, &FilterContext<'_>) -> Result<Val<'v>, FilterError>;

/// A parameter of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Must be given.
    Required(&'static str),
    /// May be left out.
    Optional(&'static str),
    /// May be given, and has no effect.
    Ignored(&'static str),
    /// Any number of further arguments, which are ignored.
    Rest(&'static str),
    /// Given as `name: value`.
    Named(&'static str),
}

impl Parameter {
    /// How many arguments parameters take at most, named ones not counted.
    #[must_use]
    pub fn most(parameters: &[Parameter]) -> usize {
        if parameters.iter().any(|parameter| matches!(parameter, Parameter::Rest(_))) {
            return usize::MAX;
        }
        let counts = |parameter: &&Parameter| {
            !matches!(parameter, Parameter::Named(_) | Parameter::Ignored(_))
        };
        parameters.iter().filter(counts).count()
    }
}

/// What Braze's documentation says of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// It is listed.
    Documented,
    /// It is Liquid's, and not listed either way.
    Unlisted,
    /// It is listed as not supported; the reason or the replacement.
    Unsupported(&'static str),
}

/// The arguments of a filter, evaluated.
#[derive(Debug, Default)]
pub struct Arguments<'v> {
    pub(super) positional: SmallVec<[Val<'v>; 2]>,
    pub(super) named: Vec<(&'v str, Val<'v>)>,
}

impl<'v> Arguments<'v> {
    /// The argument at a place, if it was given.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&Val<'v>> {
        self.positional.get(index)
    }

    /// A look at the argument at a place; `nil` where it was not given.
    #[must_use]
    pub fn view(&self, index: usize) -> View<'_> {
        self.positional.get(index).map_or(View::Nil, Val::view)
    }

    /// A look at the argument given as `name: value`.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<View<'_>> {
        self.named.iter().rev().find(|(given, _)| *given == name).map(|(_, value)| value.view())
    }
}

/// What a filter may know beside its arguments.
#[derive(Clone, Copy, Debug)]
pub struct FilterContext<'w> {
    /// The scenario's clock.
    pub now: &'w Time,
    /// Bounds of what may be built.
    pub limits: &'w Limits,
    /// The work that may still be done.
    pub meter: &'w Meter,
    /// A text that is no longer needed, for its room.
    pub(super) spare: &'w RefCell<String>,
    /// Set by a filter that may put another value in the place of what it is given: whether it did.
    pub replaced: &'w Cell<Option<bool>>,
}

/// Bytes that a filter may append to a copy before it has to grow.
const ROOM_TO_APPEND: usize = 32;

impl FilterContext<'_> {
    /// An empty text with room for so many bytes. Most are printed next, and their room is used again: no
    /// filter but the first needs to allocate.
    #[must_use]
    pub fn text(&self, room: usize) -> String {
        let mut text = self.spare.take();
        text.clear();
        text.reserve(room);
        text
    }

    /// A text to change: the same where nobody else has it, or a copy.
    #[must_use]
    pub fn to_change(&self, text: Cow<'_, str>) -> String {
        match text {
            Cow::Owned(text) => text,
            Cow::Borrowed(text) => {
                let mut copy = self.text(text.len() + ROOM_TO_APPEND);
                copy.push_str(text);
                copy
            }
        }
    }

    /// # Errors
    /// Where a text of `bytes` would be over the limit.
    pub fn check_bytes(&self, bytes: usize) -> Result<(), FilterError> {
        if bytes > self.limits.output_bytes {
            Err(FilterError::Limit(Limit::OutputBytes))
        } else {
            Ok(())
        }
    }

    /// Takes the steps of reading a value with all that it holds, before it is read.
    ///
    /// # Errors
    /// Where there aren't as many left.
    pub fn read(&self, view: View<'_>) -> Result<(), FilterError> {
        self.spent(self.meter.spend_value(view))
    }

    /// # Errors
    /// Where what was to be taken from the meter wasn't there.
    pub fn spent(&self, is_there: bool) -> Result<(), FilterError> {
        if is_there { Ok(()) } else { Err(FilterError::Limit(Limit::Steps)) }
    }

    /// # Errors
    /// Where a list of `items` would be over the limit.
    pub fn check_items(&self, items: usize) -> Result<(), FilterError> {
        if items > self.limits.list_items {
            Err(FilterError::Limit(Limit::ListItems))
        } else {
            Ok(())
        }
    }

    /// Lists share their items, so that a short list can stand for much text: what it holds counts
    /// as if it were printed.
    ///
    /// # Errors
    /// Where the texts in a list are together over the limit.
    pub fn check_contents(&self, items: &[Value]) -> Result<(), FilterError> {
        let mut left = self.limits.output_bytes;
        let fits = items.iter().all(|item| take_contents(item, &mut left, self.meter));
        self.spent(!self.meter.is_empty())?;
        if fits { Ok(()) } else { Err(FilterError::Limit(Limit::OutputBytes)) }
    }

    /// The items that Liquid's list filters work on: a list with inner lists laid flat, an object
    /// as its only item, a range number by number, nothing for `nil`, anything else as one item.
    ///
    /// # Errors
    /// Where there would be too many.
    pub fn items(&self, view: View<'_>) -> Result<Vec<Value>, FilterError> {
        Ok(match view {
            View::Nil => Vec::new(),
            View::Array(items) => {
                self.check_items(items.len())?;
                self.spent(self.meter.spend_items(items.len()))?;
                let mut flat = Vec::with_capacity(items.len());
                self.flatten(items, &mut flat)?;
                flat
            }
            View::Range(first, last) => {
                let count =
                    usize::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(0);
                self.check_items(count)?;
                self.spent(self.meter.spend_items(count))?;
                (first..=last).map(Value::Int).collect()
            }
            other => vec![other.to_value()],
        })
    }

    fn flatten(&self, items: &[Value], flat: &mut Vec<Value>) -> Result<(), FilterError> {
        for item in items {
            match item {
                Value::Array(inner) => {
                    self.spent(self.meter.spend(1) && self.meter.spend_items(inner.len()))?;
                    self.flatten(inner, flat)?;
                }
                other => flat.push(other.clone()),
            }
            self.check_items(flat.len())?;
        }
        Ok(())
    }
}

/// Takes the bytes of a value from what is left, and the steps of looking through it; tells whether
/// there were as many.
fn take_contents(value: &Value, left: &mut usize, meter: &Meter) -> bool {
    let own = match value {
        Value::Str(text) => text.len(),
        _ => 0,
    };
    let Some(rest) = left.checked_sub(own) else { return false };
    *left = rest;
    match value {
        Value::Array(items) => {
            meter.spend(1)
                && meter.spend_items(items.len())
                && items.iter().all(|item| take_contents(item, left, meter))
        }
        Value::Object(object) => {
            meter.spend(1)
                && meter.spend_items(object.len())
                && object.iter().all(|(_, item)| take_contents(item, left, meter))
        }
        _ => true,
    }
}

/// Why a filter has no result.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// What Liquid prints behind `Liquid error: `.
    #[error("{0}")]
    Liquid(String),
    /// A bound was reached.
    #[error("limit reached")]
    Limit(Limit),
}

impl FilterError {
    /// An error of Liquid's.
    pub fn new(message: impl Into<String>) -> FilterError {
        FilterError::Liquid(message.into())
    }
}

impl From<ArithmeticError> for FilterError {
    fn from(error: ArithmeticError) -> FilterError {
        FilterError::Liquid(error.to_string())
    }
}

impl Filter {
    /// Whether as many arguments are given as the filter takes.
    #[must_use]
    pub fn takes(&self, positional: usize, has_named: bool) -> bool {
        let Arity { given, least, most } = self.arity(positional, has_named);
        given >= least && most.is_none_or(|most| given <= most)
    }

    /// Ruby's `wrong number of arguments`, the value on the left counted as the first.
    #[cold]
    pub(super) fn wrong_count(&self, arguments: &Arguments<'_>) -> FilterError {
        let (positional, has_named) = (arguments.positional.len(), !arguments.named.is_empty());
        let Arity { given, least, most } = self.arity(positional, has_named);
        let expected = match most {
            None => format!("{least}+"),
            Some(most) if most == least => least.to_string(),
            Some(most) => format!("{least}..{most}"),
        };
        FilterError::Liquid(format!(
            "wrong number of arguments (given {given}, expected {expected})"
        ))
    }

    fn arity(&self, positional: usize, has_named: bool) -> Arity {
        let (mut least, mut optional, mut unbounded, mut takes_named) = (1, 0, false, false);
        // Ruby has one place for what it ignores and for `name: value`.
        let ignores = self.parameters.iter().any(|one| matches!(one, Parameter::Ignored(_)));
        for parameter in self.parameters {
            match parameter {
                Parameter::Required(_) => least += 1,
                Parameter::Optional(_) | Parameter::Ignored(_) => optional += 1,
                Parameter::Rest(_) => unbounded = true,
                Parameter::Named(_) => takes_named = true,
            }
        }
        // Ruby gathers `name: value` arguments in one object behind the others.
        let gathered = usize::from(has_named && (!takes_named || ignores));
        let most = (!unbounded).then_some(least + optional);
        Arity { given: 1 + positional + gathered, least, most }
    }
}

/// How many arguments a filter is given, and takes, the value on the left among them.
struct Arity {
    given: usize,
    least: usize,
    /// None where there's no most.
    most: Option<usize>,
}
