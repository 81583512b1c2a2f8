//! What analysis needs to know about tags and filters, as data.

use crate::shape::Signature;
use crate::syntax::{FamilyId, FilterId, Grammar, TagId};

/// What a tag does to variables and to the rest of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing besides its markup and body.
    None,
    Stops,
    Breaks,
    /// The next iteration of the innermost loop starts.
    Continues,
    /// Its body is printed into a variable.
    Captures,
    /// Increments or decrements its own variable.
    Counts,
    /// Calls a URL and saves the response.
    Calls,
    /// Sets a variable with a fixed name.
    Sets(&'static str, Sets),
    /// Its body isn't Liquid.
    Skips,
}

/// The value of a variable that a tag sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sets {
    /// A list of the items of the catalog that its first word names.
    CatalogItems,
    Object,
}

/// A dialect as analysis sees it.
pub trait Semantics: Grammar {
    fn effect(&self, tag: TagId) -> Effect;
    /// Returns what a filter accepts and returns.
    fn signature(&self, filter: FilterId) -> Signature;
    /// Returns the word before `${…}`; empty for profile attributes.
    fn family_name(&self, family: FamilyId) -> &'static str;
    /// Returns the family whose bare name is the whole object.
    fn bare_family(&self, name: &str) -> Option<FamilyId>;
}
