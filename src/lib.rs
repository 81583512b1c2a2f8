//! meniscus renders Braze message templates as a recipient would get them, and finds in them what a
//! recipient would see as a hole.
//!
//! The floors of the house, each using only those below its own:
//!
//! | floor | modules |
//! |---|---|
//! | 0 | [`text`], [`diagnostic`], [`value`] |
//! | 1 | [`syntax`], [`fetch`], [`shape`] |
//! | 2 | [`render`], [`endpoint`], [`analyze`], [`import`] |
//! | 3 | [`dialect`], [`project`] |
//! | 4 | [`rules`], [`contract`], [`language`], [`send`], [`coverage`], [`recipients`], [`snapshot`] |
//! | 5 | [`report`], [`serve`], and the program's `cli` |

pub mod analyze;
pub mod contract;
pub mod coverage;
pub mod diagnostic;
pub mod dialect;
pub mod endpoint;
pub mod fetch;
pub mod import;
pub mod language;
pub mod project;
pub mod recipients;
pub mod render;
pub mod report;
pub mod rules;
pub mod send;
pub mod serve;
pub mod shape;
pub mod snapshot;
pub mod syntax;
pub mod text;
pub mod value;
