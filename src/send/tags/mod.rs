//! Tagging a segment's customers in SessionM: through a file for SessionM, or by one request each.
//!
//! A [`Segment`] is read as often as needed and never held in memory. For a customer, only a digest
//! is kept, so that nobody is tagged twice, and the state of the row. A [`Journal`] stores the
//! states on disk, so that an interrupted run can resume.

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
pub use run::{Run, RunOptions, run};
pub use segment::{Segment, Survey};
pub use segment_row::{Problem, RowPlace};
pub use stop::{Halt, Stopped};
pub use tally::{Group, Tally};
pub use target::{Tags, Target};
