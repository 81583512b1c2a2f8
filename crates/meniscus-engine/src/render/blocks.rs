use super::flow::{Exit, Flow};
use super::outcome::AbortKind;
use super::renderer::Renderer;
use super::world::World;
use crate::diagnostic::Severity;
use crate::syntax::Visitor;
use crate::syntax::ast::{Attribute, Expr, ExprKind, Path, Root};
use crate::text::{Span, nearest};
use crate::value::Value;

impl<'a> Renderer<'a> {
    /// Renders the content blocks that a statement includes, before it is evaluated.
    pub(super) fn prepare(&mut self, visit: impl FnOnce(&mut BlockFinder<'a>)) -> Flow {
        let mut finder = BlockFinder { world: self.world, found: Vec::new() };
        visit(&mut finder);
        self.state.prepared.clear();
        for (span, name) in finder.found {
            let text = self.block(span, name)?;
            self.state.prepared.push((span.start, text));
        }
        self.state.prepared.sort_by_key(|(at, _)| *at);
        Ok(())
    }

    fn block(&mut self, span: Span, name: Span) -> Result<Value, Exit> {
        let word = self.text(name);
        let world = self.world;
        let Some(block) = world.blocks.get(word) else {
            let suggestion = nearest(word, world.blocks.keys().map(String::as_str));
            let mut diagnostic = self
                .diagnostic(
                    "missing-block",
                    Severity::Error,
                    name,
                    format!("the content block `{word}` doesn't exist"),
                )
                .label("renders as blank");
            diagnostic.help = Some(match suggestion {
                _ if world.settings.plain => {
                    "render without `--data`; plain Liquid has no content blocks".to_owned()
                }
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("create `content_blocks/{word}.liquid`"),
            });
            self.state.say(diagnostic);
            return Ok(Value::Nil);
        };
        let depth = self.state.block_depth + 1;
        if depth > world.limits.block_depth {
            let message = format!(
                "the content block `{word}` is {depth} levels deep; Braze silently drops it"
            );
            let diagnostic = self
                .diagnostic("block-too-deep", Severity::Warning, span, message)
                .label("renders as blank")
                .help("include it in the message itself, or move its content up one level");
            self.state.say(diagnostic);
            return Ok(Value::Nil);
        }
        if self.state.rare().included.insert(word.to_owned()) {
            for diagnostic in &block.template.diagnostics {
                self.state.say(diagnostic.clone());
            }
        }
        if block.template.refused {
            let reason = format!("the content block `{word}` has a syntax error");
            return Err(self.abort(AbortKind::TemplateError, reason, span));
        }
        let mut out = String::new();
        self.state.block_depth = depth;
        let start = self.begin_text();
        let flow = self.include(&block.template, &mut out);
        self.end_block(start, span.start, &out);
        self.state.block_depth = depth - 1;
        match flow {
            Ok(()) => {}
            Err(exit @ (Exit::Break | Exit::Continue)) => self.state.pending = Some(exit),
            Err(exit) => return Err(exit),
        }
        Ok(Value::from(out))
    }
}

/// Finds the content blocks of a statement.
pub(super) struct BlockFinder<'a> {
    world: &'a World,
    found: Vec<(Span, Span)>,
}

impl Visitor for BlockFinder<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Path(Path {
            root: Root::Attribute(Attribute { span, id: Some(id), name, .. }),
            ..
        }) = &expr.kind
            && self.world.dialect.is_block_family(*id)
        {
            self.found.push((*span, *name));
        }
        crate::syntax::walk_expr(self, expr);
    }
}
