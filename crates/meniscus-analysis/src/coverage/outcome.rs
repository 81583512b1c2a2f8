//! Constant results of conditions and loops that consist of literals.

use std::borrow::Cow;
use std::sync::Arc;

use crate::syntax::ast::{
    Comparison, Condition, Connective, Expr, ExprKind, Loop, Offset, Operator,
};
use crate::text::Source;
use crate::value::{Meter, Val, Value, compare, contains, equal};

/// Returns the constant result of a condition; `None` if it depends on data.
pub(super) fn of_condition(source: &Source, condition: &Condition) -> Option<bool> {
    // Evaluated right to left.
    let mut outcome = None;
    for (index, comparison) in condition.comparisons.iter().enumerate().rev() {
        let own = of_comparison(source, comparison);
        outcome = match condition.connectives.get(index) {
            None => own,
            Some(Connective::And) => match (own, outcome) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), rest) => rest,
                (None, _) => None,
            },
            Some(Connective::Or) => match (own, outcome) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), rest) => rest,
                (None, _) => None,
            },
        };
    }
    outcome
}

/// Returns the constant result of a comparison.
pub(super) fn of_comparison(source: &Source, comparison: &Comparison) -> Option<bool> {
    let Some((operator, _, right)) = &comparison.rest else {
        return match comparison.left.kind {
            ExprKind::Blank | ExprKind::Empty => Some(true),
            _ => Some(literal(source, &comparison.left)?.view().is_truthy()),
        };
    };
    let (left, right) = (literal(source, &comparison.left)?, literal(source, right)?);
    let (left, right) = (left.view(), right.view());
    let order = |fits: fn(std::cmp::Ordering) -> bool| {
        compare(left, right).ok().map(|order| order.is_some_and(fits))
    };
    match operator {
        Operator::Equal => Some(equal(left, right)),
        Operator::NotEqual => Some(!equal(left, right)),
        Operator::Contains => Some(contains(left, right, &Meter::new(u64::MAX))),
        Operator::Less => order(std::cmp::Ordering::is_lt),
        Operator::Greater => order(std::cmp::Ordering::is_gt),
        Operator::LessOrEqual => order(std::cmp::Ordering::is_le),
        Operator::GreaterOrEqual => order(std::cmp::Ordering::is_ge),
        Operator::Unknown => None,
    }
}

/// Returns the value of a literal.
fn literal<'s>(source: &'s Source, expr: &Expr) -> Option<Val<'s>> {
    Some(match &expr.kind {
        ExprKind::Nil => Val::NIL,
        ExprKind::Bool(value) => Val::Own(Value::Bool(*value)),
        ExprKind::Int(value) => Val::Own(Value::Int(*value)),
        ExprKind::Big(value) => Val::Own(Value::Big(Arc::clone(value))),
        ExprKind::Float(value) => Val::Own(Value::Float(*value)),
        ExprKind::Str(span) => Val::Text(Cow::Borrowed(source.slice(*span))),
        _ => return None,
    })
}

/// Returns the least and most iterations of a loop whose body doesn't exit early.
pub(super) fn of_loop(source: &Source, markup: &Loop) -> (u64, u64) {
    let whole = |expr: &Expr| match expr.kind {
        ExprKind::Int(value) => Some(u64::try_from(value).unwrap_or(0)),
        _ => None,
    };
    let items = match &markup.collection.kind {
        ExprKind::Range(ends) => match (&ends.0.kind, &ends.1.kind) {
            (ExprKind::Int(first), ExprKind::Int(last)) => {
                Some(u64::try_from(last.saturating_sub(*first).saturating_add(1)).unwrap_or(0))
            }
            _ => None,
        },
        ExprKind::Str(span) => Some(u64::from(!source.slice(*span).is_empty())),
        ExprKind::Nil | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_) => Some(0),
        _ => None,
    };
    let most = markup.limit.as_ref().and_then(whole).unwrap_or(u64::MAX);
    let skipped = match &markup.offset {
        None => Some(0),
        Some(Offset::At(expr)) => whole(expr),
        Some(Offset::Continue) => None,
    };
    let is_limited = markup.limit.is_some() && most == u64::MAX;
    match (items, skipped) {
        (Some(items), Some(skipped)) => {
            let iterations = items.saturating_sub(skipped).min(most);
            (if is_limited { 0 } else { iterations }, iterations)
        }
        (Some(items), None) => (0, items.min(most)),
        (None, _) => (0, most),
    }
}
