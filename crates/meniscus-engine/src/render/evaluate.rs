//! Values of expressions: borrowed from where they stand, computed only where they must be.

use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

use num_bigint::{BigInt, Sign};

use super::filter::{Arguments, FilterContext, FilterError};
use super::flow::{Exit, Flow};
use super::hits::Event;
use super::renderer::Renderer;
use crate::shape::Takes;
use crate::syntax::ast::{Attribute, Expr, ExprKind, FilterCall, Path, Pipeline, Root, Segment};
use crate::text::Span;
use crate::value::{Guess, Object, Val, Value, View, leading_integer, strict_integer};

impl<'a> Renderer<'a> {
    /// The value of a pipeline whose content blocks are prepared.
    #[inline]
    pub(super) fn pipeline(&self, pipeline: &'a Pipeline) -> Result<Val<'_>, Exit> {
        let mut value = self.expr(&pipeline.subject)?;
        for call in &pipeline.filters {
            self.apply(call, &mut value)?;
        }
        Ok(value)
    }

    /// Replaces a value by a filter's result.
    fn apply<'s>(&'s self, call: &'a FilterCall, value: &mut Val<'s>) -> Flow {
        let meter = &self.state.meter;
        self.spent(meter.spend(1 + call.arguments.len() as u64), call.span)?;
        let Some(id) = call.filter else { return Ok(()) };
        let filter = self.world.dialect.filter_definition(id);
        let mut arguments = Arguments::default();
        for argument in &call.arguments {
            let value = self.expr(&argument.value)?;
            match argument.name {
                Some(name) => arguments.named.push((self.text(name), value)),
                None => arguments.positional.push(value),
            }
        }
        let replaced = Cell::new(None);
        let context = FilterContext {
            now: &self.world.now,
            limits: &self.world.limits,
            meter,
            spare: &self.state.spare,
            replaced: &replaced,
        };
        let ready = if call.fits {
            read_whole(filter, value, &arguments, &context)
        } else {
            Err(filter.wrong_count(&arguments))
        };
        let made = ready.and_then(|()| {
            gather_named(filter, &mut arguments);
            let input = std::mem::replace(value, Val::NIL);
            let made = (filter.eval)(input, &arguments, &context)?;
            self.count_made(made.view(), &context)?;
            Ok(made)
        });
        if let Some(replaced) = replaced.get() {
            self.note(call.name.start, if replaced { Event::Replaced } else { Event::Kept });
        }
        // A comparison that was given up has no result.
        self.spent(!meter.is_empty(), call.span)?;
        *value = made.map_err(|error| self.filter_failed(call, error))?;
        Ok(())
    }

    /// Counts what a filter made as work, unless it is over a limit.
    #[inline]
    fn count_made(&self, made: View<'_>, context: &FilterContext<'_>) -> Result<(), FilterError> {
        match made {
            View::Str(text) => {
                context.check_bytes(text.len())?;
                self.count_built(text.len());
            }
            View::Array(items) => {
                context.check_items(items.len())?;
                self.count_built(items.len() * size_of::<Value>());
            }
            _ => {}
        }
        Ok(())
    }

    #[cold]
    fn filter_failed(&self, call: &'a FilterCall, error: FilterError) -> Exit {
        match error {
            FilterError::Liquid(message) => self.error(call.span, message),
            FilterError::Limit(limit) => Exit::Limit(limit, call.span),
        }
    }

    /// Returns a view of an expression's value; a computed one is kept in `slot`. Most expressions are
    /// literals or existing fields, which need only a reference.
    #[inline]
    pub(super) fn look<'s: 't, 't>(
        &'s self,
        expr: &'a Expr,
        slot: &'t mut Val<'s>,
    ) -> Result<View<'t>, Exit> {
        match &expr.kind {
            ExprKind::Path(path) => {
                self.spent(self.state.meter.spend_items(path.segments.len()), expr.span)?;
                match self.fields(path) {
                    Some((value, passed)) if passed == path.segments.len() => {
                        return Ok(value.view());
                    }
                    found => *slot = self.rest_of_path(path, found)?,
                }
            }
            ExprKind::Int(value) => return Ok(View::Int(*value)),
            _ => *slot = self.expr(expr)?,
        }
        Ok(slot.view())
    }

    /// The value of an expression.
    #[inline]
    pub(super) fn expr(&self, expr: &'a Expr) -> Result<Val<'_>, Exit> {
        match &expr.kind {
            ExprKind::Path(path) => {
                self.spent(self.state.meter.spend_items(path.segments.len()), expr.span)?;
                match self.fields(path) {
                    Some((value, passed)) if passed == path.segments.len() => Ok(Val::Ref(value)),
                    found => self.rest_of_path(path, found),
                }
            }
            ExprKind::Str(span) => {
                self.spent(self.state.meter.spend_bytes(span.len()), expr.span)?;
                Ok(Val::Text(Cow::Borrowed(self.text(*span))))
            }
            ExprKind::Int(value) => Ok(Val::Own(Value::Int(*value))),
            _ => self.computed(expr),
        }
    }

    #[inline(never)]
    fn computed(&self, expr: &'a Expr) -> Result<Val<'_>, Exit> {
        Ok(match &expr.kind {
            ExprKind::Path(_) | ExprKind::Str(_) | ExprKind::Int(_) => return self.expr(expr),
            ExprKind::Big(value) => Val::Own(Value::Big(Arc::clone(value))),
            ExprKind::Float(value) => Val::Own(Value::Float(*value)),
            ExprKind::Bool(value) => Val::Own(Value::Bool(*value)),
            ExprKind::Nil | ExprKind::Missing => Val::NIL,
            // Outside of comparisons both are the empty text, as in Ruby.
            ExprKind::Blank | ExprKind::Empty => Val::Text(Cow::Borrowed("")),
            ExprKind::Nested(pipeline) => return self.pipeline(pipeline),
            ExprKind::Range(ends) => {
                let (first, last) = (self.range_end(&ends.0)?, self.range_end(&ends.1)?);
                Val::Own(self.range(first, last, expr.span)?)
            }
        })
    }

    /// The whole number at an end of a range, of any size: strings by their digits, `nil` as 0.
    fn range_end(&self, expr: &'a Expr) -> Result<Value, Exit> {
        let value = self.expr(expr)?;
        self.read(value.view(), expr.span)?;
        // Ruby cuts literal floats when it parses, and refuses floats from variables.
        let literal = matches!(expr.kind, ExprKind::Float(_));
        let integer = match value.view() {
            View::Int(i) => Some(Value::Int(i)),
            View::Nil => Some(Value::Int(0)),
            View::Str(text) => leading_integer(text),
            View::Float(f) if literal => Some(Value::Int(f as i64)),
            other => strict_integer(&other.to_str()),
        };
        integer.ok_or_else(|| self.error(expr.span, "invalid integer".to_owned()))
    }

    /// A range; a short one beyond 64 bits as the list of its numbers. A long one reaches a limit wherever it ends.
    fn range(&self, first: Value, last: Value, at: Span) -> Result<Value, Exit> {
        let (first, last) = match (first, last) {
            (Value::Int(first), Value::Int(last)) => return Ok(Value::Range(first, last)),
            (first, last) => (big(&first), big(&last)),
        };
        let count = &last - &first + 1_u32;
        if count.sign() != Sign::Plus {
            return Ok(Value::Range(1, 0));
        }
        let Some(turns) =
            usize::try_from(count).ok().filter(|turns| *turns <= self.world.limits.list_items)
        else {
            return Ok(Value::Range(cut(&first), cut(&last)));
        };
        self.spent(self.state.meter.spend_items(turns), at)?;
        let numbers = std::iter::successors(Some(first), |number| Some(number + 1_u32));
        Ok(Value::array(numbers.take(turns).map(Value::integer).collect()))
    }

    /// The value of a variable: loops, the template's own, counters, then what the world has.
    #[inline]
    pub(super) fn lookup(&self, name: &str, guess: &Guess) -> Option<&Value> {
        let state = &*self.state;
        state
            .variable(name, guess)
            .or_else(|| state.counter(name))
            .or_else(|| self.world.globals.get_near(name, guess))
    }

    /// Follows a path through existing fields; returns the value reached and the number of segments
    /// followed. `None` if the root is missing, or named by an expression.
    #[inline]
    fn fields(&self, path: &'a Path) -> Option<(&Value, usize)> {
        let root = match &path.root {
            Root::Name(name) => self.lookup(self.text(*name), path.root_guess())?,
            Root::Attribute(attribute) => self.attribute(attribute, path.root_guess())?,
            Root::Index(_) => return None,
        };
        Some(self.fields_of(root, path))
    }

    #[inline]
    fn fields_of<'v>(&self, root: &'v Value, path: &'a Path) -> (&'v Value, usize) {
        let (mut reached, mut passed) = (root, 0);
        while let Some(Segment::Field(span)) = path.segments.get(passed)
            && let Value::Object(object) = reached
        {
            let name = self.text(*span);
            let found = match path.field_guess(passed) {
                Some(guess) => object.get_near(name, guess),
                None => object.get(name),
            };
            let Some(found) = found else { break };
            reached = found;
            passed += 1;
        }
        (reached, passed)
    }

    pub(super) fn path(&self, path: &'a Path) -> Result<Val<'_>, Exit> {
        self.rest_of_path(path, self.fields(path))
    }

    /// Evaluates the segments of a path after those that [`Self::fields`] followed.
    #[inline(never)]
    fn rest_of_path<'s>(
        &'s self,
        path: &'a Path,
        found: Option<(&'s Value, usize)>,
    ) -> Result<Val<'s>, Exit> {
        let found = match &path.root {
            Root::Index(expr) => {
                let name = self.expr(expr)?;
                self.read(name.view(), expr.span)?;
                self.lookup(&name.to_str(), path.root_guess())
                    .map(|root| self.fields_of(root, path))
            }
            _ => found,
        };
        let Some((reached, passed)) = found else { return Ok(Val::NIL) };
        let mut value = Val::Ref(reached);
        for (index, segment) in path.segments.iter().enumerate().skip(passed) {
            let direct = index == 0 && matches!(path.root, Root::Attribute(_));
            value = match value {
                Val::Ref(value) => self.step(value, segment, direct)?,
                Val::Own(value) => Val::Own(self.step(&value, segment, direct)?.into_value()),
                Val::Text(_) => Val::NIL,
            };
        }
        Ok(value)
    }

    pub(super) fn attribute(&self, attribute: &'a Attribute, guess: &Guess) -> Option<&Value> {
        let id = attribute.id?;
        if self.world.dialect.is_block_family(id) {
            let place = attribute.span.start;
            let prepared = &self.state.prepared;
            let found = prepared.binary_search_by_key(&place, |(at, _)| *at).ok()?;
            return prepared.get(found).map(|(_, text)| text);
        }
        let name = self.text(attribute.name);
        if let Some(mentioned) = &self.state.mentioned
            && !mentioned.iter().any(|(family, known)| *family == id && known == name)
        {
            return None;
        }
        match self.world.family(id) {
            Value::Object(object) => object.get_near(name, guess),
            _ => None,
        }
    }

    /// One step into a value; `nil` where there is no such place.
    ///
    /// `direct` says that the value is an attribute itself: `${song}[0]` of an object is then
    /// the object (reference 1.2, a setting).
    pub(super) fn step<'v>(
        &self,
        value: &'v Value,
        segment: &'a Segment,
        direct: bool,
    ) -> Result<Val<'v>, Exit> {
        Ok(match segment {
            Segment::Field(span) => {
                let name = self.text(*span);
                match field(value, name) {
                    Some(found) => found,
                    None => {
                        // Characters are counted.
                        if let Value::Str(text) = value {
                            self.spent(self.state.meter.spend_bytes(text.len()), *span)?;
                        }
                        command(value, name)
                    }
                }
            }
            Segment::Attribute { name, .. } => field(value, self.text(*name)).unwrap_or(Val::NIL),
            Segment::Index { expr, .. } => {
                let key = self.expr(expr)?;
                if let View::Str(name) = key.view() {
                    self.spent(self.state.meter.spend_bytes(name.len()), expr.span)?;
                }
                match (value, key.view()) {
                    (Value::Object(_), View::Int(0 | -1))
                        if direct && self.world.settings.objects_as_lists =>
                    {
                        Val::Ref(value)
                    }
                    (Value::Array(items), View::Int(index)) => {
                        place(items, index).map_or(Val::NIL, Val::Ref)
                    }
                    (_, View::Str(name)) => field(value, name).unwrap_or(Val::NIL),
                    _ => Val::NIL,
                }
            }
        })
    }

    /// The characters of a span of this template.
    #[must_use]
    #[inline]
    pub fn text(&self, span: Span) -> &'a str {
        &self.source[span.range()]
    }
}

/// Takes the steps of what a filter reads as a whole, before it does: texts, and what is printed to
/// become one. List filters read their items by themselves.
fn read_whole(
    filter: &super::filter::Filter,
    input: &Val<'_>,
    arguments: &Arguments<'_>,
    context: &FilterContext<'_>,
) -> Result<(), FilterError> {
    use super::filter::Parameter;
    let is_composite = |view: View<'_>| matches!(view, View::Array(_) | View::Object(_));
    let is_of_items = matches!(
        filter.signature.takes,
        Takes::List | Takes::ListOrText | Takes::Anything | Takes::Object | Takes::Sized
    );
    if !(is_of_items && is_composite(input.view())) {
        context.read(input.view())?;
    }
    for (index, argument) in arguments.positional.iter().enumerate() {
        // What is compared is read as far as it is alike, and a list is passed on.
        let is_passed = || {
            let parameter = filter.parameters.get(index);
            matches!(parameter, Some(Parameter::Optional("value") | Parameter::Required("list")))
        };
        if !(is_composite(argument.view()) && is_passed()) {
            context.read(argument.view())?;
        }
    }
    Ok(())
}

fn big(whole: &Value) -> BigInt {
    match whole {
        Value::Int(i) => BigInt::from(*i),
        Value::Big(big) => (**big).clone(),
        _ => BigInt::ZERO,
    }
}

/// The nearest number of 64 bits.
fn cut(number: &BigInt) -> i64 {
    let most = if number.sign() == Sign::Minus { i64::MIN } else { i64::MAX };
    i64::try_from(number).unwrap_or(most)
}

/// Arguments given by name to a filter that has no such parameter become one object behind the
/// others, as in Ruby.
fn gather_named(filter: &super::filter::Filter, arguments: &mut Arguments<'_>) {
    use super::filter::Parameter;
    if arguments.named.is_empty()
        || filter.parameters.iter().any(|p| matches!(p, Parameter::Named(_)))
    {
        return;
    }
    let mut object = Object::new();
    for (name, value) in arguments.named.drain(..) {
        object.insert(name, value.into_value());
    }
    arguments.positional.push(Val::Own(Value::from(object)));
}

/// A field that is really there.
fn field<'v>(value: &'v Value, name: &str) -> Option<Val<'v>> {
    match value {
        Value::Object(object) => object.get(name).map(Val::Ref),
        Value::Drop(drop) => drop.field(name).map(Val::Own),
        _ => None,
    }
}

/// `size`, `first` and `last`, which everything that has them answers.
fn command<'v>(value: &'v Value, name: &str) -> Val<'v> {
    match (name, value) {
        ("size", Value::Array(items)) => Val::Own(Value::from(items.len())),
        ("size", Value::Object(object)) => Val::Own(Value::from(object.len())),
        ("size", Value::Str(text)) => Val::Own(Value::from(text.chars().count())),
        ("size", Value::Range(first, last)) => {
            Val::Own(Value::Int(last.saturating_sub(*first).saturating_add(1).max(0)))
        }
        // Ruby tells the bytes of the number.
        ("size", Value::Int(_)) => Val::Own(Value::Int(8)),
        ("size", Value::Big(big)) => Val::Own(Value::Int(big.bits().div_ceil(8) as i64)),
        ("first", Value::Array(items)) => items.first().map_or(Val::NIL, Val::Ref),
        ("last", Value::Array(items)) => items.last().map_or(Val::NIL, Val::Ref),
        ("first", Value::Object(object)) => object.entry_at(0).map_or(Val::NIL, |(key, value)| {
            Val::Own(Value::array(vec![Value::Str(Arc::clone(key)), value.clone()]))
        }),
        ("first", Value::Range(first, _)) => Val::Own(Value::Int(*first)),
        ("last", Value::Range(_, last)) => Val::Own(Value::Int(*last)),
        _ => Val::NIL,
    }
}

/// The item at a place, counted from the end where negative.
fn place(items: &[Value], index: i64) -> Option<&Value> {
    let index = if index < 0 { index.checked_add(items.len() as i64)? } else { index };
    items.get(usize::try_from(index).ok()?)
}
