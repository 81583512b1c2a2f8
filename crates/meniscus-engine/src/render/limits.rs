/// Limits of a render. They bound the time and memory of any template, however hostile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Nesting of content blocks that Braze renders; deeper ones are dropped.
    pub block_depth: usize,
    /// Iterations of all loops together.
    pub iterations: u64,
    /// Rendered nodes, plus the work of filters and operators.
    pub steps: u64,
    /// Connected Content calls.
    pub calls: u64,
    /// Bytes of the output, and of any string built along the way.
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

/// A limit that was reached.
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
    /// The caller canceled the render: see [`crate::render::Cancel`].
    Cancelled,
}

impl Limit {
    /// Returns the setting in `[limits]` of `meniscus.toml`.
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

    /// Returns the message, with the limit.
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
