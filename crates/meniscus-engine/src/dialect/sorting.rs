use std::cmp::Ordering;

use super::property::{Property, is_indexable, property};
use crate::render::{FilterContext, FilterError};
use crate::value::{Value, View};

/// Items sorted by themselves or by a property, `nil` last; `None` where an item has no
/// properties at all. Equal items keep their order, as Ruby's sort does on Linux.
///
/// # Errors
/// Where the comparison fails, or a property cannot be asked for.
pub(super) fn sorted(
    items: Vec<Value>,
    by: View<'_>,
    context: &FilterContext<'_>,
    compare: fn(&Value, &Value) -> Result<Ordering, FilterError>,
) -> Result<Option<Vec<Value>>, FilterError> {
    if !by.is_nil() && !items.iter().all(is_indexable) {
        return Ok(None);
    }
    // Ruby asks for the property when it compares: never of a single item.
    if items.len() < 2 {
        return Ok(Some(items));
    }
    let mut keyed = Vec::with_capacity(items.len());
    for item in items {
        let key = match by {
            View::Nil => item.clone(),
            by => match property(&item, by, context)? {
                Property::Found(key) => key,
                Property::NotIndexable => Value::Nil,
            },
        };
        keyed.push((key, item));
    }
    let sorted = merge_sort(keyed, &|a, b| {
        // Texts are compared as far as they are alike, and everything else is looked at as a whole.
        for key in [&a.0, &b.0] {
            context.spent(context.meter.spend(1))?;
            context.read(key.view())?;
        }
        compare(&a.0, &b.0)
    })?;
    Ok(Some(sorted.into_iter().map(|(_, item)| item).collect()))
}

/// A stable sort whose comparison may fail, and need not be an order: the standard library's
/// sorts may panic on such.
fn merge_sort<T>(
    mut items: Vec<T>,
    compare: &impl Fn(&T, &T) -> Result<Ordering, FilterError>,
) -> Result<Vec<T>, FilterError> {
    if items.len() < 2 {
        return Ok(items);
    }
    let right = items.split_off(items.len() / 2);
    let mut left = merge_sort(items, compare)?.into_iter().peekable();
    let mut right = merge_sort(right, compare)?.into_iter().peekable();
    let mut merged = Vec::with_capacity(left.len() + right.len());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let from = if compare(a, b)?.is_gt() { &mut right } else { &mut left };
        merged.extend(from.next());
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
