//! What values may be: kinds, fields, items, and the evidence for each.
//!
//! Shapes are inferred from JSON values ([`Inference`]) or read from JSON Schema ([`read_schema`]).
//! A shape is never changed, only narrowed or joined into another.

mod evidence;
mod infer;
mod join;
mod kinds;
mod model;
mod schema;
mod signature;

pub use evidence::{Missing, Sample, SampleKind, SamplePlace};
pub use infer::Inference;
pub use join::{combine, join};
pub use kinds::Kinds;
pub use model::{Field, List, Object, Openness, Scalar, Seen, Shape, Values};
pub use schema::{SchemaError, read_schema};
pub use signature::{Gives, Signature, Takes};
