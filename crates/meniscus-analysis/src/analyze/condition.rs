//! Conditions: what each implies where it holds and where it fails.

use std::sync::Arc;

use super::call_set::{CallSet, Derived};
use super::environment::Alias;
use super::evaluate::Evaluated;
use super::model::{ComparisonUse, TestUse, Usage};
use super::place::{Command, Place, PlaceRoot, PlaceStep};
use super::walker::Walker;
use crate::shape::{Kinds, Shape};
use crate::syntax::ast::{Comparison, Condition, Connective, Expr, ExprKind, Operator};
use crate::text::Span;
use crate::value::{Value, View, equal, is_blank};

/// A fact learned about a place.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    place: Arc<Place>,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Present,
    Filled,
    Equals(Value),
    Differs(Value),
    /// A number above this one; `true` includes equality.
    Above(f64, bool),
}

/// What a condition implies.
#[derive(Clone, Debug, Default)]
pub(super) struct Test {
    pub holds: Vec<Finding>,
    pub fails: Vec<Finding>,
    pub checked: Checked,
}

/// Calls whose responses a condition checks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Checked {
    pub of: CallSet,
    /// Calls that have a response if the condition holds.
    pub holds: CallSet,
    /// Calls that have a response if the condition fails.
    pub fails: CallSet,
}

impl Test {
    pub fn not(self) -> Test {
        let Checked { of, holds, fails } = self.checked;
        let checked = Checked { of, holds: fails, fails: holds };
        Test { holds: self.fails, fails: self.holds, checked }
    }

    fn reversed(mut self) -> Test {
        self.holds.reverse();
        self.fails.reverse();
        self
    }
}

impl<'a> Walker<'a> {
    pub fn condition(&mut self, condition: &'a Condition) -> Test {
        let tests = condition.comparisons.iter().map(|one| self.comparison(one));
        let tests = tests.collect::<Vec<_>>();
        if self.records() {
            let always = match (&*condition.comparisons, &*condition.connectives) {
                ([one], []) => written_out(one),
                _ => None,
            };
            self.model.tests.push(TestUse { at: self.site(condition.span), always });
        }
        // Right to left like Ruby: `a and b or c` is `a and (b or c)`. Findings are collected in
        // reverse, which keeps long conditions linear.
        let mut tests = tests.into_iter().rev().map(Test::reversed);
        let mut all = tests.next().unwrap_or_default();
        for (test, connective) in tests.zip(condition.connectives.iter().rev()) {
            all = match connective {
                Connective::And => and(all, test),
                Connective::Or => and(all.not(), test.not()).not(),
            };
        }
        all.reversed()
    }

    fn comparison(&mut self, comparison: &'a Comparison) -> Test {
        let left = self.expr(&comparison.left, Usage::Tested, false);
        let Some((operator, _, right)) = &comparison.rest else {
            let places = self.tested_places(&comparison.left, &left);
            let Derived { calls: of, denied: fails } = left.derived;
            return Test {
                holds: places.iter().map(present).collect(),
                fails: Vec::new(),
                checked: Checked { of, holds: left.derived.affirmed(), fails },
            };
        };
        let right_value = self.expr(right, Usage::Tested, false);
        self.compared(comparison.span, &comparison.left, &left, *operator, right, &right_value)
    }

    /// Records a comparison in the model and returns what it implies.
    pub fn compared(
        &mut self,
        span: Span,
        left: &'a Expr,
        left_value: &Evaluated<'a>,
        operator: Operator,
        right: &'a Expr,
        right_value: &Evaluated<'a>,
    ) -> Test {
        if self.records() {
            self.model.comparisons.push(ComparisonUse {
                at: self.site(span),
                left,
                left_shape: Arc::clone(&left_value.shape),
                operator,
                right,
                right_shape: Arc::clone(&right_value.shape),
            });
        }
        let mut test = self.one_side(left, left_value, operator, right, right_value);
        // The place is on the right, so swap the operator.
        let swapped = match operator {
            Operator::Less => Some(Operator::Greater),
            Operator::Greater => Some(Operator::Less),
            Operator::LessOrEqual => Some(Operator::GreaterOrEqual),
            Operator::GreaterOrEqual => Some(Operator::LessOrEqual),
            Operator::Equal | Operator::NotEqual => Some(operator),
            Operator::Contains | Operator::Unknown => None,
        };
        if let Some(operator) = swapped {
            let other = self.one_side(right, right_value, operator, left, left_value);
            test.holds.extend(other.holds);
            test.fails.extend(other.fails);
        }
        test.checked = match swapped {
            Some(operator) if left_value.derived == Derived::NONE => {
                checked(right_value, operator, left, left_value)
            }
            _ => checked(left_value, operator, right, right_value),
        };
        test
    }

    fn one_side(
        &self,
        expr: &'a Expr,
        value: &Evaluated<'a>,
        operator: Operator,
        other: &Expr,
        other_value: &Evaluated<'a>,
    ) -> Test {
        if let Some(alias) = value.alias.as_ref().filter(|alias| alias.is_size)
            && self.is_valid(alias)
        {
            let constant = other_value.shape.as_constant();
            let mut all = size_test(&alias.place, operator, constant);
            let own = self.place_of(expr).and_then(|own| own.sized());
            if let Some(own) = own.filter(|own| *own != *alias.place) {
                let test = size_test(&Arc::new(own), operator, constant);
                all.holds.extend(test.holds);
                all.fails.extend(test.fails);
            }
            return all;
        }
        let mut all = Test::default();
        for place in self.tested_places(expr, value) {
            let test = place_test(place, operator, other, other_value.shape.as_constant());
            all.holds.extend(test.holds);
            all.fails.extend(test.fails);
        }
        all
    }

    /// Places that an expression refers to: both, for a variable that aliases another place.
    fn tested_places(&self, expr: &Expr, value: &Evaluated<'a>) -> Vec<Arc<Place>> {
        let own = self.place_of(expr).map(Arc::new);
        let other = value.alias.as_ref().filter(|alias| !alias.is_size && self.is_valid(alias));
        let other = other.map(|alias| Arc::clone(&alias.place));
        let mut places = own.into_iter().chain(other).collect::<Vec<_>>();
        places.dedup();
        places
    }

    /// Whether neither the variable nor its alias has been rebound.
    pub fn is_valid(&self, alias: &Alias) -> bool {
        self.environment.version(&alias.place.root) == alias.version
    }

    /// Continues under the assumption that a condition holds.
    pub fn learn_holds(&mut self, test: &Test) {
        self.environment.checked |= test.checked.holds;
        self.learn(&test.holds);
    }

    /// Continues under the assumption that a condition fails.
    pub fn learn_fails(&mut self, test: &Test) {
        self.environment.checked |= test.checked.fails;
        self.learn(&test.fails);
    }

    fn learn(&mut self, findings: &[Finding]) {
        for finding in findings {
            self.learn_one(&finding.place, &finding.what);
        }
    }

    /// Continues inside a loop over a list, which therefore has items.
    pub fn learn_filled(&mut self, place: &Arc<Place>) {
        self.learn_one(place, &What::Filled);
    }

    fn learn_one(&mut self, place: &Arc<Place>, what: &What) {
        let binding = place.as_variable().and_then(|name| self.environment.get(name));
        let implied = binding.and_then(|binding| binding.implies.clone());
        if let Some(implied) = implied.filter(|implied| excludes(what, &implied.unless)) {
            self.environment.learn_implied(&implied);
        }
        let last = place.steps.len();
        let Some(mut shape) = self.shape_at_root(&place.root) else { return };
        // Every value along the path is present.
        for index in 0..=last {
            let here =
                if index == last { Arc::clone(place) } else { Arc::new(place.prefix(index)) };
            if let Some(step) = index.checked_sub(1).and_then(|before| place.steps.get(before)) {
                shape = match self.environment.fact(&here) {
                    Some(known) => Arc::clone(known),
                    None => stepped(&shape, step),
                };
            }
            let differs = index == last && matches!(what, What::Differs(_) | What::Above(..));
            if !differs {
                let next = place.steps.get(index);
                let filled = next.is_some_and(PlaceStep::leads_to_item)
                    || (index == last && matches!(what, What::Filled));
                shape = Arc::new(if filled { shape.without_empty() } else { shape.without_nil() });
                if let (true, What::Equals(value)) = (index == last, what) {
                    let kind = Kinds::of(value.view());
                    if shape.kinds.meets(kind) && kind.within(Kinds::SCALAR) {
                        let place = shape.place.clone();
                        shape = Arc::new(Shape { place, ..Shape::constant(value.clone()) });
                    }
                }
                self.environment.learn(&here, Arc::clone(&shape));
            }
        }
        // A discriminator field narrows the object that owns it.
        let (value, equal) = match what {
            What::Equals(value) => (value, true),
            What::Differs(value) => (value, false),
            _ => return,
        };
        let Some((owner, PlaceStep::Field(name))) = place.split_last() else { return };
        let known = match self.environment.fact(&owner) {
            Some(known) => Some(Arc::clone(known)),
            None if last == 1 => self.shape_at_root(&owner.root),
            None => None,
        };
        if let Some(narrowed) = known.and_then(|shape| shape.where_field(name, value, equal)) {
            self.environment.learn(&Arc::new(owner), narrowed);
            if equal {
                let shape = Arc::new(Shape::constant(value.clone()));
                self.environment.learn(place, shape);
            }
        }
    }

    fn shape_at_root(&self, root: &PlaceRoot) -> Option<Arc<Shape>> {
        if let Some(known) = self.environment.fact(&Place::of_root(root.clone())) {
            return Some(Arc::clone(known));
        }
        match root {
            PlaceRoot::Variable(name) => {
                if let Some(binding) = self.environment.get(name) {
                    return Some(Arc::clone(&binding.shape));
                }
                let known = self.known.variables.get(name);
                Some(known.map_or_else(|| Arc::new(Shape::any()), Arc::clone))
            }
            PlaceRoot::Attribute { family, name } => {
                let family = (!family.is_empty()).then_some(&**family);
                let id = self.known.semantics.family(family)?;
                let known = self.known.families.get(usize::from(id.0))?;
                Some(match known.field(name) {
                    Some(field) => super::evaluate::of_field(name, field),
                    None => Arc::new(Shape::any()),
                })
            }
        }
    }
}

/// Returns what comparing a place with a value implies.
fn place_test(
    place: Arc<Place>,
    operator: Operator,
    other: &Expr,
    constant: Option<&Value>,
) -> Test {
    let nothing = match &other.kind {
        ExprKind::Blank | ExprKind::Empty => Some(What::Filled),
        ExprKind::Nil => Some(What::Present),
        _ => match constant {
            Some(Value::Nil) => Some(What::Present),
            Some(value) if matches!(value.view(), View::Str("")) => Some(What::Filled),
            _ => None,
        },
    };
    match (operator, nothing) {
        (Operator::Equal, Some(what)) => {
            Test { fails: vec![Finding { place, what }], ..Test::default() }
        }
        (Operator::NotEqual, Some(what)) => {
            Test { holds: vec![Finding { place, what }], ..Test::default() }
        }
        (Operator::Equal | Operator::NotEqual, None) => {
            let test = match constant {
                Some(value) => Test {
                    holds: vec![Finding {
                        place: Arc::clone(&place),
                        what: What::Equals(value.clone()),
                    }],
                    fails: vec![Finding { place, what: What::Differs(value.clone()) }],
                    ..Test::default()
                },
                None => Test::default(),
            };
            if operator == Operator::Equal { test } else { test.not() }
        }
        (Operator::Unknown, _) => Test::default(),
        // `nil` is neither less nor greater than anything, and contains nothing.
        (operator, _) => {
            let number = constant.and_then(|value| match value.view() {
                View::Int(number) => Some(number as f64),
                View::Float(number) => Some(number),
                _ => None,
            });
            let above = |equal: bool| number.map(|number| What::Above(number, equal));
            let (holds, fails) = match operator {
                Operator::Greater => (above(false), None),
                Operator::GreaterOrEqual => (above(true), None),
                Operator::Less => (None, above(true)),
                Operator::LessOrEqual => (None, above(false)),
                _ => (None, None),
            };
            let found = |what: Option<What>| {
                what.map(|what| Finding { place: Arc::clone(&place), what }).into_iter()
            };
            Test {
                holds: found(holds).chain([present(&place)]).collect(),
                fails: found(fails).collect(),
                ..Test::default()
            }
        }
    }
}

/// Whether a finding rules a value out.
fn excludes(what: &What, value: &Value) -> bool {
    match what {
        What::Present => !value.view().is_truthy(),
        What::Filled => is_blank(value.view()),
        What::Equals(found) => !equal(found.view(), value.view()),
        What::Differs(found) => equal(found.view(), value.view()),
        What::Above(least, or_equal) => match value.view() {
            View::Int(number) if *or_equal => (number as f64) < *least,
            View::Int(number) => number as f64 <= *least,
            _ => false,
        },
    }
}

/// Combines two tests by `and`. If the whole fails, only what follows from either failure is known.
fn and(a: Test, b: Test) -> Test {
    let mut holds = a.holds;
    holds.extend(b.holds);
    let mut fails = Vec::new();
    for finding in &a.fails {
        if let Some(other) = b.fails.iter().find(|other| other.place == finding.place) {
            let what = match (&finding.what, &other.what) {
                (What::Filled, What::Filled) => What::Filled,
                (What::Equals(x), What::Equals(y)) if equal(x.view(), y.view()) => {
                    What::Equals(x.clone())
                }
                (What::Differs(_) | What::Above(..), _)
                | (_, What::Differs(_) | What::Above(..)) => {
                    continue;
                }
                _ => What::Present,
            };
            fails.push(Finding { place: Arc::clone(&finding.place), what });
        }
    }
    let checked = Checked {
        of: a.checked.of | b.checked.of,
        holds: a.checked.holds | b.checked.holds,
        fails: a.checked.fails & b.checked.fails,
    };
    Test { holds, fails, checked }
}

/// Returns the calls that a comparison checks through either of its sides.
fn checked(
    value: &Evaluated<'_>,
    operator: Operator,
    other: &Expr,
    other_value: &Evaluated<'_>,
) -> Checked {
    let Derived { calls: of, denied } = value.derived | other_value.derived;
    let both = Checked { of, holds: of, fails: of };
    let holds = Checked { of, holds: of, fails: CallSet::NONE };
    let fails = Checked { of, holds: CallSet::NONE, fails: of };
    let unread_session = match other.kind.is_nothing() {
        true => Some(true),
        false => other_value.shape.as_constant().map(|value| is_uninformative(value.view())),
    };
    // For a flag, either value may mean that the response has arrived.
    let flag = other_value.shape.as_constant().filter(|value| matches!(value, Value::Bool(_)));
    if let Some(flag) = flag
        && matches!(operator, Operator::Equal | Operator::NotEqual)
    {
        let is_true = matches!(flag, Value::Bool(true)) == (operator == Operator::Equal);
        let (yes, no) = (of.without(denied), denied);
        let (holds, fails) = if is_true { (yes, no) } else { (no, yes) };
        return Checked { of, holds, fails };
    }
    match (operator, unread_session) {
        // Without a response, the value differs from `'error'`, too.
        (Operator::Equal | Operator::NotEqual, Some(true)) if !other.kind.is_nothing() => {
            Checked { of, holds: CallSet::NONE, fails: CallSet::NONE }
        }
        (Operator::Equal, Some(true)) | (Operator::NotEqual, Some(false)) => fails,
        (Operator::Equal, Some(false)) | (Operator::NotEqual, Some(true)) => holds,
        // A missing value is never greater than anything and contains nothing.
        (Operator::Greater | Operator::GreaterOrEqual | Operator::Contains, _) => holds,
        _ => both,
    }
}

/// Whether a value also occurs when there is no response, or a bad one.
fn is_uninformative(value: View<'_>) -> bool {
    match value {
        View::Nil | View::Bool(false) | View::Int(0) => true,
        View::Float(number) => number == 0.0,
        View::Str(text) => {
            let words = ["", "error", "failed", "failure", "fail", "false"];
            words.iter().any(|word| text.trim().eq_ignore_ascii_case(word))
        }
        _ => false,
    }
}

/// Combines tests of the same value by `or`.
pub(super) fn any_of(tests: Vec<Test>) -> Test {
    let mut tests = tests.into_iter();
    let first = tests.next().unwrap_or_default();
    tests.fold(first, |all, test| and(all.not(), test.not()).not())
}

fn present(place: &Arc<Place>) -> Finding {
    Finding { place: Arc::clone(place), what: What::Present }
}

fn size_test(place: &Arc<Place>, operator: Operator, other: Option<&Value>) -> Test {
    let filled = || vec![Finding { place: Arc::clone(place), what: What::Filled }];
    let number = match other.map(Value::view) {
        Some(View::Int(number)) => number,
        _ => return Test::default(),
    };
    let (holds, fails) = match operator {
        Operator::Greater => (number >= 0, number < 0),
        Operator::GreaterOrEqual => (number >= 1, false),
        Operator::Equal => (number >= 1, number == 0),
        Operator::NotEqual => (number == 0, number >= 1),
        Operator::Less => (false, number >= 1),
        Operator::LessOrEqual => (false, number >= 0),
        Operator::Contains | Operator::Unknown => (false, false),
    };
    Test {
        holds: if holds { filled() } else { Vec::new() },
        fails: if fails { filled() } else { Vec::new() },
        ..Test::default()
    }
}

/// Whether a condition of literals is always true or always false.
fn written_out(comparison: &Comparison) -> Option<bool> {
    fn constant(expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::Bool(value) => Some(Value::Bool(*value)),
            ExprKind::Int(value) => Some(Value::Int(*value)),
            ExprKind::Float(value) => Some(Value::Float(*value)),
            ExprKind::Nil => Some(Value::Nil),
            _ => None,
        }
    }
    match (&comparison.left.kind, &comparison.rest) {
        (ExprKind::Str(_), None) => Some(true),
        (_, None) => constant(&comparison.left).map(|value| value.view().is_truthy()),
        (_, Some((Operator::Equal, _, right))) => {
            Some(equal(constant(&comparison.left)?.view(), constant(right)?.view()))
        }
        (_, Some((Operator::NotEqual, _, right))) => {
            Some(!equal(constant(&comparison.left)?.view(), constant(right)?.view()))
        }
        _ => None,
    }
}

/// Takes a step from a shape, without evidence that it may be missing.
fn stepped(shape: &Shape, step: &PlaceStep) -> Arc<Shape> {
    if let Some(name) = step.key()
        && let Some(field) = shape.field(name)
    {
        return super::evaluate::of_field(name, field);
    }
    match step {
        PlaceStep::Command(Command::Size) => Arc::new(Shape::of_kinds(Kinds::INT)),
        step if step.leads_to_item() => {
            let list = shape.list.as_ref();
            list.map_or_else(|| Arc::new(Shape::any()), |list| Arc::clone(&list.item))
        }
        _ => Arc::new(Shape::any()),
    }
}
