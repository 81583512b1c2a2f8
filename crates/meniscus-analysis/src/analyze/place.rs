//! Where a value is stored: a variable or attribute, and constant steps from it.

use std::fmt;
use std::sync::Arc;

use super::origin::OriginStep;
use crate::syntax::ast::{ExprKind, Root, Segment};
use crate::text::Source;

/// A place in the data that a template reads. `x.a.b` and `x['a.b']` are different places; `x.a`
/// and `x['a']` are the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub root: PlaceRoot,
    pub steps: Vec<PlaceStep>,
}

/// The variable or attribute where a place starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceRoot {
    Variable(Arc<str>),
    /// `family.${name}`.
    Attribute {
        /// The family as written; empty for profile attributes.
        family: Arc<str>,
        name: Arc<str>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceStep {
    /// `.name`, `['name']`, `.${name}`.
    Field(Arc<str>),
    /// `.size`, `.first`, `.last`, which are fields only if the object has such a key.
    Command(Command),
    Index(i64),
    /// `[name]` with an unknown value: the same item until the variable is set again.
    At {
        variable: Arc<str>,
        /// The variable's version; see `Environment::version`.
        version: u32,
    },
}

/// A word after a dot that Liquid computes itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    Size,
    First,
    Last,
}

impl Command {
    #[must_use]
    pub fn of(word: &str) -> Option<Command> {
        match word {
            "size" => Some(Command::Size),
            "first" => Some(Command::First),
            "last" => Some(Command::Last),
            _ => None,
        }
    }

    /// Returns the command as written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Command::Size => "size",
            Command::First => "first",
            Command::Last => "last",
        }
    }
}

impl PlaceStep {
    pub(super) fn after_dot(name: &str) -> PlaceStep {
        Command::of(name).map_or_else(|| PlaceStep::Field(Arc::from(name)), PlaceStep::Command)
    }

    /// Whether the step leads to an item, which only a non-empty list has.
    pub(super) fn leads_to_item(&self) -> bool {
        match self {
            PlaceStep::Index(_) | PlaceStep::At { .. } => true,
            PlaceStep::Command(command) => *command != Command::Size,
            PlaceStep::Field(_) => false,
        }
    }

    /// Returns the key that the step looks up in an object.
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            PlaceStep::Field(name) => Some(name),
            PlaceStep::Command(command) => Some(command.word()),
            PlaceStep::Index(_) | PlaceStep::At { .. } => None,
        }
    }
}

impl PlaceRoot {
    /// Returns the root of a path; `None` if it is computed.
    pub(super) fn of(root: &Root, source: &Source) -> Option<PlaceRoot> {
        match root {
            Root::Name(span) => Some(PlaceRoot::Variable(Arc::from(source.slice(*span)))),
            Root::Attribute(attribute) => {
                let family = attribute.family.map_or("", |span| source.slice(span));
                let (family, name) = (Arc::from(family), Arc::from(source.slice(attribute.name)));
                Some(PlaceRoot::Attribute { family, name })
            }
            Root::Index(_) => None,
        }
    }
}

impl Place {
    /// Makes the place of a variable or attribute itself.
    pub(super) fn of_root(root: PlaceRoot) -> Place {
        Place { root, steps: Vec::new() }
    }

    pub(super) fn of_variable(name: &str) -> Place {
        Place::of_root(PlaceRoot::Variable(Arc::from(name)))
    }

    /// Returns an attribute's name and the steps below it; `None` for a variable, and for a size,
    /// which isn't a field.
    pub(crate) fn origin_steps(&self) -> Option<Vec<OriginStep>> {
        let PlaceRoot::Attribute { name, .. } = &self.root else { return None };
        let inner = self.steps.iter().map(|step| match step {
            PlaceStep::Field(name) => Some(OriginStep::Field(Arc::clone(name))),
            PlaceStep::Command(Command::Size) => None,
            _ => Some(OriginStep::Item),
        });
        std::iter::once(Some(OriginStep::Field(Arc::clone(name)))).chain(inner).collect()
    }

    /// Returns the variable's name if the place has no steps.
    pub(super) fn as_variable(&self) -> Option<&str> {
        match &self.root {
            PlaceRoot::Variable(name) if self.steps.is_empty() => Some(name),
            _ => None,
        }
    }

    /// Splits off the last step.
    pub(super) fn split_last(&self) -> Option<(Place, &PlaceStep)> {
        let (last, before) = self.steps.split_last()?;
        Some((Place { root: self.root.clone(), steps: before.to_vec() }, last))
    }

    /// Returns the place whose size this is.
    pub(super) fn sized(&self) -> Option<Place> {
        let (owner, last) = self.split_last()?;
        (*last == PlaceStep::Command(Command::Size)).then_some(owner)
    }

    /// Returns the place of the first `count` steps.
    pub(super) fn prefix(&self, count: usize) -> Place {
        Place { root: self.root.clone(), steps: self.steps[..count].to_vec() }
    }

    /// Returns the place one step further.
    pub(super) fn with(mut self, step: PlaceStep) -> Place {
        self.steps.push(step);
        self
    }

    /// Adds a step; returns `None` if it is computed.
    pub(super) fn push(&mut self, segment: &Segment, source: &Source) -> Option<()> {
        self.steps.push(match segment {
            Segment::Field(span) => PlaceStep::after_dot(source.slice(*span)),
            Segment::Attribute { name, .. } => PlaceStep::Field(Arc::from(source.slice(*name))),
            Segment::Index { expr, .. } => match &expr.kind {
                ExprKind::Int(index) => PlaceStep::Index(*index),
                ExprKind::Str(span) => PlaceStep::Field(Arc::from(source.slice(*span))),
                _ => return None,
            },
        });
        Some(())
    }
}

impl fmt::Display for PlaceRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlaceRoot::Variable(name) => f.write_str(name),
            PlaceRoot::Attribute { family, name } if family.is_empty() => write!(f, "${{{name}}}"),
            PlaceRoot::Attribute { family, name } => write!(f, "{family}.${{{name}}}"),
        }
    }
}
