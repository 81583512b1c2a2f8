//! Where a value lies: a variable or an attribute, and the constant steps from there.

use std::fmt;
use std::sync::Arc;

use crate::syntax::ast::{ExprKind, Root, Segment};
use crate::text::Source;

/// A place in the data that a template reads. `x.a.b` and `x['a.b']` are two places, `x.a` and
/// `x['a']` are one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Where it starts.
    pub root: PlaceRoot,
    /// The steps from there.
    pub steps: Vec<PlaceStep>,
}

/// Where a place starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceRoot {
    /// A variable, by name.
    Variable(Arc<str>),
    /// `family.${name}`.
    Attribute {
        /// The family's word as it is written; empty for attributes of the profile.
        family: Arc<str>,
        /// The name between the braces.
        name: Arc<str>,
    },
}

/// A step from a value into it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceStep {
    /// `.name`, `['name']`, `.${name}`.
    Field(Arc<str>),
    /// `.size`, `.first`, `.last`, which are fields only where an object has such a key.
    Command(Command),
    /// `[2]`.
    Index(i64),
    /// `[name]`, where the variable's value isn't known: the same item until the variable is set
    /// again.
    At {
        /// The variable.
        variable: Arc<str>,
        /// Its version, as the walk counts them.
        version: u32,
    },
}

/// A word after a dot that Liquid answers by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// How many items or characters there are.
    Size,
    /// The first item.
    First,
    /// The last item.
    Last,
}

impl Command {
    /// The command of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Command> {
        match word {
            "size" => Some(Command::Size),
            "first" => Some(Command::First),
            "last" => Some(Command::Last),
            _ => None,
        }
    }

    /// The word as it is written.
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
    /// The step of a name after a dot.
    pub(super) fn after_dot(name: &str) -> PlaceStep {
        Command::of(name).map_or_else(|| PlaceStep::Field(Arc::from(name)), PlaceStep::Command)
    }

    /// Whether the step leads to an item, which a list has only where it isn't empty.
    pub(super) fn leads_to_item(&self) -> bool {
        match self {
            PlaceStep::Index(_) | PlaceStep::At { .. } => true,
            PlaceStep::Command(command) => *command != Command::Size,
            PlaceStep::Field(_) => false,
        }
    }

    /// The key that the step asks an object for.
    pub(super) fn key(&self) -> Option<&str> {
        match self {
            PlaceStep::Field(name) => Some(name),
            PlaceStep::Command(command) => Some(command.word()),
            PlaceStep::Index(_) | PlaceStep::At { .. } => None,
        }
    }
}

impl PlaceRoot {
    /// Where a path starts; none where that is computed.
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
    /// The place of a variable or attribute itself.
    pub(super) fn of_root(root: PlaceRoot) -> Place {
        Place { root, steps: Vec::new() }
    }

    /// The place of a variable itself.
    pub(super) fn of_variable(name: &str) -> Place {
        Place::of_root(PlaceRoot::Variable(Arc::from(name)))
    }

    /// The name of the variable that the place is, with no step.
    pub(super) fn as_variable(&self) -> Option<&str> {
        match &self.root {
            PlaceRoot::Variable(name) if self.steps.is_empty() => Some(name),
            _ => None,
        }
    }

    /// The place before the last of its steps, and that step.
    pub(super) fn split_last(&self) -> Option<(Place, &PlaceStep)> {
        let (last, before) = self.steps.split_last()?;
        Some((Place { root: self.root.clone(), steps: before.to_vec() }, last))
    }

    /// The place whose size this one is.
    pub(super) fn sized(&self) -> Option<Place> {
        let (owner, last) = self.split_last()?;
        (*last == PlaceStep::Command(Command::Size)).then_some(owner)
    }

    /// The first `count` of its steps.
    pub(super) fn prefix(&self, count: usize) -> Place {
        Place { root: self.root.clone(), steps: self.steps[..count].to_vec() }
    }

    /// The same with one more step.
    pub(super) fn with(mut self, step: PlaceStep) -> Place {
        self.steps.push(step);
        self
    }

    /// Adds a step; none where it is computed.
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

/// `name`, or `family.${name}`.
impl fmt::Display for PlaceRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlaceRoot::Variable(name) => f.write_str(name),
            PlaceRoot::Attribute { family, name } if family.is_empty() => write!(f, "${{{name}}}"),
            PlaceRoot::Attribute { family, name } => write!(f, "{family}.${{{name}}}"),
        }
    }
}
