use std::fmt;
use std::sync::Arc;

use crate::syntax::FamilyId;

/// Where a value comes from, with assignments followed.
#[derive(Clone, Debug)]
pub struct DataOrigin {
    /// What the value is part of.
    pub root: OriginRoot,
    pub steps: Vec<OriginStep>,
    /// Whether filters have turned it into something else: a formatted date, the size of a list.
    pub derived: bool,
    /// Whether a `default` replaces it where it is missing.
    pub defaulted: bool,
    /// Whether the steps apply to each item, as with `map`.
    pub(super) spread: bool,
    /// Where the loop that yields it starts.
    pub(super) base: Base,
}

/// What a value is part of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OriginRoot {
    /// The attributes of a family; the first step is the attribute's name.
    Family(FamilyId),
    /// The response to a call, an index into [`super::Model::calls`].
    Call(usize),
    /// A variable that isn't set on the way.
    Variable(Arc<str>),
}

/// A step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OriginStep {
    Field(Arc<str>),
    /// A field with a computed name.
    AnyField,
    /// Any item of a list.
    Item,
}

/// A loop's item: it is present, so reads below it depend only on conditions inside the loop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Base {
    /// Number of steps to the item.
    pub steps: usize,
    /// Conditions and loops around the loop's body, including the loop.
    pub conditions: usize,
}

/// How a read is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Number of steps that are present wherever this is reached, because a loop iterates them or a
    /// condition tests them.
    pub steps: usize,
    /// Whether an enclosing condition tests this very value.
    pub asked: bool,
    /// Whether it is only reached if an unrelated condition holds.
    pub branch: bool,
}

impl DataOrigin {
    pub(super) fn of(root: OriginRoot) -> DataOrigin {
        DataOrigin {
            root,
            steps: Vec::new(),
            derived: false,
            defaulted: false,
            spread: false,
            base: Base::default(),
        }
    }

    /// Adds a step. Nothing is known about parts of a derived value.
    pub(super) fn push(&mut self, step: OriginStep) {
        if self.derived {
            return;
        }
        if std::mem::take(&mut self.spread) && step == OriginStep::Item {
            return;
        }
        self.steps.push(step);
    }

    /// Returns the origin one step further.
    pub(super) fn with(self: &Arc<DataOrigin>, step: OriginStep) -> Arc<DataOrigin> {
        let mut origin = (**self).clone();
        origin.push(step);
        Arc::new(origin)
    }

    /// Returns the list of a field of each item.
    pub(super) fn spread(self: &Arc<DataOrigin>, field: OriginStep) -> Arc<DataOrigin> {
        let mut origin = (**self).clone();
        origin.push(OriginStep::Item);
        origin.push(field);
        origin.spread = true;
        Arc::new(origin)
    }

    /// Returns the origin of a value made from this one.
    pub(super) fn derive(self: &Arc<DataOrigin>) -> Arc<DataOrigin> {
        if self.derived {
            return Arc::clone(self);
        }
        Arc::new(DataOrigin { derived: true, ..(**self).clone() })
    }

    /// Returns the origin with a replacement for missing values.
    pub(super) fn default(self: &Arc<DataOrigin>) -> Arc<DataOrigin> {
        Arc::new(DataOrigin { defaulted: true, ..(**self).clone() })
    }

    /// Returns the common origin where two branches meet; `None` if they differ.
    pub(super) fn meet(
        a: Option<&Arc<DataOrigin>>,
        b: Option<&Arc<DataOrigin>>,
    ) -> Option<Arc<DataOrigin>> {
        let (a, b) = (a?, b?);
        if Arc::ptr_eq(a, b) {
            return Some(Arc::clone(a));
        }
        if a.root != b.root || a.steps != b.steps || a.spread != b.spread {
            return None;
        }
        let base = if a.base == b.base { a.base } else { Base::default() };
        Some(Arc::new(DataOrigin {
            derived: a.derived || b.derived,
            defaulted: a.defaulted || b.defaulted,
            base,
            ..(**a).clone()
        }))
    }
}

/// Writes the steps as authors write them: `offer.name`, `payload.user_offers[].name`.
impl fmt::Display for DataOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            match step {
                OriginStep::Field(name) => write!(f, "{dot}{name}")?,
                OriginStep::AnyField => write!(f, "{dot}*")?,
                OriginStep::Item => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}
