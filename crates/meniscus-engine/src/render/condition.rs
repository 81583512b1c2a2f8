use std::cmp::Ordering;

use super::flow::Exit;
use super::hits::Event;
use super::renderer::Renderer;
use crate::syntax::ast::{Comparison, Condition, Connective, Expr, ExprKind, Operator};
use crate::value::{Val, View, compare, contains, equal_within, is_blank, is_empty};

impl<'a> Renderer<'a> {
    /// Whether a condition holds, read from right to left: `a or b and c` is `a or (b and c)`,
    /// and so is `a and b or c` `a and (b or c)`.
    pub(super) fn holds(&self, condition: &'a Condition) -> Result<bool, Exit> {
        let mut result = false;
        for (index, comparison) in condition.comparisons.iter().enumerate() {
            self.spent(self.state.meter.spend(1), comparison.span)?;
            result = self.comparison_holds(comparison)?;
            // A comparison that was given up has no result.
            self.spent(!self.state.meter.is_empty(), comparison.span)?;
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
        let (mut one, mut other) = (Val::NIL, Val::NIL);
        let Some((operator, at, right)) = &comparison.rest else {
            return Ok(match comparison.left.kind {
                ExprKind::Blank | ExprKind::Empty => true,
                _ => self.look(&comparison.left, &mut one)?.is_truthy(),
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
                let (left, right) = (self.look(left, &mut one)?, self.look(right, &mut other)?);
                Ok(contains(left, right, &self.state.meter))
            }
            Operator::Unknown => {
                let message = format!("Unknown operator {}", self.text(*at));
                Err(self.error(*at, message))
            }
            _ if is_method(left) || is_method(right) => Ok(false),
            _ => {
                let (left, right) = (self.look(left, &mut one)?, self.look(right, &mut other)?);
                if let (View::Str(a), View::Str(b)) = (left, right) {
                    self.state.meter.spend_bytes(a.len().min(b.len()));
                }
                let order = compare(left, right)
                    .map_err(|error| self.error(comparison.span, error.to_string()))?;
                Ok(order.is_some_and(|order| fits(*operator, order)))
            }
        }
    }

    /// Whether two expressions are equal, `blank` and `empty` being questions to the other side.
    pub(super) fn equals(&self, left: &'a Expr, right: &'a Expr) -> Result<bool, Exit> {
        match (&left.kind, &right.kind) {
            (ExprKind::Blank | ExprKind::Empty, ExprKind::Blank | ExprKind::Empty) => Ok(false),
            (ExprKind::Blank, _) => Ok(self.is_blank(self.expr(right)?.view())),
            (ExprKind::Empty, _) => Ok(is_empty(self.expr(right)?.view())),
            (_, ExprKind::Blank) => Ok(self.is_blank(self.expr(left)?.view())),
            (_, ExprKind::Empty) => Ok(is_empty(self.expr(left)?.view())),
            _ => {
                let (mut one, mut other) = (Val::NIL, Val::NIL);
                let (left, right) = (self.look(left, &mut one)?, self.look(right, &mut other)?);
                Ok(equal_within(left, right, &self.state.meter))
            }
        }
    }

    /// Whether a value that is already known equals an expression: `when`.
    pub(super) fn equals_value(&self, left: View<'_>, right: &'a Expr) -> Result<bool, Exit> {
        self.spent(self.state.meter.spend(1), right.span)?;
        let mut slot = Val::NIL;
        let fits = match right.kind {
            ExprKind::Blank => self.is_blank(left),
            ExprKind::Empty => is_empty(left),
            _ => equal_within(left, self.look(right, &mut slot)?, &self.state.meter),
        };
        self.spent(!self.state.meter.is_empty(), right.span)?;
        Ok(fits)
    }

    fn is_blank(&self, view: View<'_>) -> bool {
        if let View::Str(text) = view {
            self.state.meter.spend_bytes(text.len());
        }
        is_blank(view)
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
