//! Reads the pages of `tests/spec`, runs their sections and compares.

pub mod coverage;
pub mod fence;
mod lint;
pub mod page;
pub mod run;
