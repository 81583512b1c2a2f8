use std::sync::Arc;

use super::knowledge::Knowledge;
use crate::analyze::{Model, ReadRoot};
use crate::project::{Channel, Message, Part, Scenario};
use crate::shape::Shape;
use crate::syntax::Template;

/// A message with all that is known of it: what a rule looks at.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The message.
    pub message: &'a Message,
    /// Its parts, in the order in which people read them.
    pub parts: Vec<PartModel<'a>>,
    /// What is known of the workspace.
    pub known: &'a Knowledge,
    /// What the attributes of each family are for this message, by [`crate::syntax::FamilyId`].
    pub families: &'a [Arc<Shape>],
    /// Whether it is a content block by itself: what includes it may set more variables.
    pub is_block: bool,
}

/// A part, parsed and analysed.
#[derive(Debug)]
pub struct PartModel<'a> {
    /// The part.
    pub part: &'a Part,
    /// Its tree.
    pub template: &'a Template,
    /// What analysis knows of it.
    pub model: Model<'a>,
}

impl<'a> Subject<'a> {
    /// Where the message is shown, if that is known.
    #[must_use]
    pub fn channel(&self) -> Option<Channel> {
        self.message.channel
    }

    /// The models of all parts.
    pub fn models(&self) -> impl Iterator<Item = &Model<'a>> {
        self.parts.iter().map(|part| &part.model)
    }

    /// The scenarios that the message is rendered for.
    pub fn scenarios(&self) -> impl Iterator<Item = &'a Scenario> + use<'a> {
        let (known, name) = (self.known, &self.message.name);
        known.scenarios.iter().filter(move |scenario| scenario.applies_to(name))
    }

    /// The family that a read starts from: its word, empty for the profile's own attributes.
    #[must_use]
    pub fn family_of(&self, root: &ReadRoot<'_>) -> Option<&'static str> {
        match root {
            ReadRoot::Attribute { family: Some(id), .. } => {
                Some(self.known.semantics().family_name(*id))
            }
            _ => None,
        }
    }
}
