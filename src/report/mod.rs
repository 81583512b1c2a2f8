//! What people and programs read: diagnostics drawn by miette, explanations, JSON, and the formats
//! of [`lint`].
//!
//! Floor 5: the one place that knows how things look.

mod calls;
mod diff;
mod explain;
mod human;
mod json;
pub mod lint;
mod long_line;
mod masked;
mod shape;
mod shape_schema;

pub use calls::{list_calls, list_extras, list_missing};
pub use diff::unified_diff;
pub use explain::explain;
pub use human::{Look, draw};
pub use json::{Rendered, to_json};
pub use shape::draw_shape;
pub use shape_schema::to_schema;
