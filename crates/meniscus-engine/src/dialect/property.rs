use crate::render::{FilterContext, FilterError};
use crate::value::{Value, View};

/// What `item[property]` gives in Ruby.
pub(super) enum Property {
    /// A value, perhaps `nil`.
    Found(Value),
    /// The item has no `[]` at all.
    NotIndexable,
}

/// `item[property]` as Ruby evaluates it: fields of objects; a part of a text, if it is there;
/// a character of a text; a bit of a whole number.
///
/// # Errors
/// Where Ruby raises: a whole number, or a text, asked for a property of the wrong kind.
pub(super) fn property(
    item: &Value,
    property: View<'_>,
    context: &FilterContext<'_>,
) -> Result<Property, FilterError> {
    if let View::Str(text) = item.view() {
        context.spent(context.meter.spend_bytes(text.len()))?;
    }
    let found = match (item.view(), property) {
        (View::Object(object), View::Str(name)) => object.get(name).cloned(),
        (View::Object(_), _) => None,
        (View::Str(text), View::Str(part)) => text.contains(part).then(|| Value::from(part)),
        (View::Str(text), View::Range(first, last)) => part(text, first, last).map(Value::from),
        (View::Str(text), View::Int(index)) => character(text, index).map(Value::from),
        // A fraction counts as its whole part.
        (View::Str(text), View::Float(index)) => character(text, index as i64).map(Value::from),
        (View::Int(number), View::Float(bit)) => Some(Value::Int(bit_of(number, bit as i64))),
        (View::Int(number), View::Int(bit)) => Some(Value::Int(bit_of(number, bit))),
        (View::Str(_) | View::Int(_) | View::Big(_), _) => {
            let message = format!("cannot select the property '{}'", property.to_str());
            return Err(FilterError::Liquid(message));
        }
        (View::Drop(drop), View::Str(name)) => drop.field(name),
        _ => return Ok(Property::NotIndexable),
    };
    Ok(Property::Found(found.unwrap_or_default()))
}

/// What a filter looks at in an item: the item itself where no property is named, else that
/// property; none where the item cannot be asked.
///
/// # Errors
/// As [`property`].
pub(super) fn looked_at(
    item: &Value,
    name: View<'_>,
    context: &FilterContext<'_>,
) -> Result<Option<Value>, FilterError> {
    if name.is_nil() {
        return Ok(Some(item.clone()));
    }
    Ok(match property(item, name, context)? {
        Property::Found(value) => Some(value),
        Property::NotIndexable => None,
    })
}

/// Whether an item has `[]` at all.
pub(super) fn is_indexable(item: &Value) -> bool {
    matches!(
        item.view(),
        View::Object(_) | View::Str(_) | View::Int(_) | View::Big(_) | View::Drop(_)
    )
}

fn character(text: &str, index: i64) -> Option<String> {
    let count = if index < 0 { text.chars().count() as i64 } else { 0 };
    let index = usize::try_from(index.checked_add(count)?).ok()?;
    text.chars().nth(index).map(String::from)
}

/// The characters from one place to another, both counted from the end where negative; none where the first
/// lies behind the end.
fn part(text: &str, first: i64, last: i64) -> Option<String> {
    let count = text.chars().count() as i64;
    let place = |index: i64| if index < 0 { index + count } else { index };
    let (first, last) = (place(first), place(last));
    if first < 0 || first > count {
        return None;
    }
    let length = usize::try_from(last - first + 1).unwrap_or(0);
    Some(text.chars().skip(first as usize).take(length).collect())
}

fn bit_of(number: i64, bit: i64) -> i64 {
    match bit {
        0..=62 => number >> bit & 1,
        i64::MIN..=-1 => 0,
        _ => i64::from(number < 0),
    }
}

/// How `where`, `reject`, `find`, `find_index` and `has` judge items.
pub(super) enum Judged {
    /// For each item, whether it fits.
    Fits(Vec<(Value, bool)>),
    /// An item cannot be asked for properties: the filter's result is `nil`.
    NotIndexable,
}

/// Whether each item's property is true, or equals the target where one is given and not `nil`.
/// Stops at the first item that fits where `only_first` is set, as Ruby does.
///
/// # Errors
/// As [`property`].
pub(super) fn judge(
    items: Vec<Value>,
    name: View<'_>,
    target: View<'_>,
    only_first: bool,
    context: &FilterContext<'_>,
) -> Result<Judged, FilterError> {
    let mut judged = Vec::with_capacity(items.len());
    for item in items {
        let Property::Found(found) = property(&item, name, context)? else {
            return Ok(Judged::NotIndexable);
        };
        let fits = match target {
            View::Nil => found.view().is_truthy(),
            target => crate::value::equal_within(found.view(), target, context.meter),
        };
        judged.push((item, fits));
        if fits && only_first {
            break;
        }
    }
    Ok(Judged::Fits(judged))
}
