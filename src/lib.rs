//! meniscus renders Braze message templates as recipients get them, and finds mistakes before
//! customers see them.
//!
//! The floors of this crate, each using only those below its own:
//!
//! | floor | modules |
//! |---|---|
//! | – | the crate `meniscus-engine`: [`text`], [`diagnostic`], [`value`], [`syntax`], [`http`],
//! [`shape`], [`recording`], [`semantics`], [`render`], [`dialect`] |
//! | – | the crate `meniscus-analysis`: [`endpoint`], [`analyze`], [`project`], [`rules`],
//! [`contract`], [`language`], [`coverage`], [`session`], [`reason`], [`wire`], [`facade`] |
//! | – | the crate `meniscus-preview`: [`recipients`], and what [`send`] and [`snapshot`] need no
//! files for |
//! | – | the crate `meniscus-audience`: [`audience`] |
//! | 0 | `embedded`, [`example`], [`files`] |
//! | 1 | [`live`] |
//! | 2 | [`braze`], [`calibrate`], [`import`] |
//! | 3 | [`send`], [`snapshot`] |
//! | 4 | [`report`] |
//! | 5 | [`lsp`], [`mcp`], [`serve`], and above them the program's `cli` |

pub use meniscus_analysis::{
    analyze, contract, coverage, endpoint, facade, language, project, reason, rules, session, wire,
};
pub use meniscus_engine::{Engine, Environment, Recipient, RecipientError, Template};
pub use meniscus_engine::{
    diagnostic, dialect, http, recording, render, semantics, shape, syntax, text, value,
};

pub use meniscus_audience as audience;
pub use meniscus_preview::recipients;

pub mod braze;
pub mod calibrate;
mod embedded;
pub mod example;
pub mod files;
pub mod import;
pub mod live;
pub mod lsp;
pub mod mcp;
pub mod report;
pub mod send;
pub mod serve;
pub mod snapshot;
