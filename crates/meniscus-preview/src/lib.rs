//! What recipients get, without a network: renders messages, compares them with their snapshots, and
//! shows them.
//!
//! The modules form floors; each uses only the floors below it, and all use `meniscus-engine` and
//! `meniscus-analysis`:
//!
//! | floor | modules |
//! |---|---|
//! | 0 | [`send`] |
//! | 1 | [`recipients`], [`snapshot`] |
//! | 2 | [`page`]: requests and responses of the preview page |

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
