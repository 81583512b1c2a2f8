//! What recipients get, as far as it can be known without a network: messages rendered, compared with
//! their snapshots, and shown.
//!
//! The floors of this crate, each using only those below its own; below all of them are
//! `meniscus-engine` and `meniscus-analysis`:
//!
//! | floor | modules |
//! |---|---|
//! | 0 | [`send`] |
//! | 1 | [`recipients`], [`snapshot`] |
//! | 2 | [`page`]: what the preview page asks, and what it is shown |

pub use meniscus_analysis::{
    analyze, contract, coverage, endpoint, facade, files, language, project, reason, rules,
    session, wire,
};
pub use meniscus_engine::{
    diagnostic, dialect, http, recording, render, semantics, shape, syntax, text, value,
};

pub mod page;
pub mod recipients;
pub mod send;
pub mod snapshot;
