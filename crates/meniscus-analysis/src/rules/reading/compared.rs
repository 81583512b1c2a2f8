//! Values that are compared with words.

use crate::analyze::{ComparisonUse, Model};
use crate::syntax::ast::{Expr, ExprKind, Operator};

/// A value that is compared with a string by `==`, `!=`, or `when`.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct ComparedWord<'m, 'a> {
    pub comparison: &'m ComparisonUse<'a>,
    pub value: &'a Expr,
    /// The string, in its quotes.
    pub literal: &'a Expr,
    pub word: &'a str,
}

/// Yields the values of a template that are compared with strings.
pub(in crate::rules) fn compared_words<'m, 'a>(
    model: &'m Model<'a>,
) -> impl Iterator<Item = ComparedWord<'m, 'a>> {
    model.comparisons.iter().flat_map(words_of)
}

/// Yields the sides of a comparison that are compared with a string: one at most, unless both are.
pub(in crate::rules) fn words_of<'m, 'a>(
    comparison: &'m ComparisonUse<'a>,
) -> impl Iterator<Item = ComparedWord<'m, 'a>> {
    let (left, right) = (comparison.left, comparison.right);
    let is_equality = matches!(comparison.operator, Operator::Equal | Operator::NotEqual);
    let sides = [(left, right), (right, left)].into_iter().filter(move |_| is_equality);
    sides.filter_map(move |(value, literal)| {
        let ExprKind::Str(span) = literal.kind else { return None };
        let word = comparison.at.source.slice(span);
        Some(ComparedWord { comparison, value, literal, word })
    })
}
