//! Which conditions imply others.

use crate::syntax::ast::{Comparison, Condition, Connective, Expr, ExprKind, Operator};
use crate::text::Source;

/// Most earlier conditions, and comparisons per condition, that are compared.
const MAX_COMPARED: usize = 32;

/// Earlier conditions that cover a later one.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Covering<'c> {
    /// The condition, or the one that covers the first alternative.
    pub first: &'c Condition,
    /// Whether it covers all alternatives.
    pub alone: bool,
}

/// Returns earlier conditions, one of which holds whenever `later` does.
pub(in crate::rules) fn covering<'c>(
    source: &Source,
    before: &[&'c Condition],
    later: &Condition,
) -> Option<Covering<'c>> {
    if before.is_empty() {
        return None;
    }
    let near = &before[before.len().saturating_sub(MAX_COMPARED)..];
    let text = source.slice(later.span).trim();
    if let Some(same) = near.iter().find(|one| source.slice(one.span).trim() == text) {
        return Some(Covering { first: same, alone: true });
    }
    let covered = |conjunction: &[&Comparison]| {
        near.iter().copied().find(|condition| {
            conjunctions(condition).is_some_and(|alternatives| {
                alternatives.iter().any(|alternative| {
                    alternative
                        .iter()
                        .all(|one| conjunction.iter().any(|other| holds(source, one, other)))
                })
            })
        })
    };
    let mut all = conjunctions(later)?.into_iter();
    let first = covered(&all.next()?)?;
    let mut alone = true;
    for alternative in all {
        alone &= std::ptr::eq(covered(&alternative)?, first);
    }
    Some(Covering { first, alone })
}

/// Splits a condition into alternatives, each a list of comparisons; `None` if `and` and `or` are
/// mixed or there are too many.
fn conjunctions(condition: &Condition) -> Option<Vec<Vec<&Comparison>>> {
    if condition.comparisons.len() > MAX_COMPARED {
        return None;
    }
    if condition.connectives.iter().all(|one| *one == Connective::And) {
        return Some(vec![condition.comparisons.iter().collect()]);
    }
    let all_or = condition.connectives.iter().all(|one| *one == Connective::Or);
    all_or.then(|| condition.comparisons.iter().map(|one| vec![one]).collect())
}

/// Whether `one` holds whenever `other` does.
fn holds(source: &Source, one: &Comparison, other: &Comparison) -> bool {
    if !same(source, &one.left, &other.left) {
        return false;
    }
    let Some((operator, _, right)) = &one.rest else {
        // The value is present.
        return match &other.rest {
            None => true,
            Some((Operator::Equal, _, value)) => is_filled(source, value),
            Some((Operator::Contains, ..)) => true,
            Some((operator, _, value)) => is_order(*operator) && number(value).is_some(),
        };
    };
    let Some((other_operator, _, other_right)) = &other.rest else {
        return *operator == Operator::NotEqual && matches!(right.kind, ExprKind::Nil);
    };
    if operator == other_operator && same(source, right, other_right) {
        return *operator != Operator::Unknown;
    }
    if *operator == Operator::NotEqual {
        return match (right.kind.is_nothing(), other_operator) {
            (true, Operator::Equal) => is_filled(source, other_right),
            (true, _) => is_order(*other_operator) && number(other_right).is_some(),
            (false, _) => *other_operator == Operator::Equal && differ(source, right, other_right),
        };
    }
    let (Some(bound), Some(value)) = (number(right), number(other_right)) else { return false };
    match (operator, other_operator) {
        (Operator::Greater, Operator::Greater) | (Operator::GreaterOrEqual, Operator::Greater) => {
            value >= bound
        }
        (Operator::Greater, Operator::GreaterOrEqual | Operator::Equal) => value > bound,
        (Operator::GreaterOrEqual, Operator::GreaterOrEqual | Operator::Equal) => value >= bound,
        (Operator::Less, Operator::Less) | (Operator::LessOrEqual, Operator::Less) => {
            value <= bound
        }
        (Operator::Less, Operator::LessOrEqual | Operator::Equal) => value < bound,
        (Operator::LessOrEqual, Operator::LessOrEqual | Operator::Equal) => value <= bound,
        _ => false,
    }
}

/// Whether two expressions are equal, ignoring braces.
pub(in crate::rules) fn same(source: &Source, one: &Expr, other: &Expr) -> bool {
    let (one, other) = (bare(one), bare(other));
    let (a, b) = (source.slice(one.span), source.slice(other.span));
    if a == b {
        return true;
    }
    match (&one.kind, &other.kind) {
        (ExprKind::Str(a), ExprKind::Str(b)) => source.slice(*a) == source.slice(*b),
        _ => {
            let words = |text: &str| text.contains(['\'', '"']);
            !words(a) && !words(b) && letters(a).eq(letters(b))
        }
    }
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_whitespace())
}

/// Removes braces that have no effect.
fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Nested(pipeline) if pipeline.filters.is_empty() => bare(&pipeline.subject),
        _ => expr,
    }
}

/// Whether an expression is a value other than `nil`, `false`, or empty.
fn is_filled(source: &Source, expr: &Expr) -> bool {
    match bare(expr).kind {
        ExprKind::Str(span) => !source.slice(span).trim().is_empty(),
        ExprKind::Bool(value) => value,
        ExprKind::Int(_) | ExprKind::Float(_) => true,
        _ => false,
    }
}

/// Whether two literals differ.
fn differ(source: &Source, one: &Expr, other: &Expr) -> bool {
    match (&bare(one).kind, &bare(other).kind) {
        (ExprKind::Str(a), ExprKind::Str(b)) => source.slice(*a) != source.slice(*b),
        (ExprKind::Bool(a), ExprKind::Bool(b)) => a != b,
        _ => number(one).zip(number(other)).is_some_and(|(a, b)| a != b),
    }
}

pub(in crate::rules) fn number(expr: &Expr) -> Option<f64> {
    match bare(expr).kind {
        ExprKind::Int(value) => Some(value as f64),
        ExprKind::Float(value) => Some(value),
        _ => None,
    }
}

pub(in crate::rules) fn is_order(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Less | Operator::LessOrEqual | Operator::Greater | Operator::GreaterOrEqual
    )
}
