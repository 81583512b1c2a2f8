//! A message for a whole audience, before anybody sends it: what recipients get, counted.
//!
//! [`Users`] reads exports row by row, [`Answers`] finds each customer's response on disk, and
//! [`run`] renders every row on all processors into a [`Tally`]. Whoever has rows elsewhere, such as
//! the Python module, makes a [`Plan`] and hands each [`Person`] to a [`Measurer`]. Tallies of parts
//! of an audience merge to that of the whole, whatever the order. No row is kept, and no host is
//! called.

mod answers;
mod condition;
mod distinct;
mod error;
mod exports;
mod measure;
mod person;
mod plan;
mod row_answers;
mod row_line;
mod run;
mod tally;

pub use answers::Answers;
pub use condition::Condition;
pub use distinct::Distinct;
pub use error::AudienceError;
pub use exports::{Exports, RawRow, RowPlace, Users};
pub use measure::{Measurer, RowResult};
pub use person::{Person, Understood, is_of_row};
pub use plan::{Options, Plan, RenderedRow};
pub use row_answers::{AnswerSource, RowAnswers, json_response};
pub use run::{Audience, Progress, RowLines, exclude, run};
pub use tally::{Branch, Counted, Extreme, Place, Sample, Size, Sms, Tally};
