use std::ops::{BitAnd, BitOr, BitOrAssign};

/// Calls of a template, by their place in [`super::Model::calls`].
///
/// The first 64 are told apart. What is said of those behind them is lost, so that nothing is held
/// against them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct CallSet(u64);

impl CallSet {
    /// No call.
    pub const NONE: CallSet = CallSet(0);

    /// One call.
    pub fn of(call: usize) -> CallSet {
        CallSet(u32::try_from(call).ok().and_then(|call| 1_u64.checked_shl(call)).unwrap_or(0))
    }

    /// Whether the call is among these; one that is not told apart is.
    pub fn has(self, call: usize) -> bool {
        let one = CallSet::of(call);
        one == CallSet::NONE || (self & one) == one
    }

    /// These without `other`.
    pub fn without(self, other: CallSet) -> CallSet {
        CallSet(self.0 & !other.0)
    }

    /// The places, in order.
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

/// The calls that a value tells something of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Derived {
    /// All of them.
    pub calls: CallSet,
    /// Those whose answers have come where it is `false`: of a flag such as `failed`.
    pub denied: CallSet,
}

impl Derived {
    /// Of no call.
    pub const NONE: Derived = Derived { calls: CallSet::NONE, denied: CallSet::NONE };

    /// Of these calls, where it is not `false`.
    pub fn of(calls: CallSet) -> Derived {
        Derived { calls, denied: CallSet::NONE }
    }

    /// Those that have come where it is not `false`.
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
