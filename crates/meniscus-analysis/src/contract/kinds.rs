//! Kinds that filters, comparisons, loops, and outputs can work with.

use std::collections::HashMap;
use std::sync::Arc;

use super::collect::Contract;
use crate::analyze::{DataOrigin, Model, Read, Usage};
use crate::semantics::Semantics;
use crate::shape::{Kinds, Shape};
use crate::syntax::ast::Operator;
use crate::text::{Source, Span};
use crate::value::{Value, View};

/// Reads of a template, by span.
struct Reads<'m, 'a> {
    model: &'m Model<'a>,
    by_place: HashMap<(usize, Span), usize>,
}

impl<'m, 'a> Reads<'m, 'a> {
    fn new(model: &'m Model<'a>) -> Self {
        let places = model.reads.iter().enumerate();
        let by_place = places.map(|(index, read)| ((address(read.at.source), read.at.span), index));
        Reads { model, by_place: by_place.collect() }
    }

    /// Returns the origin of the value read at a span; `None` if filters have changed it.
    fn origin(&self, source: &Arc<Source>, span: Span) -> Option<&'m DataOrigin> {
        let read: &Read<'_> =
            self.model.reads.get(*self.by_place.get(&(address(source), span))?)?;
        read.origin.as_deref().filter(|origin| !origin.derived)
    }
}

/// Records the kinds that a template's uses imply.
pub(super) fn note(
    contract: &mut Contract,
    model: &Model<'_>,
    semantics: &dyn Semantics,
    calls: &[usize],
) {
    let reads = Reads::new(model);
    let filtered = filtered(model);
    for read in &model.reads {
        let Some(origin) = read.origin.as_deref().filter(|origin| !origin.derived) else {
            continue;
        };
        let kinds = match read.usage {
            Usage::Looped => Kinds::LIST | Kinds::OBJECT,
            Usage::Indexed => Kinds::INT | Kinds::TEXT,
            Usage::Printed | Usage::Interpolated if is_whole(&filtered, read) => Kinds::SCALAR,
            _ => continue,
        };
        if let Some(node) = contract.node(origin, calls) {
            node.takes(kinds);
        }
    }
    for used in &model.filters {
        let Some(filter) = used.filter else { continue };
        let left = trimmed(used.at.source, used.left);
        let Some(origin) = reads.origin(used.at.source, left) else { continue };
        if let Some(node) = contract.node(origin, calls) {
            node.takes(semantics.signature(filter).takes.kinds());
        }
    }
    for used in &model.comparisons {
        let sides = [(used.left, &used.right_shape, true), (used.right, &used.left_shape, false)];
        for (side, other, is_left) in sides {
            let Some(origin) = reads.origin(used.at.source, side.span) else { continue };
            let Some((kinds, value)) = implied_by(used.operator, is_left, other) else { continue };
            if let Some(node) = contract.node(origin, calls) {
                node.takes(kinds);
                node.compare(value);
            }
        }
    }
}

/// Returns the kinds that comparing with a constant implies, and the constant; `None` if it says
/// nothing about the side.
fn implied_by(operator: Operator, is_left: bool, other: &Shape) -> Option<(Kinds, &Value)> {
    let value = other.as_constant().filter(|value| !value.view().is_nil())?;
    let kinds = Kinds::of(value.view());
    let kinds = match operator {
        Operator::Equal | Operator::NotEqual => kinds,
        Operator::Contains if is_left => Kinds::TEXT | Kinds::LIST,
        Operator::Contains | Operator::Unknown => return None,
        _ => kinds,
    };
    // Comparing with `true` works for any value, and with an empty string for anything that may be
    // missing.
    let says_nothing = kinds == Kinds::BOOL || matches!(value.view(), View::Str(""));
    let kinds = if kinds.meets(Kinds::NUMBER) { Kinds::NUMBER } else { kinds };
    (!says_nothing).then_some((kinds, value))
}

/// Whether a read is printed without filters.
fn is_whole(filtered: &Filtered, read: &Read<'_>) -> bool {
    let Some(spans) = filtered.get(&address(read.at.source)) else { return true };
    // Left sides of filters are disjoint or nested.
    let before = spans.partition_point(|left| left.start <= read.at.span.start);
    !spans[..before].iter().rev().take(MAX_FILTERS).any(|left| read.at.span.end <= left.end)
}

/// Chained filters whose left sides start at the same offset.
const MAX_FILTERS: usize = 64;

/// Left sides of filters, by source and sorted by offset.
type Filtered = HashMap<usize, Vec<Span>>;

fn filtered(model: &Model<'_>) -> Filtered {
    let mut filtered = Filtered::new();
    for used in &model.filters {
        filtered.entry(address(used.at.source)).or_default().push(used.left);
    }
    filtered.values_mut().for_each(|spans| spans.sort_unstable());
    filtered
}

/// Returns the left side of a filter without the bar and white space.
fn trimmed(source: &Source, left: Span) -> Span {
    let text = source.slice(left);
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().trim_end_matches('|').trim_end().len();
    let base = left.start as usize;
    Span::new(base + start, base + end.max(start))
}

fn address(source: &Arc<Source>) -> usize {
    Arc::as_ptr(source) as usize
}
