//! The remaining work of a render.

use std::cell::Cell;

use super::{Value, View};

/// Bytes read or built in one step.
const BYTES_PER_STEP: usize = 32;

/// List items visited in one step.
const ITEMS_PER_STEP: usize = 4;

/// Counts down the steps of a render. Whatever a filter or operator reads, compares, and builds
/// costs steps in proportion, so every template ends.
///
/// Once empty it stays empty, and everything that uses it gives up early; the caller then finds it
/// empty.
#[derive(Debug, Default)]
pub struct Meter {
    left: Cell<u64>,
}

impl Meter {
    /// Makes a meter with this many steps.
    #[must_use]
    pub fn new(steps: u64) -> Meter {
        Meter { left: Cell::new(steps) }
    }

    /// Returns how many of the steps were spent.
    #[must_use]
    pub fn spent_of(&self, steps: u64) -> u64 {
        steps.saturating_sub(self.left.get())
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.left.get() == 0
    }

    /// Does something without cost: explanations are collected for some renders only, and must not
    /// end them.
    pub fn unspent<T>(&self, act: impl FnOnce() -> T) -> T {
        let left = self.left.get();
        let done = act();
        self.left.set(left);
        done
    }

    /// Spends steps; returns false if there aren't enough.
    #[inline]
    pub fn spend(&self, steps: u64) -> bool {
        match self.left.get().checked_sub(steps) {
            Some(left) if left > 0 => {
                self.left.set(left);
                true
            }
            _ => {
                self.left.set(0);
                false
            }
        }
    }

    /// Spends the steps for some bytes.
    #[inline]
    pub fn spend_bytes(&self, bytes: usize) -> bool {
        self.spend((bytes / BYTES_PER_STEP) as u64)
    }

    /// Spends the steps for visiting some items.
    #[inline]
    pub fn spend_items(&self, items: usize) -> bool {
        self.spend((items / ITEMS_PER_STEP) as u64)
    }

    /// Spends the steps for reading a value with its contents.
    #[inline]
    pub fn spend_value(&self, view: View<'_>) -> bool {
        match view {
            View::Str(text) => self.spend_bytes(text.len()),
            View::Big(_) | View::Array(_) | View::Object(_) => self.spend_contents(view),
            _ => true,
        }
    }

    fn spend_contents(&self, view: View<'_>) -> bool {
        match view {
            // Operations on long numbers are quadratic in their length.
            View::Big(big) => self.spend((big.bits() * big.bits()) >> 20),
            View::Array(items) => self.spend(1) && items.iter().all(|item| self.spend_item(item)),
            View::Object(object) => {
                let entry = |(key, value): (&std::sync::Arc<str>, &Value)| {
                    self.spend_bytes(key.len()) && self.spend_item(value)
                };
                self.spend(1) && object.iter().all(entry)
            }
            _ => true,
        }
    }

    fn spend_item(&self, item: &Value) -> bool {
        self.spend(1) && self.spend_value(item.view())
    }
}

#[cfg(test)]
mod tests {
    use super::Meter;
    use crate::value::Value;

    #[test]
    fn work_is_counted_until_nothing_is_left() {
        let meter = Meter::new(100);
        assert!(meter.spend(40) && meter.spend_bytes(320) && !meter.is_empty());
        let list = Value::array(vec![Value::from("x".repeat(320)); 2]);
        assert!(meter.spend_value(list.view()) && !meter.is_empty());
        assert!(meter.spend_value(list.view()) && !meter.spend_value(list.view()));
        assert!(meter.is_empty());
        assert!(!meter.spend(0));
    }

    /// Lists share their items, so a short template may produce an endless list.
    #[test]
    fn a_list_that_is_endless_to_read_is_given_up() {
        let mut list = Value::array(vec![Value::Int(1); 10]);
        for _ in 0..60 {
            list = Value::array(vec![list; 10]);
        }
        let meter = Meter::new(1_000_000);
        assert!(!meter.spend_value(list.view()));
        assert!(!super::super::equal_within(list.view(), list.view(), &Meter::new(1_000_000)));
    }
}
