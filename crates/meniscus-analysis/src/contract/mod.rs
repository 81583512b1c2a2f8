//! What messages read: trigger properties, attributes, the answers of calls and the calls
//! themselves, content blocks and variables; and whether a payload brings it.
//!
//! [`Contract::of`] collects, [`Payload::read`] takes the body of a request to Braze apart, and
//! [`check`] compares the two.

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

/// Families that a trigger fills, in the order in which they are offered.
pub const TRIGGERS: [&str; 4] =
    ["api_trigger_properties", "context", "canvas_entry_properties", "event_properties"];
