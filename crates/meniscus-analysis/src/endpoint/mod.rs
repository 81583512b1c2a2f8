//! What is known of the answers to calls: packs of endpoints, and the recordings that could answer.
//!
//! A pack is data, a TOML file with JSON Schemas beside it, so another loyalty system is
//! added without code. [`Endpoints`] holds a call of which only a part is known against packs and
//! recordings, and gives the shape of what may come back.

mod bare_schema;
mod built_in;
/// How answers of today differ in shape from recordings.
pub mod drift;
mod endpoints;
mod error;
mod load;
mod matching;
mod pack;
mod samples;
mod schema;
mod schema_file;

pub use crate::recording::{CallPattern, Piece};
pub use endpoints::{Answered, Endpoints};
pub use error::PackError;
pub use pack::{Access, Endpoint, Family, Pack, Packs};
pub use samples::STATUS_FIELD;
pub use schema::{Documents, Schema};
