use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::knowledge::Knowledge;
use crate::analyze::{Model, OriginRoot, OriginStep, PlaceRoot, Read, ReadRoot};
use crate::project::{Channel, Message, Part, Scenario};
use crate::shape::Shape;
use crate::syntax::{FamilyId, Template};

/// A message with everything known about it: what a rule checks.
#[derive(Debug)]
pub struct Subject<'a> {
    pub message: &'a Message,
    /// Its parts, in reading order.
    pub parts: Vec<PartModel<'a>>,
    /// What is known about the workspace.
    pub known: &'a Knowledge,
    /// Shape of each family's attributes for this message, by [`crate::syntax::FamilyId`].
    pub families: &'a [Arc<Shape>],
    /// Whether it is a standalone content block, which may see variables of its includer.
    pub is_block: bool,
    /// Attributes, and fields of them, without which a part aborts the message; found when first
    /// asked for.
    required: OnceLock<Required>,
}

/// Paths into each family.
type Required = HashMap<FamilyId, HashSet<Vec<OriginStep>>>;

/// A part, parsed and analyzed.
#[derive(Debug)]
pub struct PartModel<'a> {
    pub part: &'a Part,
    pub template: &'a Template,
    pub model: Model<'a>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        message: &'a Message,
        parts: Vec<PartModel<'a>>,
        known: &'a Knowledge,
        families: &'a [Arc<Shape>],
        is_block: bool,
    ) -> Subject<'a> {
        Subject { message, parts, known, families, is_block, required: OnceLock::new() }
    }

    /// Returns the message's channel, if known.
    #[must_use]
    pub fn channel(&self) -> Option<Channel> {
        self.message.channel
    }

    /// Yields the models of all parts.
    pub fn models(&self) -> impl Iterator<Item = &Model<'a>> {
        self.parts.iter().map(|part| &part.model)
    }

    /// Yields the scenarios that apply to the message.
    pub fn scenarios(&self) -> impl Iterator<Item = &'a Scenario> + use<'a> {
        let (known, name) = (self.known, &self.message.name);
        known.scenarios.iter().filter(move |scenario| scenario.applies_to(name))
    }

    /// Whether a part aborts the message where this attribute, or field of one, is missing: then
    /// nobody without it gets any of the parts.
    #[must_use]
    pub fn aborts_without(&self, read: &Read<'_>) -> bool {
        let Some(origin) = read.origin.as_deref() else { return false };
        let OriginRoot::Family(family) = origin.root else { return false };
        // Items of a list differ from each other.
        let is_field = |step: &OriginStep| matches!(step, OriginStep::Field(_));
        origin.steps.iter().all(is_field)
            && self.required().get(&family).is_some_and(|paths| paths.contains(&*origin.steps))
    }

    fn required(&self) -> &Required {
        self.required.get_or_init(|| {
            let mut required = Required::default();
            for place in self.models().flat_map(|model| &model.asked) {
                let PlaceRoot::Attribute { family: word, .. } = &place.root else { continue };
                let word = (!word.is_empty()).then_some(&**word);
                let Some(family) = self.known.semantics().family(word) else { continue };
                let Some(steps) = place.origin_steps() else { continue };
                // What is there is in something that is there.
                let paths = required.entry(family).or_default();
                paths.extend((1..=steps.len()).map(|length| steps[..length].to_vec()));
            }
            required
        })
    }

    /// Returns the family of a read's root; empty for profile attributes.
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
