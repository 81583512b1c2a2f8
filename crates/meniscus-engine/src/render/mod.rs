//! From tree to text: a pure function of a [`World`].
//!
//! Tags and filters come in through [`Dialect`]; what a tag may do stands on
//! [`Renderer`]. Everything that a render may depend on (recipient, trigger, clock, chance,
//! responses) is in the world, so the same inputs give the same bytes on every machine.

mod blank;
mod blocks;
mod cancel;
mod condition;
mod evaluate;
mod filter;
mod flow;
mod hits;
mod limits;
mod loops;
mod origin;
mod outcome;
mod renderer;
mod rerender;
mod saved;
mod source_map;
mod state;
mod trace;
mod world;

pub use cancel::{Cancel, CancelOnDrop};
pub use filter::{
    Arguments, Encoding, Eval, Facts, Filter, FilterContext, FilterError, Parameter, Support,
};
pub use flow::{Exit, Flow, RenderError};
pub use hits::{Counts, Event, Gather, Hits};
pub use limits::{Limit, Limits};
pub use loops::{FOR_FIELDS, ForLoop, LOOP_FIELDS, TABLE_FIELDS, TableLoop};
pub use origin::{Origin, OriginSource};
pub use outcome::{Abort, AbortKind, Call, CallResult, Outcome};
pub use renderer::{RenderTag, Renderer, render, render_gathering};
pub use rerender::Rerender;
pub use saved::Saved;
pub use source_map::{Mark, MarkKind, ReadState, SourceMap, TextStart, ValueRead};
pub use state::State;
pub use trace::{Explanation, ExplanationKind, Fact, Missing, Trace};
pub use world::{ContentBlock, Dialect, OnError, Settings, World};
