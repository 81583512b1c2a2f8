use std::cmp::Ordering;

use super::hits::Event;
use super::renderer::{Exit, Renderer};
use crate::syntax::ast::{Comparison, Condition, Connective, Expr, ExprKind, Operator};
use crate::value::{View, compare, contains, equal, is_blank, is_empty};

impl<'a> Renderer<'a> {
    /// Whether a condition holds, read from right to left: `a or b and c` is `a or (b and c)`,
    /// and so is `a and b or c` `a and (b or c)`.
    pub(super) fn holds(&self, condition: &'a Condition) -> Result<bool, Exit> {
        let mut result = false;
        for (index, comparison) in condition.comparisons.iter().enumerate() {
            result = self.comparison_holds(comparison)?;
            let event = if result { Event::Held } else { Event::Failed };
            self.note(comparison.span.start, event);
            match condition.connectives.get(index) {
                Some(Connective::And) if !result => break,
                Some(Connective::Or) if result => break,
                _ => {}
            }
        }
        Ok(result)
    }

    fn comparison_holds(&self, comparison: &'a Comparison) -> Result<bool, Exit> {
        let Some((operator, at, right)) = &comparison.rest else {
            return Ok(match comparison.left.kind {
                ExprKind::Blank | ExprKind::Empty => true,
                _ => self.expr(&comparison.left)?.view().is_truthy(),
            });
        };
        let left = &comparison.left;
        match operator {
            Operator::Equal => self.equals(left, right),
            Operator::NotEqual => Ok(!self.equals(left, right)?),
            Operator::Contains => {
                if is_method(left) {
                    return Ok(false);
                }
                Ok(contains(self.expr(left)?.view(), self.expr(right)?.view()))
            }
            Operator::Unknown => {
                let message = format!("Unknown operator {}", self.text(*at));
                Err(self.error(*at, message))
            }
            _ if is_method(left) || is_method(right) => Ok(false),
            _ => {
                let (left, right) = (self.expr(left)?, self.expr(right)?);
                let order = compare(left.view(), right.view())
                    .map_err(|error| self.error(comparison.span, error.to_string()))?;
                Ok(order.is_some_and(|order| fits(*operator, order)))
            }
        }
    }

    /// Whether two expressions are equal, `blank` and `empty` being questions to the other side.
    pub(super) fn equals(&self, left: &'a Expr, right: &'a Expr) -> Result<bool, Exit> {
        match (&left.kind, &right.kind) {
            (ExprKind::Blank | ExprKind::Empty, ExprKind::Blank | ExprKind::Empty) => Ok(false),
            (ExprKind::Blank, _) => Ok(is_blank(self.expr(right)?.view())),
            (ExprKind::Empty, _) => Ok(is_empty(self.expr(right)?.view())),
            (_, ExprKind::Blank) => Ok(is_blank(self.expr(left)?.view())),
            (_, ExprKind::Empty) => Ok(is_empty(self.expr(left)?.view())),
            _ => Ok(equal(self.expr(left)?.view(), self.expr(right)?.view())),
        }
    }

    /// Whether a value that is already known equals an expression: `when`.
    pub(super) fn equals_value(&self, left: View<'_>, right: &'a Expr) -> Result<bool, Exit> {
        match right.kind {
            ExprKind::Blank => Ok(is_blank(left)),
            ExprKind::Empty => Ok(is_empty(left)),
            _ => Ok(equal(left, self.expr(right)?.view())),
        }
    }
}

fn is_method(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Blank | ExprKind::Empty)
}

fn fits(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Less => order.is_lt(),
        Operator::Greater => order.is_gt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::GreaterOrEqual => order.is_ge(),
        _ => false,
    }
}
