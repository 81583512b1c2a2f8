//! Comparisons with a constant result.

use super::implied::{number, same};
use crate::syntax::ast::{Condition, Connective, Expr, ExprKind, Operator};
use crate::text::Source;

/// A comparison's result, for any recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rules) enum Constant {
    Holds,
    Fails,
}

/// Returns a comparison's constant result. `true` and `false` without effect, as in `a and true`,
/// are left out.
pub(in crate::rules) fn constant(
    source: &Source,
    condition: &Condition,
    index: usize,
) -> Option<Constant> {
    let comparison = condition.comparisons.get(index)?;
    let holds = match &comparison.rest {
        None => {
            let holds = alone(&comparison.left)?;
            let before = index.checked_sub(1).and_then(|before| condition.connectives.get(before));
            let around = before.or_else(|| condition.connectives.get(index));
            let idle = match around {
                None => false,
                Some(Connective::And) => holds,
                Some(Connective::Or) => !holds,
            };
            let word = matches!(comparison.left.kind, ExprKind::Bool(_) | ExprKind::Nil);
            if idle && word {
                return None;
            }
            holds
        }
        Some((operator, _, right)) => compared(source, &comparison.left, *operator, right)?,
    };
    Some(if holds { Constant::Holds } else { Constant::Fails })
}

/// Returns whether a literal is truthy: all but `false` and `nil` are.
fn alone(expr: &Expr) -> Option<bool> {
    match expr.kind {
        ExprKind::Bool(value) => Some(value),
        ExprKind::Nil => Some(false),
        ExprKind::Str(_)
        | ExprKind::Int(_)
        | ExprKind::Big(_)
        | ExprKind::Float(_)
        | ExprKind::Blank
        | ExprKind::Empty => Some(true),
        _ => None,
    }
}

fn compared(source: &Source, left: &Expr, operator: Operator, right: &Expr) -> Option<bool> {
    let words = |expr: &Expr| matches!(expr.kind, ExprKind::Str(_) | ExprKind::Bool(_));
    if words(left) && words(right) {
        return match operator {
            Operator::Equal => Some(same(source, left, right)),
            Operator::NotEqual => Some(!same(source, left, right)),
            _ => None,
        };
    }
    let (left, right) = (number(left)?, number(right)?);
    match operator {
        Operator::Equal => Some(left == right),
        Operator::NotEqual => Some(left != right),
        Operator::Less => Some(left < right),
        Operator::Greater => Some(left > right),
        Operator::LessOrEqual => Some(left <= right),
        Operator::GreaterOrEqual => Some(left >= right),
        Operator::Contains | Operator::Unknown => None,
    }
}
