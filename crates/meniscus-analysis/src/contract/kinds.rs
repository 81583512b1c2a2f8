//! What kinds the uses of values work with: filters, comparisons, loops, outputs.

use std::collections::HashMap;
use std::sync::Arc;

use super::collect::Contract;
use crate::analyze::{Model, Origin, Read, Usage};
use crate::semantics::Semantics;
use crate::shape::{Kinds, Shape};
use crate::syntax::ast::{Expr, Operator};
use crate::text::{Source, Span};

/// The reads of a template, by their characters.
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

    /// Where the value comes from that is read at a place; none where filters have changed it.
    fn origin(&self, source: &Arc<Source>, span: Span) -> Option<&'m Origin> {
        let read: &Read<'_> =
            self.model.reads.get(*self.by_place.get(&(address(source), span))?)?;
        read.origin.as_deref().filter(|origin| !origin.derived)
    }
}

/// Notes what the uses of a template say of kinds.
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
            compare(contract, &reads, used.at.source, side, other, used.operator, is_left, calls);
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one side of a comparison, with what it is of")]
fn compare(
    contract: &mut Contract,
    reads: &Reads<'_, '_>,
    source: &Arc<Source>,
    side: &Expr,
    other: &Shape,
    operator: Operator,
    is_left: bool,
    calls: &[usize],
) {
    let Some(origin) = reads.origin(source, side.span) else { return };
    let Some(value) = other.as_constant().filter(|value| !value.view().is_nil()) else { return };
    let kinds = Kinds::of(value.view());
    let kinds = match operator {
        Operator::Equal | Operator::NotEqual => kinds,
        Operator::Contains if is_left => Kinds::TEXT | Kinds::LIST,
        Operator::Contains | Operator::Unknown => return,
        _ => kinds,
    };
    // `true` is asked of anything, and an empty text of what may be missing.
    let says_nothing = kinds == Kinds::BOOL || matches!(value.view(), crate::value::View::Str(""));
    let Some(node) = contract.node(origin, calls).filter(|_| !says_nothing) else { return };
    node.takes(if kinds.meets(Kinds::NUMBER) { Kinds::NUMBER } else { kinds });
    node.compare(value);
}

/// Whether a read is printed as it is, without filters.
fn is_whole(filtered: &Filtered, read: &Read<'_>) -> bool {
    let Some(spans) = filtered.get(&address(read.at.source)) else { return true };
    // What is left of a filter lies apart from what is left of another, or within it.
    let before = spans.partition_point(|left| left.start <= read.at.span.start);
    !spans[..before].iter().rev().take(MOST_FILTERS).any(|left| read.at.span.end <= left.end)
}

/// Filters behind each other whose left sides begin at one place.
const MOST_FILTERS: usize = 64;

/// What stands on the left of filters, by text and in order of place.
type Filtered = HashMap<usize, Vec<Span>>;

fn filtered(model: &Model<'_>) -> Filtered {
    let mut filtered = Filtered::new();
    for used in &model.filters {
        filtered.entry(address(used.at.source)).or_default().push(used.left);
    }
    filtered.values_mut().for_each(|spans| spans.sort_unstable());
    filtered
}

/// What stands on the left of a filter, without the bar and white space.
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
