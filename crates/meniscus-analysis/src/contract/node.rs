use std::hash::{Hash, Hasher};
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use crate::analyze::{DataOrigin, OriginStep, Read, Usage};
use crate::shape::{Field, Kinds, Shape};
use crate::text::{Position, Source, Span};
use crate::value::{Value, equal};

/// A value that messages read, and the parts they read.
#[derive(Clone, Debug)]
pub struct Node {
    /// How strongly messages depend on it.
    pub need: Need,
    /// Whether the message is aborted without it.
    pub stops: bool,
    /// Kinds that every use can work with.
    pub takes: Kinds,
    /// Values it is compared with, without duplicates.
    pub compared: Vec<Value>,
    /// Places that read it, without duplicates.
    pub uses: IndexSet<Use>,
    /// What is known about its values and how often it was seen.
    pub known: Option<Field>,
    /// Fields read from it.
    pub fields: IndexMap<Arc<str>, Node>,
    /// What is read from fields with computed names.
    pub any_field: Option<Box<Node>>,
    /// What is read from its items.
    pub item: Option<Box<Node>>,
}

/// How strongly a message depends on a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Passed on without a visible effect.
    #[default]
    Read,
    /// Tested but never printed.
    Tested,
    /// Covered by a default or a guard.
    Optional,
    /// Needed only if an unrelated condition holds.
    Sometimes,
    /// Without it, the message has a blank or isn't sent.
    Required,
}

#[derive(Clone, Debug)]
pub struct Use {
    pub source: Arc<Source>,
    pub span: Span,
    pub usage: Usage,
    /// Whether a default or guard covers it there.
    pub guarded: bool,
}

impl PartialEq for Use {
    fn eq(&self, other: &Use) -> bool {
        self.span == other.span && self.source.name() == other.source.name()
    }
}

impl Eq for Use {}

impl Hash for Use {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.span.start, self.span.end, self.source.name()).hash(state);
    }
}

/// Compared values that are kept.
const MAX_COMPARED: usize = 24;
/// Depth to which parts are recorded; deeper reads count for their ancestor.
const MAX_STEPS: usize = 64;

impl Default for Node {
    fn default() -> Node {
        Node {
            need: Need::default(),
            stops: false,
            takes: Kinds::ANY,
            compared: Vec::new(),
            uses: IndexSet::new(),
            known: None,
            fields: IndexMap::new(),
            any_field: None,
            item: None,
        }
    }
}

impl Need {
    /// Returns the word shown to people and programs.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Need::Read => "read",
            Need::Tested => "tested",
            Need::Optional => "optional",
            Need::Sometimes => "sometimes",
            Need::Required => "required",
        }
    }

    /// Returns the need that a read implies for its final value.
    fn of(read: &Read<'_>, origin: &DataOrigin) -> Need {
        let covered = read.defaulted || origin.defaulted || read.reach.asked;
        match read.usage {
            Usage::Tested => Need::Tested,
            // Reads of the variable decide for themselves.
            Usage::Assigned if covered => Need::Optional,
            Usage::Assigned => Need::Read,
            _ if covered => Need::Optional,
            _ if read.reach.branch => Need::Sometimes,
            _ => Need::Required,
        }
    }
}

impl Use {
    #[must_use]
    pub fn position(&self) -> Position {
        self.source.position(self.span.start as usize)
    }
}

impl Node {
    /// Adds a read below `root`, the node its origin starts from.
    pub(super) fn add(&mut self, read: &Read<'_>, origin: &DataOrigin) {
        let need = Need::of(read, origin);
        let structural = !matches!(need, Need::Read | Need::Tested);
        let mut node = self;
        for (index, step) in origin.steps.iter().take(MAX_STEPS).enumerate() {
            if index > 0 && structural {
                let here = if index > read.reach.steps { need } else { Need::Optional };
                node.need = node.need.max(here);
            }
            node = node.step(step);
        }
        node.need = node.need.max(need);
        node.uses.insert(Use {
            source: Arc::clone(read.at.source),
            span: read.at.span,
            usage: read.usage,
            guarded: read.defaulted || origin.defaulted || read.reach.asked,
        });
    }

    fn step(&mut self, step: &OriginStep) -> &mut Node {
        match step {
            OriginStep::Field(name) => self.fields.entry(Arc::clone(name)).or_default(),
            OriginStep::AnyField => self.any_field.get_or_insert_default(),
            OriginStep::Item => self.item.get_or_insert_default(),
        }
    }

    /// Returns the node at these steps, if anything is read there.
    pub(super) fn at(&mut self, steps: &[OriginStep]) -> Option<&mut Node> {
        steps.iter().try_fold(self, |node, step| match step {
            OriginStep::Field(name) => node.fields.get_mut(name),
            OriginStep::AnyField => node.any_field.as_deref_mut(),
            OriginStep::Item => node.item.as_deref_mut(),
        })
    }

    /// Narrows the accepted kinds; contradicting uses leave them unchanged.
    pub(super) fn takes(&mut self, kinds: Kinds) {
        let both = self.takes & kinds;
        if both != Kinds::NONE {
            self.takes = both;
        }
    }

    pub(super) fn compare(&mut self, value: &Value) {
        let known = self.compared.iter().any(|known| equal(known.view(), value.view()));
        if !known && self.compared.len() < MAX_COMPARED {
            self.compared.push(value.clone());
        }
    }

    /// Combines what is known about the values with what is read.
    pub(super) fn know(&mut self, shape: &Shape) {
        for (name, node) in &mut self.fields {
            let Some(field) = shape.field(name) else { continue };
            if node.known.is_none() {
                node.known = Some(field.clone());
            }
            node.know(&field.shape);
        }
        if let (Some(item), Some(list)) = (&mut self.item, &shape.list) {
            if item.known.is_none() {
                item.known = Some(Field {
                    shape: Arc::clone(&list.item),
                    seen: crate::shape::Seen::default(),
                });
            }
            item.know(&list.item);
        }
    }

    /// Whether no part of it is read.
    #[must_use]
    pub fn is_leaf(&self) -> bool {
        self.fields.is_empty() && self.item.is_none() && self.any_field.is_none()
    }

    /// Whether neither it nor any part of it is read.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.uses.is_empty() && self.is_leaf()
    }

    /// Returns its kinds as seen, if they fit how it is read. A list whose items are indexed may be
    /// an object, because loops over objects yield pairs.
    #[must_use]
    pub fn kinds(&self) -> Kinds {
        let inside = match (!self.fields.is_empty() || self.any_field.is_some(), &self.item) {
            (true, Some(_)) => Kinds::OBJECT | Kinds::LIST,
            (true, None) => Kinds::OBJECT,
            (false, Some(item)) if item.item.is_some() => Kinds::LIST | Kinds::OBJECT,
            (false, Some(_)) => Kinds::LIST,
            (false, None) => Kinds::NONE,
        };
        let seen = self.known.as_ref().map(|known| &known.shape).filter(|shape| !shape.is_any());
        let seen = seen.map_or(Kinds::NONE, |shape| shape.kinds.without(Kinds::NIL));
        if inside.meets(seen) || (seen != Kinds::NONE && inside == Kinds::NONE) {
            return seen;
        }
        if inside != Kinds::NONE {
            return inside;
        }
        match self.takes.without(Kinds::NIL) {
            // Filters wrap a single object in a list.
            takes if takes == Kinds::LIST | Kinds::OBJECT => Kinds::LIST,
            takes => takes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(build: impl FnOnce(&mut Node)) -> Node {
        let mut node = Node::default();
        build(&mut node);
        node
    }

    #[test]
    fn what_is_read_inside_tells_the_kind() {
        assert!(Node::default().kinds().is_any());
        let object = with(|node| {
            node.fields.insert(Arc::from("a"), Node::default());
        });
        assert_eq!(object.kinds(), Kinds::OBJECT);
        let list = with(|node| node.item = Some(Box::default()));
        assert_eq!(list.kinds(), Kinds::LIST);
        let pairs = with(|node| node.item = Some(Box::new(list)));
        assert_eq!(pairs.kinds(), Kinds::LIST | Kinds::OBJECT);
    }

    #[test]
    fn uses_that_contradict_each_other_say_nothing() {
        let node = with(|node| {
            node.takes(Kinds::SCALAR);
            node.takes(Kinds::NUMBER | Kinds::TEXT);
            node.takes(Kinds::LIST);
        });
        assert_eq!(node.kinds(), Kinds::NUMBER | Kinds::TEXT);
    }

    #[test]
    fn what_was_seen_counts_where_it_fits() {
        let seen = |kinds| {
            Some(Field { shape: Arc::new(Shape::of_kinds(kinds)), seen: Default::default() })
        };
        let number = with(|node| {
            node.takes(Kinds::SCALAR);
            node.known = seen(Kinds::INT | Kinds::NIL);
        });
        assert_eq!(number.kinds(), Kinds::INT);
        let object = with(|node| {
            node.fields.insert(Arc::from("a"), Node::default());
            node.known = seen(Kinds::TEXT);
        });
        assert_eq!(object.kinds(), Kinds::OBJECT);
    }

    #[test]
    fn values_are_compared_once() {
        let node = with(|node| {
            node.compare(&Value::Int(1));
            node.compare(&Value::Float(1.0));
            node.compare(&Value::from("1"));
        });
        assert_eq!(node.compared.len(), 2);
    }
}
