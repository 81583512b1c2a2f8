//! Invents values for what messages read, by kind, use, and name.

use jiff::Timestamp;

use super::hints::{Hint, Hints};
use super::names::{Sort, of_sort, sort_of};
use crate::contract::Node;
use crate::dialect::BRAZE;
use crate::semantics::Semantics;
use crate::shape::{Kinds, Takes, Values};
use crate::syntax::Grammar;
use crate::syntax::ast::Operator;
use crate::text::Step;
use crate::value::{Object, Value, View, to_json};

pub(super) struct Inventor<'h> {
    /// Hints from uses.
    pub hints: &'h Hints,
    pub now: Timestamp,
}

/// Items in an invented list.
const ITEMS: usize = 2;
/// The deepest nesting of invented objects.
const DEEPEST: usize = 24;

impl Inventor<'_> {
    /// Invents a node's value. `name` is its name in hints (`context.offers[].name`), `turn` its
    /// index in its list.
    pub fn value(&self, name: &str, node: &Node, turn: usize) -> Value {
        self.made(name, node, turn, 0)
    }

    fn made(&self, name: &str, node: &Node, turn: usize, depth: usize) -> Value {
        let kinds = node.kinds();
        let is_list = node.item.is_some() && kinds.meets(Kinds::LIST);
        if let (Some(item), true, true) = (&node.item, is_list, depth < DEEPEST) {
            let inner = format!("{name}[]");
            let items = (0..ITEMS).map(|turn| self.made(&inner, item, turn, depth + 1));
            return Value::array(items.collect());
        }
        let has_fields = !node.fields.is_empty() || node.any_field.is_some() || node.item.is_some();
        if has_fields && depth < DEEPEST {
            let mut object = Object::new();
            for (field, inner) in &node.fields {
                let value = self.made(&format!("{name}.{field}"), inner, turn, depth + 1);
                object.insert(field.as_ref(), value);
            }
            let known = node.known.as_ref().and_then(|known| known.shape.object.as_ref());
            if let (true, Some(any), Some(known)) = (object.is_empty(), &node.any_field, known) {
                for field in known.fields.keys() {
                    object.insert(
                        field.as_ref(),
                        self.made(&format!("{name}.*"), any, turn, depth + 1),
                    );
                }
            }
            return Value::from(object);
        }
        self.leaf(name, node, turn, kinds)
    }

    fn leaf(&self, name: &str, node: &Node, turn: usize, kinds: Kinds) -> Value {
        let last = last_name(name);
        let sort = sort_of(last);
        let hint = self.hints.get(name);
        if sort == Sort::Secret {
            return of_sort(sort, last, name, turn, self.now);
        }
        if let Some(value) = hint.and_then(|hint| compared(hint, kinds)) {
            return value;
        }
        let scalar = node.known.as_ref().and_then(|known| known.shape.scalar.as_ref());
        if let Some(scalar) = scalar {
            let fits = |value: &&Value| Kinds::of(value.view()).within(kinds | Kinds::NIL);
            let filled = |value: &&Value| {
                !matches!(value.view(), View::Nil | View::Str("") | View::Bool(false))
            };
            let values = scalar.values.iter().filter(fits).collect::<Vec<_>>();
            let telling = values.iter().copied().filter(filled).collect::<Vec<_>>();
            let from = if telling.is_empty() { values } else { telling };
            let place = if scalar.known == Values::Seen { turn } else { 0 };
            if let Some(value) = from.get(place % from.len().max(1)) {
                return (*value).clone();
            }
        }
        if kinds.within(Kinds::OBJECT) {
            return Value::from(Object::new());
        }
        if kinds.within(Kinds::LIST) {
            return self.list(name, node, hint);
        }
        self.by_name(last, name, hint, turn, kinds, sort)
    }

    /// Invents a list of whose items nothing is read: with items it is tested for, if any.
    fn list(&self, name: &str, node: &Node, hint: Option<&Hint>) -> Value {
        let mut items = Vec::new();
        for (operator, value) in hint.into_iter().flat_map(|hint| &hint.compared) {
            if *operator == Operator::Contains {
                items.push(value.clone());
            }
        }
        let known = node.known.as_ref().and_then(|known| known.shape.list.as_ref());
        if let Some(known) = known.filter(|_| items.is_empty()) {
            let all = known.item.examples().take(ITEMS);
            items.extend(all.map(View::to_value));
        }
        if items.is_empty() {
            let last = last_name(name);
            let one = singular(last);
            let sort = sort_of(&one);
            items.extend((0..ITEMS).map(|turn| of_sort(sort, &one, name, turn, self.now)));
        }
        Value::array(items)
    }

    fn by_name(
        &self,
        last: &str,
        name: &str,
        hint: Option<&Hint>,
        turn: usize,
        kinds: Kinds,
        sort: Sort,
    ) -> Value {
        let used = |names: &[&str]| {
            hint.is_some_and(|hint| {
                hint.filters.iter().any(|filter| names.contains(&filter.as_str()))
            })
        };
        let counted = hint.is_some_and(|hint| hint.filters.iter().any(|name| takes_number(name)));
        let sort = match sort {
            Sort::Past | Sort::Future | Sort::Birthday => sort,
            _ if used(&["date"]) => Sort::Future,
            _ if used(&["time_zone"]) => Sort::Future,
            Sort::Words if counted => Sort::Count,
            Sort::Words if kinds.within(Kinds::NUMBER) => Sort::Count,
            Sort::Words if kinds.within(Kinds::BOOL) => Sort::Truth,
            sort => sort,
        };
        if used(&["json_parse"]) {
            return Value::from("{}");
        }
        if name.starts_with("subscribed_state.") {
            return Value::from("subscribed");
        }
        let told = told(last, name);
        let last = told.as_str();
        let value = match last {
            "random_bucket_number" => Value::Int(4_242),
            "most_recent_location" => {
                let mut place = Object::new();
                place.insert("latitude", Value::Float(41.878));
                place.insert("longitude", Value::Float(-87.63));
                Value::from(place)
            }
            last => of_sort(sort, last, name, turn, self.now),
        };
        let separator = hint.and_then(|hint| hint.separator.as_deref());
        let many = |separator: &&str| {
            matches!(sort, Sort::Words)
                && (last.ends_with('s') || matches!(separator.trim(), "," | ";"))
        };
        if let Some(separator) = separator.filter(many) {
            let parts = (0..ITEMS).map(|turn| of_sort(sort, last, name, turn, self.now));
            let parts = parts.map(|part| part.view().to_str().into_owned()).collect::<Vec<_>>();
            return Value::from(parts.join(if separator.is_empty() { " " } else { separator }));
        }
        as_kind(value, kinds)
    }

    /// Invents a value from its path alone.
    pub fn by_way(&self, key_path: &[Step]) -> Value {
        let name = name_of(key_path);
        let turn = key_path.iter().rev().find_map(|key| match key {
            Step::Index(index) => Some(*index),
            Step::Key(_) => None,
        });
        let last = last_name(&name);
        self.by_name(
            last,
            &name,
            self.hints.get(&name),
            turn.unwrap_or(0),
            Kinds::ANY,
            sort_of(last),
        )
    }
}

/// Adds the owner's name to an uninformative one: the `name` of `offers[]` is an offer's.
fn told(last: &str, name: &str) -> String {
    if name.ends_with("[]") {
        return singular(last);
    }
    let mut steps = name.rsplit('.');
    let owner = steps.nth(1).filter(|_| steps.next().is_some());
    match owner {
        Some(owner) if UNINFORMATIVE.contains(&last) => {
            let one = owner.strip_suffix("s[]").unwrap_or(owner.trim_end_matches("[]"));
            format!("{one} {last}")
        }
        _ => last.to_owned(),
    }
}

/// Returns the singular: `city` for `cities`.
fn singular(name: &str) -> String {
    match (name.strip_suffix("ies"), name.strip_suffix('s')) {
        (Some(stem), _) if stem.len() > 1 => format!("{stem}y"),
        (_, Some(one)) if one.len() > 1 && !one.ends_with('s') => one.to_owned(),
        _ => name.to_owned(),
    }
}

/// Uninformative names.
const UNINFORMATIVE: [&str; 6] = ["name", "title", "description", "label", "text", "code"];

/// Whether a filter only makes sense for numbers, or sums them.
fn takes_number(filter: &str) -> bool {
    let known = BRAZE.filter(filter);
    filter == "sum" || known.is_some_and(|id| BRAZE.signature(id).takes == Takes::Number)
}

/// Returns the name in hints for a path: `context.offers[].name`.
pub(super) fn name_of(key_path: &[Step]) -> String {
    let mut name = String::new();
    for key in key_path {
        match key {
            Step::Key(key) if name.is_empty() => name.push_str(key),
            Step::Key(key) => {
                name.push('.');
                name.push_str(key);
            }
            Step::Index(_) => name.push_str("[]"),
        }
    }
    name
}

/// Returns the last field of a name.
fn last_name(name: &str) -> &str {
    name.trim_end_matches("[]").rsplit('.').next().unwrap_or(name)
}

/// Returns a value for which the first comparison holds, if its kind fits.
fn compared(hint: &Hint, kinds: Kinds) -> Option<Value> {
    let fits = |value: &Value| Kinds::of(value.view()).meets(kinds);
    hint.compared.iter().find_map(|(operator, value)| {
        let says = !matches!(value.view(), View::Nil | View::Str("") | View::Bool(_));
        let over = |by: i64| match value.view() {
            View::Int(number) => number.checked_add(by).map(Value::Int),
            View::Float(number) => Some(Value::Float(number + by as f64)),
            _ => None,
        };
        let found = match operator {
            Operator::Equal if says => Some(value.clone()),
            Operator::Equal | Operator::NotEqual if matches!(value, Value::Bool(_)) => {
                Some(Value::Bool(true))
            }
            Operator::Contains if says && !kinds.within(Kinds::LIST) => Some(value.clone()),
            Operator::Greater => over(1),
            Operator::GreaterOrEqual if says => over(0),
            // Being less than something is usually the case to exclude.
            _ => None,
        };
        found.filter(fits)
    })
}

/// Converts a value to one of these kinds, if possible.
fn as_kind(value: Value, kinds: Kinds) -> Value {
    let own = Kinds::of(value.view());
    if own.meets(kinds) {
        return value;
    }
    if kinds.meets(Kinds::TEXT) {
        return match value {
            Value::Object(_) | Value::Array(_) => Value::from(to_json(value.view()).to_string()),
            value => Value::from(value.view().to_str().into_owned()),
        };
    }
    if kinds.meets(Kinds::NUMBER) {
        let digits = value.view().to_str().chars().filter(char::is_ascii_digit).collect::<String>();
        let digits = digits.get(..digits.len().min(6)).unwrap_or_default();
        return Value::Int(digits.parse().unwrap_or(42));
    }
    if kinds.meets(Kinds::BOOL) {
        return Value::Bool(true);
    }
    value
}
