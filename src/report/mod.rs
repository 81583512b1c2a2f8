//! Output for people and programs: diagnostics drawn by miette, explanations, JSON, and the formats
//! of [`lint`].
//!
//! The only place that determines how output looks.

pub mod audience;
pub mod calibrate;
mod calls;
mod contract;
mod contract_json;
pub mod coverage;
mod diff;
pub mod drift;
mod excerpt;
mod explain;
mod human;
mod junit;
pub mod lint;
mod markup;
mod masked;
mod numbers;
mod paths;
pub mod pull;
mod rule;
mod shape;
mod shape_schema;
mod style;
pub mod test;

pub use calls::{list_calls, list_extras, list_missing};
pub use contract::{contract, need_legend};
pub use contract_json::{contract_json, contract_schema};
pub use diff::unified_diff;
pub use explain::{all_secrets, explain};
pub use human::{Look, draw};
pub use numbers::{counted, grouped};
pub use paths::Paths;
pub use rule::rule;
pub use shape::{draw_read_shape, draw_shape};
pub use shape_schema::{schema_members, to_schema};
pub use style::for_terminal;
