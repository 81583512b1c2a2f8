//! Which ways through the templates the scenarios take: what can happen in a template, and what
//! renders came past.
//!
//! [`points`] finds what
//! can happen in a template; a render that gathers [`Hits`](crate::render::Hits) counts what
//! happened; [`Coverage`] brings both together for many renders.

mod branches;
mod exclusion;
mod loops;
mod outcome;
mod point;
mod points;
mod tally;
mod words;

pub use exclusion::Exclusion;
pub use point::{Level, Point, PointKind, Statement, Turns};
pub use points::{Points, points};
pub use tally::{Coverage, FileCoverage, Role, State, Total};
