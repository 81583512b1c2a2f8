//! Recipients that are made of the templates themselves: a scenario with all that a message reads,
//! those that break messages, and the smallest ones that reach what no scenario reaches.
//!
//! What a message reads is said by [`crate::contract`].

mod answers;
mod change;
mod draft;
mod edge;
mod effects;
mod hints;
mod invent;
mod names;
mod pool;
mod search;
mod stub;
mod suggest;
mod tables;
mod trial;
mod write;

use crate::dialect::families::FAMILIES;

pub use change::{Change, Reply, Steps};
pub use draft::{Draft, shown};
pub use edge::{Base, Edge, PartEffects, edges, slug};
pub use effects::{Effect, effects};
pub use stub::{Stub, stub};
pub use suggest::{Reached, Suggestion, Suggestions, cover, coverage_of, suggest};
pub use trial::{Derived, Trial};

/// The table of a scenario that holds a family's values; none for content blocks and unknown words.
fn table_of(family: &str) -> Option<&'static str> {
    let known = FAMILIES.iter().find(|known| known.name == family && !known.is_blocks())?;
    Some(known.table)
}
