use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use foldhash::fast::FixedState;

use super::Value;

/// A JSON object: string keys in insertion order.
#[derive(Clone, Debug, Default)]
pub struct Object {
    entries: Vec<(Arc<str>, Value)>,
    /// Where each key is, once there are more than a few; before that it is empty.
    places: HashMap<Arc<str>, usize, FixedState>,
}

/// Where a key was found last. Objects of one kind, such as the items of a list, have their keys at the same
/// places, so most look-ups need no search. A wrong guess costs one comparison, whichever thread made it.
#[derive(Debug, Default)]
pub struct Guess(AtomicU8);

/// Up to so many entries, comparing keys one by one is faster than hashing: most differ in length.
const FEW: usize = 32;

/// Whether two names are equal, compared in place: most are too short for a call to be worth it.
#[inline]
pub(crate) fn is_same_name(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    match (one.first_chunk::<8>(), other.first_chunk::<8>()) {
        (Some(a), Some(b)) if one.len() <= 16 => {
            // Both ends, which overlap in the middle.
            a == b && one.last_chunk::<8>() == other.last_chunk::<8>()
        }
        (Some(_), Some(_)) => one == other,
        _ => match (one.first_chunk::<4>(), other.first_chunk::<4>()) {
            (Some(a), Some(b)) => a == b && one.last_chunk::<4>() == other.last_chunk::<4>(),
            _ => one.iter().zip(other).all(|(a, b)| a == b),
        },
    }
}

impl Object {
    #[must_use]
    pub fn new() -> Object {
        Object::default()
    }

    #[must_use]
    pub fn with_capacity(entries: usize) -> Object {
        Object { entries: Vec::with_capacity(entries), ..Object::default() }
    }

    #[must_use]
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Value> {
        if !self.places.is_empty() {
            return self.places.get(key).map(|place| &self.entries[*place].1);
        }
        self.entries.iter().find(|(known, _)| is_same_name(known, key)).map(|(_, value)| value)
    }

    /// Returns the value of `key`, looked for first where it was the last time.
    #[must_use]
    #[inline]
    pub fn get_near(&self, key: &str, guess: &Guess) -> Option<&Value> {
        match self.entries.get(usize::from(guess.0.load(Ordering::Relaxed))) {
            Some((known, value)) if is_same_name(known, key) => Some(value),
            _ => self.search(key, guess),
        }
    }

    fn search(&self, key: &str, guess: &Guess) -> Option<&Value> {
        let place = self.place(key)?;
        if let Ok(near) = u8::try_from(place) {
            guess.0.store(near, Ordering::Relaxed);
        }
        Some(&self.entries[place].1)
    }

    /// A mutable look at the value of `key`.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let place = self.place(key)?;
        self.entries.get_mut(place).map(|(_, value)| value)
    }

    fn place(&self, key: &str) -> Option<usize> {
        if !self.places.is_empty() {
            return self.places.get(key).copied();
        }
        self.entries.iter().position(|(known, _)| is_same_name(known, key))
    }

    /// Sets `key`; an existing key keeps its position.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, value: impl Into<Value>) {
        let (key, value) = (key.into(), value.into());
        if let Some(place) = self.place(&key) {
            self.entries[place].1 = value;
            return;
        }
        self.entries.push((key, value));
        if self.entries.len() > FEW {
            // All at once where there are too many to compare, one by one from then on.
            let from = self.places.len();
            let new = self.entries.iter().enumerate().skip(from);
            self.places.extend(new.map(|(place, (key, _))| (Arc::clone(key), place)));
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Value)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.entries.iter().map(|(key, _)| &**key)
    }

    /// Returns the entry at an index.
    #[must_use]
    pub fn entry_at(&self, index: usize) -> Option<(&Arc<str>, &Value)> {
        self.entries.get(index).map(|(key, value)| (key, value))
    }
}

impl FromIterator<(Arc<str>, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, Value)>>(entries: I) -> Object {
        let mut object = Object::new();
        entries.into_iter().for_each(|(key, value)| object.insert(key, value));
        object
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_their_places_however_many_there_are() {
        let mut object = Object::new();
        for number in 0..40 {
            object.insert(format!("key {number}"), number);
            object.insert("key 0", number);
            object.insert(format!("key {number}"), number);
            assert_eq!(object.len(), usize::try_from(number).expect("a length") + 1);
            assert_eq!(object.get(&format!("key {number}")), Some(&Value::Int(number)));
        }
        let copy = object.iter().map(|(key, value)| (Arc::clone(key), value.clone()));
        let copy = copy.collect::<Object>();
        assert!(copy.keys().eq((0..40).map(|number| format!("key {number}"))));
        assert_eq!((copy.get("key 0"), copy.get("key 40")), (Some(&Value::Int(39)), None));
        *object.get_mut("key 20").expect("a value") = Value::Nil;
        assert_eq!(object.get("key 20"), Some(&Value::Nil));
    }

    #[test]
    fn a_wrong_guess_finds_the_same() {
        let few = ["a", "bb", "c"].map(|key| (Arc::from(key), Value::from(key)));
        let many = (0..300).rev().map(|key| (Arc::from(key.to_string()), Value::Int(key)));
        let (few, many) = (few.into_iter().collect::<Object>(), many.collect::<Object>());
        let guess = Guess::default();
        for key in ["c", "a", "299", "0", "bb", "", "17", "17", "c", "d"] {
            for object in [&few, &many, &Object::new()] {
                assert_eq!(object.get_near(key, &guess), object.get(key), "{key}");
            }
        }
    }

    #[test]
    fn names_are_equal_only_where_each_byte_is() {
        for length in 0..40 {
            let name = "abcdefghij".repeat(4)[..length].to_owned();
            assert!(is_same_name(&name, &name.clone()));
            assert!(!is_same_name(&name, &format!("{name}a")));
            for at in 0..length {
                let mut other = name.clone().into_bytes();
                other[at] = b'_';
                assert!(!is_same_name(&name, std::str::from_utf8(&other).expect("ASCII")));
            }
        }
    }
}
