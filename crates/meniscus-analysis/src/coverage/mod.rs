//! Branch coverage: what can happen in a template, and what the scenarios' renders reached.
//!
//! [`points`] finds what can happen; a render with [`Hits`](crate::render::Hits) counts what did;
//! [`Coverage`] combines both over many renders.

mod branches;
mod exclusion;
mod loops;
mod outcome;
mod point;
mod points;
mod tally;
mod words;

pub use exclusion::Exclusion;
pub use point::{Iterations, Level, Point, PointKind, Statement};
pub use points::{Points, points};
pub use tally::{Coverage, FileCoverage, Role, State, Total};
