//! Our choices where Braze's documentation is silent, held against what Braze itself renders.
//!
//! [`template`] writes one text with all [`PROBES`], each between marks. Its author lets Braze render
//! it, and [`judge`] says which of our choices hold, by what stands between the marks.

mod choice;
mod found;
mod judge;
mod marks;
mod probes;

pub use choice::{ECHO, SETTINGS, Setting};
pub use found::{Readable, readable};
pub use judge::{Judged, Outcome, SettingFound, judge};
pub use marks::{call_template, template};
pub use probes::{CALL_PROBES, ECHO_URL, NOT_PROBED, PROBES, Probe};
