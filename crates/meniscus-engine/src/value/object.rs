use std::sync::Arc;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use super::Value;

/// A JSON object: text keys in the order they were inserted.
#[derive(Clone, Debug, Default)]
pub struct Object(IndexMap<Arc<str>, Value, FixedState>);

/// Up to so many entries, comparing keys one by one is faster than hashing: most differ in length.
const FEW: usize = 12;

impl Object {
    /// An object with no entries.
    #[must_use]
    pub fn new() -> Object {
        Object::default()
    }

    /// An empty object with room for `entries`.
    #[must_use]
    pub fn with_capacity(entries: usize) -> Object {
        Object(IndexMap::with_capacity_and_hasher(entries, FixedState::default()))
    }

    /// The value of `key`, if there is one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        if self.0.len() > FEW {
            return self.0.get(key);
        }
        self.0.iter().find(|(known, _)| ***known == *key).map(|(_, value)| value)
    }

    /// Sets `key`; an existing key keeps its place.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, value: impl Into<Value>) {
        self.0.insert(key.into(), value.into());
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> {
        self.0.iter()
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.keys().map(|key| &**key)
    }

    /// The entry at a place in the order.
    #[must_use]
    pub fn entry_at(&self, index: usize) -> Option<(&Arc<str>, &Value)> {
        self.0.get_index(index)
    }

    /// A mutable look at the value of `key`.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.get_mut(key)
    }
}

impl FromIterator<(Arc<str>, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Value)>>(entries: I) -> Object {
        Object(entries.into_iter().collect())
    }
}
