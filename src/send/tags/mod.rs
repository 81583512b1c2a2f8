//! The customers of a segment, tagged in SessionM: as a file for SessionM, or by one request each.
//!
//! A [`Segment`] is read as often as needed and never held: what is kept of a customer is a digest, so that nobody is tagged
//! twice, and what became of the row. A [`Journal`] on disk keeps the second, so that a run that ends at any moment can go on.

mod answer;
mod error;
mod export;
mod journal;
mod journal_file;
mod new_file;
mod pace;
mod run;
mod segment;
mod segment_row;
mod stop;
mod tally;
mod target;

pub use error::TagError;
pub use export::{ExportError, write_export, write_outcomes};
pub use journal::{Journal, RunKey, State};
pub use new_file::NewFile;
pub use run::{RunOptions, run};
pub use segment::{Segment, Survey};
pub use segment_row::{Place, Problem};
pub use stop::{Halt, Stopped};
pub use tally::{Group, Tally};
pub use target::{Tags, Target};
