use std::fmt;
use std::sync::Arc;

use crate::syntax::FamilyId;

/// Where a value comes from, variables followed to what they were set to.
#[derive(Clone, Debug)]
pub struct Origin {
    /// What it is part of.
    pub root: OriginRoot,
    /// The steps from there to the value.
    pub steps: Vec<OriginStep>,
    /// Whether filters have made something else of it: a text of a date, the size of a list.
    pub derived: bool,
    /// Whether a `default` stands for it where it is missing.
    pub defaulted: bool,
    /// Whether the steps are of each item, and the value is the list of these: `map`.
    pub(super) spread: bool,
    /// Where a loop began that gives it.
    pub(super) base: Base,
}

/// What a value is part of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OriginRoot {
    /// The attributes of a family; the first step is the attribute's name.
    Family(FamilyId),
    /// The answer of a call, in [`super::Model::calls`].
    Call(usize),
    /// A variable that nothing on the way sets.
    Variable(Arc<str>),
}

/// A step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum OriginStep {
    /// The field of that name.
    Field(Arc<str>),
    /// Any field: its name is computed.
    AnyField,
    /// Any item of a list.
    Item,
}

/// In a loop, the item is there: what is read of it depends only on conditions inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Base {
    /// How many steps lead to the item.
    pub steps: usize,
    /// How many conditions and loops the loop's body stands in, itself included.
    pub conditions: usize,
}

/// How a read is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// So many steps of the origin are there wherever this is reached: a loop goes over them, or a
    /// condition has asked for them.
    pub steps: usize,
    /// Whether a condition around it has asked for the very value.
    pub asked: bool,
    /// Whether it is reached only where a condition holds that is about something else.
    pub branch: bool,
}

impl Origin {
    pub(super) fn of(root: OriginRoot) -> Origin {
        Origin {
            root,
            steps: Vec::new(),
            derived: false,
            defaulted: false,
            spread: false,
            base: Base::default(),
        }
    }

    /// Adds a step; of what filters have made, nothing is known any more.
    pub(super) fn push(&mut self, step: OriginStep) {
        if self.derived {
            return;
        }
        if std::mem::take(&mut self.spread) && step == OriginStep::Item {
            return;
        }
        self.steps.push(step);
    }

    /// The same, one step further.
    pub(super) fn with(self: &Arc<Origin>, step: OriginStep) -> Arc<Origin> {
        let mut origin = (**self).clone();
        origin.push(step);
        Arc::new(origin)
    }

    /// The list of a field of each item.
    pub(super) fn spread(self: &Arc<Origin>, field: OriginStep) -> Arc<Origin> {
        let mut origin = (**self).clone();
        origin.push(OriginStep::Item);
        origin.push(field);
        origin.spread = true;
        Arc::new(origin)
    }

    /// The same, made into something else.
    pub(super) fn derive(self: &Arc<Origin>) -> Arc<Origin> {
        if self.derived {
            return Arc::clone(self);
        }
        Arc::new(Origin { derived: true, ..(**self).clone() })
    }

    /// The same, with something in its place where it is missing.
    pub(super) fn default(self: &Arc<Origin>) -> Arc<Origin> {
        Arc::new(Origin { defaulted: true, ..(**self).clone() })
    }

    /// Where a value comes from where two ways meet; none where they differ.
    pub(super) fn meet(a: Option<&Arc<Origin>>, b: Option<&Arc<Origin>>) -> Option<Arc<Origin>> {
        let (a, b) = (a?, b?);
        if Arc::ptr_eq(a, b) {
            return Some(Arc::clone(a));
        }
        if a.root != b.root || a.steps != b.steps || a.spread != b.spread {
            return None;
        }
        let base = if a.base == b.base { a.base } else { Base::default() };
        Some(Arc::new(Origin {
            derived: a.derived || b.derived,
            defaulted: a.defaulted || b.defaulted,
            base,
            ..(**a).clone()
        }))
    }
}

/// The steps as they are read: `offer.name`, `payload.user_offers[].name`.
impl fmt::Display for Origin {
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
