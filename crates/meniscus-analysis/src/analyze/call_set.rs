use std::ops::{BitAnd, BitOr, BitOrAssign};

/// Calls of a template, by index into [`super::Model::calls`].
///
/// Only the first 64 are tracked. Later ones are left out, so no rule reports them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CallSet(u64);

impl CallSet {
    pub const NONE: CallSet = CallSet(0);

    pub fn of(call: usize) -> CallSet {
        CallSet(u32::try_from(call).ok().and_then(|call| 1_u64.checked_shl(call)).unwrap_or(0))
    }

    pub fn has(self, call: usize) -> bool {
        let one = CallSet::of(call);
        one == CallSet::NONE || (self & one) == one
    }

    pub fn without(self, other: CallSet) -> CallSet {
        CallSet(self.0 & !other.0)
    }

    /// Yields the indexes in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |place| self.0 >> place & 1 == 1)
    }
}

impl BitOr for CallSet {
    type Output = CallSet;

    fn bitor(self, other: CallSet) -> CallSet {
        CallSet(self.0 | other.0)
    }
}

impl BitOrAssign for CallSet {
    fn bitor_assign(&mut self, other: CallSet) {
        self.0 |= other.0;
    }
}

impl BitAnd for CallSet {
    type Output = CallSet;

    fn bitand(self, other: CallSet) -> CallSet {
        CallSet(self.0 & other.0)
    }
}

/// The calls that a value gives information about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Derived {
    pub calls: CallSet,
    /// Calls that have been answered if the value is `false`, such as a flag named `failed`.
    pub denied: CallSet,
}

impl Derived {
    pub const NONE: Derived = Derived { calls: CallSet::NONE, denied: CallSet::NONE };

    /// Derives from these calls if the value is truthy.
    pub fn of(calls: CallSet) -> Derived {
        Derived { calls, denied: CallSet::NONE }
    }

    /// Calls that have been answered if the value is truthy.
    pub fn affirmed(self) -> CallSet {
        self.calls.without(self.denied)
    }
}

impl BitOr for Derived {
    type Output = Derived;

    fn bitor(self, other: Derived) -> Derived {
        Derived { calls: self.calls | other.calls, denied: self.denied | other.denied }
    }
}

impl BitOrAssign for Derived {
    fn bitor_assign(&mut self, other: Derived) {
        *self = *self | other;
    }
}
