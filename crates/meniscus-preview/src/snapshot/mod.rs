//! Snapshots: the result of every message part for every scenario, stored in files and compared.
//!
//! A [`Plan`] lists the [`Case`]s (a part for a scenario); [`render_cases`] renders them; a
//! [`Snapshot`] is what is kept of an outcome, and [`test`](fn@test) compares it with the file. The
//! results are plain data ([`Results`]) for reports. Files have insta's `.snap` format, so that
//! `cargo insta review` works on them.

mod blank;
mod blocks;
mod cause;
mod change;
mod claim;
mod combination;
mod contents;
mod digest;
mod document;
mod edits;
mod expect;
mod front_matter;
mod header;
mod json_claim;
mod marks;
mod nearest_text;
mod orphans;
mod place;
mod plan;
mod recordings;
mod results;
mod run;
mod secrets;
mod substitute;
mod values;
mod why;

pub use blank::Blank;
pub use cause::{Cause, ValueOf, causes};
pub use change::{Change, Group, groups};
pub use combination::{Combination, Combined, Counts, combine};
pub use contents::Contents;
pub use digest::{digest, line_digests};
pub use document::{Snapshot, SnapshotError};
pub use edits::{Edit, edits, words};
pub use expect::{Expected, RenderedPart, Unmet, expected, idle, idle_expectations};
pub use header::Header;
pub use marks::{END, decode, encode};
pub use orphans::{Gone, Orphan};
pub use place::{PENDING, SNAP, file_of};
pub use plan::{Case, Plan, PlannedPart, PlannedScenario, Selection};
pub use recordings::{PlannedRecording, PlannedRecordings};
pub use results::{Results, Status, Tested};
pub use run::{Comparison, compare_cases, render_cases, snapshot_of, test};
pub use secrets::Secrets;
pub use why::{changed_line, why};
