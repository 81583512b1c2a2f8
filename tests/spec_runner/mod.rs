//! Reads the pages of `tests/spec`, runs their sections and compares.

pub mod coverage;
pub mod fence;
pub mod page;
pub mod run;
