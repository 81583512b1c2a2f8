//! What messages read: trigger properties, attributes, calls and their responses, content blocks,
//! and variables; and whether a payload provides it.
//!
//! [`Contract::of`] collects it, [`Payload::read`] parses the body of a request to Braze, and
//! [`check`] compares them.

mod body;
mod calls;
mod check;
mod collect;
mod ends;
mod kinds;
mod node;
mod payload;
mod words;

pub use body::{Body, Member};
pub use calls::CallRead;
pub use check::{Checked, bare_family, check};
pub use collect::{BlockRead, Contract, VariableRead, each_part};
pub use ends::{PartEnd, VariableEnd, ends};
pub use node::{Need, Node, Use};
pub use payload::{Form, Payload, Properties};

/// Families that a trigger fills, in the order they are suggested.
pub const TRIGGERS: [&str; 4] =
    ["api_trigger_properties", "context", "canvas_entry_properties", "event_properties"];
