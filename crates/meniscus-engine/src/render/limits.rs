/// Bounds of a render: a template, however hostile, ends in bounded time and memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Content blocks inside content blocks that Braze renders; deeper ones vanish.
    pub block_depth: usize,
    /// Turns of all loops together.
    pub iterations: u64,
    /// Nodes rendered, and the work that filters and operators do for them, all together.
    pub steps: u64,
    /// Calls of connected content.
    pub calls: u64,
    /// Bytes of output, and of any text that is built on the way.
    pub output_bytes: usize,
    /// Items of any list that is built.
    pub list_items: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            block_depth: 2,
            iterations: 1_000_000,
            steps: 10_000_000,
            calls: 1_000,
            output_bytes: 16 << 20,
            list_items: 1_000_000,
        }
    }
}

/// A bound that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// [`Limits::iterations`]
    Iterations,
    /// [`Limits::steps`]
    Steps,
    /// [`Limits::calls`]
    Calls,
    /// [`Limits::output_bytes`]
    OutputBytes,
    /// [`Limits::list_items`]
    ListItems,
    /// Nobody waits for it any more: see [`crate::render::Cancel`].
    Cancelled,
}

impl Limit {
    /// The name of its setting in `[limits]` of `meniscus.toml`.
    #[must_use]
    pub fn setting(self) -> &'static str {
        match self {
            Limit::Iterations => "iterations",
            Limit::Steps => "steps",
            Limit::Calls => "calls",
            Limit::OutputBytes => "output_bytes",
            Limit::ListItems => "list_items",
            Limit::Cancelled => "steps",
        }
    }

    /// What happened, with the bound.
    #[must_use]
    pub fn message(self, limits: &Limits) -> String {
        match self {
            Limit::Iterations => format!("the loops turn more than {} times", limits.iterations),
            Limit::Steps => format!("rendering takes more than {} steps", limits.steps),
            Limit::Calls => format!("the message makes more than {} calls", limits.calls),
            Limit::OutputBytes => format!("a text grows over {} bytes", limits.output_bytes),
            Limit::ListItems => format!("a list grows over {} items", limits.list_items),
            Limit::Cancelled => "rendering was stopped: it took too long".to_owned(),
        }
    }
}
