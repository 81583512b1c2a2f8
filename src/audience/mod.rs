//! A message for a whole audience, before anybody sends it: what recipients get, counted.
//!
//! [`Users`] reads exports row by row, [`Answers`] finds each customer's response on disk, and
//! [`run`] renders every row on all processors into a [`Tally`]. Tallies of parts of an audience
//! merge to that of the whole, whatever the order. No row is kept, and no host is called.

mod answers;
mod condition;
mod distinct;
mod error;
mod exports;
mod measure;
mod person;
mod run;
mod tally;

pub use answers::Answers;
pub use condition::Condition;
pub use distinct::Distinct;
pub use error::AudienceError;
pub use exports::{Exports, RawRow, RowPlace, Users};
pub use person::{Person, Understood, is_of_row};
pub use run::{Options, Progress, run};
pub use tally::{Branch, Counted, Extreme, Place, Sample, Size, Sms, Tally};
