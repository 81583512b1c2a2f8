use super::limits::Limit;
use crate::text::Span;

/// Whether rendering goes on behind a node.
pub type Flow = Result<(), Exit>;

/// Why rendering does not go on behind a node.
#[derive(Debug)]
pub enum Exit {
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// The message is aborted; the state says why.
    Abort,
    /// An error of Liquid's: it replaces what the node prints.
    Error(Box<RenderError>),
    /// A bound was reached, at these characters.
    Limit(Limit, Span),
}

/// An error while rendering.
#[derive(Debug)]
pub struct RenderError {
    /// The characters that failed.
    pub span: Span,
    /// What Liquid prints behind `Liquid error: `.
    pub message: String,
}
