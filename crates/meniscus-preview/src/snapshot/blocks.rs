use indexmap::IndexMap;

use crate::dialect::BRAZE;
use crate::render::ContentBlock;
use crate::syntax::ast::{Attribute, Expr, ExprKind, Path, Root, Template};
use crate::syntax::{Grammar, Visitor, walk_expr, walk_nodes};

/// Returns the content blocks that a template may include, directly or through others, in order of
/// inclusion. Names without a block are included, without one.
pub(super) fn included<'b>(
    template: &Template,
    blocks: &'b IndexMap<String, ContentBlock>,
) -> IndexMap<String, Option<&'b ContentBlock>> {
    let mut found = IndexMap::new();
    collect(template, blocks, &mut found);
    let mut at = 0;
    while let Some((_, block)) = found.get_index(at) {
        if let Some(block) = *block {
            collect(&block.template, blocks, &mut found);
        }
        at += 1;
    }
    found
}

fn collect<'b>(
    template: &Template,
    blocks: &'b IndexMap<String, ContentBlock>,
    found: &mut IndexMap<String, Option<&'b ContentBlock>>,
) {
    if !template.includes_blocks {
        return;
    }
    let mut names = Names { template, names: Vec::new() };
    walk_nodes(&mut names, &template.nodes);
    for name in names.names {
        found.entry(name.to_owned()).or_insert_with(|| blocks.get(name));
    }
}

/// The names of blocks in a tree.
struct Names<'t> {
    template: &'t Template,
    names: Vec<&'t str>,
}

impl Visitor for Names<'_> {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Path(Path { root: Root::Attribute(attribute), .. }) = &expr.kind
            && let Attribute { id: Some(id), name, .. } = attribute
            && BRAZE.is_block_family(*id)
        {
            self.names.push(self.template.source.slice(*name));
        }
        walk_expr(self, expr);
    }
}
