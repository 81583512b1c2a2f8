//! Chains of conditions that compare one value with numbers.

use super::implied::{number, same};
use crate::syntax::ast::{
    BranchKind, Comparison, Condition, Connective, Expr, Markup, Operator, Tag,
};
use crate::text::Source;

/// The numbers for which the branches of an `if` are taken.
#[derive(Debug)]
pub(in crate::rules) struct Ranges<'t> {
    /// The value that all of them compare.
    pub value: &'t Expr,
    branches: Vec<Range>,
    /// The numbers that it is compared with, each with its comparison.
    pub bounds: Vec<(f64, &'t Comparison)>,
}

/// Numbers between two bounds, each with whether it belongs to them.
#[derive(Clone, Copy, Debug)]
struct Range {
    least: (f64, bool),
    most: (f64, bool),
}

impl Range {
    const ALL: Range = Range { least: (f64::NEG_INFINITY, true), most: (f64::INFINITY, true) };

    fn holds(self, number: f64) -> bool {
        let above = number > self.least.0 || (self.least.1 && number == self.least.0);
        let below = number < self.most.0 || (self.most.1 && number == self.most.0);
        above && below
    }

    /// Narrows it by a comparison; `None` for `!=` and other operators.
    fn and(mut self, operator: Operator, bound: f64) -> Option<Range> {
        match operator {
            Operator::Greater if bound >= self.least.0 => self.least = (bound, false),
            Operator::GreaterOrEqual if bound > self.least.0 => self.least = (bound, true),
            Operator::Less if bound <= self.most.0 => self.most = (bound, false),
            Operator::LessOrEqual if bound < self.most.0 => self.most = (bound, true),
            Operator::Equal => (self.least, self.most) = ((bound, true), (bound, true)),
            Operator::Greater
            | Operator::GreaterOrEqual
            | Operator::Less
            | Operator::LessOrEqual => {}
            Operator::NotEqual | Operator::Contains | Operator::Unknown => return None,
        }
        Some(self)
    }
}

/// Reads an `if` with its `elsif`s; `None` if a condition asks for anything else.
pub(in crate::rules) fn ranges<'t>(source: &Source, tag: &'t Tag) -> Option<Ranges<'t>> {
    let Markup::Condition(first) = &tag.markup else { return None };
    let value = &first.comparisons.first()?.left;
    let mut found = Ranges { value, branches: Vec::new(), bounds: Vec::new() };
    let more = tag.branches.iter().filter(|branch| branch.kind == BranchKind::Elsif);
    let more = more.map(|branch| match &branch.markup {
        Markup::Condition(condition) => Some(condition),
        _ => None,
    });
    for condition in std::iter::once(Some(first)).chain(more) {
        let Condition { comparisons, connectives, .. } = condition?;
        if comparisons.len() > 2 || connectives.contains(&Connective::Or) {
            return None;
        }
        let mut range = Range::ALL;
        for comparison in comparisons {
            let (operator, _, right) = comparison.rest.as_ref()?;
            let bound = number(right).filter(|_| same(source, &comparison.left, value))?;
            range = range.and(*operator, bound)?;
            found.bounds.push((bound, comparison));
        }
        found.branches.push(range);
    }
    Some(found)
}

impl Ranges<'_> {
    fn holds(&self, number: f64) -> bool {
        self.branches.iter().any(|range| range.holds(number))
    }

    /// Whether a number is left out between two branches.
    pub fn is_gap(&self, number: f64) -> bool {
        let near = (number.abs() * 1e-9).max(1e-9);
        !self.holds(number) && self.holds(number - near) && self.holds(number + near)
    }

    /// Whether a branch is taken for every number.
    pub fn is_whole(&self) -> bool {
        let mut places = vec![f64::MIN, f64::MAX];
        for (bound, _) in &self.bounds {
            let near = (bound.abs() * 1e-9).max(1e-9);
            places.extend([*bound, bound - near, bound + near]);
        }
        places.into_iter().all(|number| self.holds(number))
    }
}
