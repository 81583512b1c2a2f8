//! What is known about responses to calls: packs of endpoints, and matching recordings.
//!
//! A pack is data, a TOML file with JSON Schemas next to it, so another loyalty system needs no
//! code. [`Endpoints`] compares a partly known call with packs and recordings, and returns the
//! shape of the response.

mod bare_schema;
mod built_in;
mod checks;
/// How current responses differ in shape from recordings.
pub mod drift;
mod endpoints;
mod error;
mod find;
mod load;
mod matching;
mod pack;
mod packs;
mod samples;
mod schema;
mod schema_file;

pub use crate::recording::{CallPattern, Piece};
pub use endpoints::{Answered, Endpoints};
pub use error::PackError;
pub use find::{Found, NotFound, find};
pub use pack::{Access, Confidence, Endpoint, Family, Pack};
pub use packs::Packs;
pub use samples::STATUS_FIELD;
pub use schema::{Documents, Schema};
