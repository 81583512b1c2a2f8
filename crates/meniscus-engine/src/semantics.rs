//! What analysis needs to know of tags and filters: plain data beside what they print.

use crate::shape::Signature;
use crate::syntax::{FamilyId, FilterId, Grammar, TagId};

/// What a tag does to variables and to the rest of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing beside what its markup and body say.
    None,
    /// The message is not sent.
    Stops,
    /// The innermost loop ends.
    Breaks,
    /// The next turn of the innermost loop begins.
    Continues,
    /// What its body prints goes to a variable.
    Captures,
    /// Counts a variable of its own up or down.
    Counts,
    /// Calls a URL and keeps the answer.
    Calls,
    /// Sets a variable of a fixed name.
    Sets(&'static str, Sets),
    /// Its body is no Liquid.
    Skips,
}

/// What a tag sets its variable to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sets {
    /// A list of objects that may be empty.
    Objects,
    /// An object.
    Object,
}

/// A dialect, as analysis sees it.
pub trait Semantics: Grammar {
    /// What a tag does.
    fn effect(&self, tag: TagId) -> Effect;
    /// What a filter takes and gives.
    fn signature(&self, filter: FilterId) -> Signature;
    /// The word in front of `${…}`; empty for the profile's own attributes.
    fn family_name(&self, family: FamilyId) -> &'static str;
    /// The family whose word alone is the whole object, of that name.
    fn bare_family(&self, name: &str) -> Option<FamilyId>;
}
