//! meniscus renders Braze message templates as a recipient would get them, and finds in them what a
//! recipient would see as a hole.
//!
//! The floors of the house, each using only those below its own:
//!
//! | floor | modules |
//! |---|---|
//! | – | the crate `meniscus-engine`: [`text`], [`diagnostic`], [`value`], [`syntax`], [`http`], [`shape`], [`recording`], [`semantics`], [`render`], [`dialect`] |
//! | 0 | [`files`] |
//! | 1 | [`live`] |
//! | 2 | [`endpoint`], [`import`] |
//! | 3 | [`analyze`], [`project`] |
//! | 4 | [`rules`] |
//! | 5 | [`contract`], [`language`], [`coverage`], [`session`], [`wire`] |
//! | 6 | [`send`], [`recipients`], [`snapshot`] |
//! | 7 | [`report`] |
//! | 8 | [`serve`], and above it the program's `cli` |

pub use meniscus_engine::{Engine, Environment, Recipient, RecipientError, Template};
pub use meniscus_engine::{
    diagnostic, dialect, http, recording, render, semantics, shape, syntax, text, value,
};

pub mod analyze;
pub mod contract;
pub mod coverage;
pub mod endpoint;
pub mod files;
pub mod import;
pub mod language;
pub mod live;
pub mod project;
pub mod recipients;
pub mod report;
pub mod rules;
pub mod send;
pub mod serve;
pub mod session;
pub mod snapshot;
pub mod wire;
