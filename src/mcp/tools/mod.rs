//! The tools, one file each.

mod complete;
mod contract;
mod explain;
mod fix;
mod lint;
mod render;
mod review;
mod scenarios;
mod shape;
mod test;

use super::tool::Entry;

/// All tools, in the order in which an agent is likely to need them.
pub(super) static TOOLS: [Entry; 10] = [
    Entry::of::<render::Render>(),
    Entry::of::<lint::Lint>(),
    Entry::of::<fix::Fix>(),
    Entry::of::<explain::Explain>(),
    Entry::of::<complete::Complete>(),
    Entry::of::<shape::Shape>(),
    Entry::of::<contract::Contract>(),
    Entry::of::<test::Test>(),
    Entry::of::<review::Review>(),
    Entry::of::<scenarios::Scenarios>(),
];
