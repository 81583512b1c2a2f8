//! The engine of meniscus: Braze's dialect of Liquid, parsed and rendered from recorded responses.
//!
//! It has no network, no files, no threads and no clock: whoever embeds it hands texts and values over. The floors of the
//! house, each using only those below its own:
//!
//! | floor | modules |
//! |---|---|
//! | 0 | [`text`], [`diagnostic`], [`value`] |
//! | 1 | [`syntax`], [`http`], [`shape`] |
//! | 2 | [`recording`], [`semantics`] |
//! | 3 | [`render`] |
//! | 4 | [`dialect`] |

pub mod diagnostic;
pub mod dialect;
pub mod http;
pub mod recording;
pub mod render;
pub mod semantics;
pub mod shape;
pub mod syntax;
pub mod text;
pub mod value;
