use std::sync::Arc;

use super::renderer::Renderer;
use super::state::Mentioned;
use crate::syntax::ast::{Attribute, Expr, ExprKind, Path, Root};
use crate::syntax::{Visitor, walk_nodes};

impl Renderer<'_> {
    /// Goes into a text that came from outside: only attributes that this template mentions may be
    /// read there, and calls are not made. Gives back what [`Renderer::end_rerender`] restores.
    #[must_use]
    pub(crate) fn begin_rerender(&mut self) -> Rerender {
        self.count_built(self.source.len());
        let before = Rerender {
            rerendering: self.state.rerendering,
            mentioned: self.state.mentioned.take(),
        };
        let mut finder = AttributeFinder { source: self.source, found: Mentioned::default() };
        walk_nodes(&mut finder, &self.template.nodes);
        self.state.rerendering = true;
        self.state.mentioned = Some(Arc::new(finder.found));
        before
    }

    /// Comes back from a text that came from outside.
    pub(crate) fn end_rerender(&mut self, before: Rerender) {
        self.state.rerendering = before.rerendering;
        self.state.mentioned = before.mentioned;
    }
}

/// How things stood before a text from outside was rendered.
#[derive(Debug)]
pub struct Rerender {
    rerendering: bool,
    mentioned: Option<Arc<Mentioned>>,
}

/// Finds the attributes that a template mentions.
struct AttributeFinder<'a> {
    source: &'a str,
    found: Mentioned,
}

impl Visitor for AttributeFinder<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Path(Path {
            root: Root::Attribute(Attribute { id: Some(id), name, .. }),
            ..
        }) = &expr.kind
        {
            self.found.insert((*id, self.source[name.range()].to_owned()));
        }
        crate::syntax::walk_expr(self, expr);
    }
}
