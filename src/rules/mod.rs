//! What follows from the diagnostics of a lint run: fixes that are made, and a baseline of what is
//! known already.
//!
//! Floor 4.

pub mod baseline;
pub mod fixes;
