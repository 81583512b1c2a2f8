//! Recipients generated from templates: a scenario with everything a message reads, recipients that
//! break messages, and minimal ones that reach unreached branches.
//!
//! [`crate::contract`] determines what a message reads.

mod adapt;
mod answers;
mod change;
mod draft;
mod edge;
mod effects;
mod empty_answer;
mod export;
mod hints;
mod invent;
mod names;
mod pool;
mod scenario_file;
mod search;
mod stub;
mod suggest;
mod tables;
mod trial;
mod write;

use crate::dialect::families::FAMILIES;

pub use answers::mapping as mapping_of;
pub use change::{Change, LAST_PRIORITY, Reply, Steps};
pub use draft::Draft;
pub use edge::{Base, Edge, PartEffects, edges};
pub use effects::{Effect, effects};
pub use empty_answer::{empty_answer, empty_answer_to};
pub use export::{Export, fields_to_export, replaced_words};
pub use names::slug;
pub use scenario_file::{Key, ScenarioFile, ScenarioFileError, listing};
pub use stub::{Stub, examples, stub};
pub use suggest::{Reached, Suggestion, Suggestions, cover, coverage_of, suggest};
pub use trial::{Derived, Trial};

/// Returns the table with a family's values; `None` for content blocks and unknown families.
#[must_use]
pub fn table_of(family: &str) -> Option<&'static str> {
    let known = FAMILIES.iter().find(|known| known.name == family && !known.is_blocks())?;
    Some(known.table)
}
