//! What a template does with what it reads: scopes, flow, and the shape of every expression.
//!
//! A template is walked once,
//! as it would be rendered, with shapes in the place of values: where branches meet, shapes are
//! joined; where a condition holds, they are narrowed; loops are walked until nothing changes.
//! What comes of it is a [`Model`]: plain lists that rules look through.

mod call;
mod call_set;
mod condition;
mod environment;
mod evaluate;
mod filter;
mod flow;
mod index;
mod loops;
mod model;
mod origin;
mod origin_steps;
mod pieces;
mod place;
mod walker;
mod widen;

pub use index::Uses;
pub use model::{
    Call, CallOption, ComparisonUse, Definition, DefinitionKind, Fault, FaultKind, FilterUse,
    Inclusion, LoopUse, Model, OutputUse, Read, ReadRoot, Site, TagUse, TestUse, Usage, Variable,
};
pub use origin::{Origin, OriginRoot, OriginStep, Reach};
pub use pieces::{Hole, Part, Pieces};
pub use place::{Command, Place, PlaceRoot, PlaceStep};
pub use walker::{Blocks, Known, analyze};
