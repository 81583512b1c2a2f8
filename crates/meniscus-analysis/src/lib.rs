//! Workspaces of Braze message templates, and everything known about them.
//!
//! The modules form floors; each uses only the floors below it, and all use `meniscus-engine`:
//!
//! | floor | modules |
//! |---|---|
//! | 0 | [`catalogs`], [`files`], [`reason`] |
//! | 1 | [`endpoint`] |
//! | 2 | [`analyze`], [`project`] |
//! | 3 | [`rules`] |
//! | 4 | [`contract`], [`coverage`], [`session`], [`wire`] |
//! | 5 | [`language`] |
//! | 6 | [`facade`]: the entry point for programs that embed a workspace |

pub use meniscus_engine::{
    diagnostic, dialect, http, recording, render, semantics, shape, syntax, text, value,
};

pub mod analyze;
pub mod catalogs;
pub mod contract;
pub mod coverage;
pub mod endpoint;
pub mod facade;
pub mod files;
pub mod language;
pub mod project;
pub mod reason;
pub mod rules;
pub mod session;
pub mod wire;
