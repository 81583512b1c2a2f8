//! What a template does with what it reads: scopes, control flow, and the shape of every
//! expression.
//!
//! The walk follows rendering, with shapes instead of values. Shapes are joined where branches meet
//! and narrowed where a condition holds; loops are walked until nothing changes. The result is a
//! [`Model`]: plain lists for rules to search.

mod call;
mod call_set;
mod condition;
mod environment;
mod evaluate;
mod filter;
mod flow;
mod index;
mod loop_object;
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
pub use origin::{DataOrigin, OriginRoot, OriginStep, Reach};
pub use pieces::{Interpolation, Pieces, TextPart};
pub use place::{Command, Place, PlaceRoot, PlaceStep};
pub use walker::{Blocks, Known, analyze};
