//! Deeply nested loops: walked once, with everything they set unknown.

use std::collections::HashSet;
use std::sync::Arc;

use super::call_set::Derived;
use super::environment::Binding;
use super::walker::Walker;
use crate::semantics::Effect;
use crate::shape::Shape;
use crate::syntax::ast::{ExprKind, Markup, Node, Root};
use crate::text::Source;

/// Depth to which nested content blocks are searched for variables.
const MAX_BLOCKS: usize = 8;

/// Nodes of loops walked until settled; past that, it takes too long.
const MAX_SETTLED: usize = 100_000;

/// Nested loops that are walked until nothing changes: each level multiplies the work.
const MAX_NESTED: usize = 2;

impl<'a> Walker<'a> {
    /// Whether a loop that starts here may be walked until nothing changes.
    pub fn may_settle(&self) -> bool {
        self.loops.len() < MAX_NESTED && self.steps < MAX_SETTLED
    }

    /// Forgets everything about the variables that a body sets.
    pub fn widen(&mut self, nodes: &'a [Node]) {
        let mut names = Vec::new();
        let mut blocks = HashSet::new();
        self.bound_in(nodes, self.source, 0, &mut blocks, &mut names);
        names.sort_unstable();
        names.dedup();
        for name in names {
            let known = self.environment.get(name);
            let controls = Derived::of(self.controls);
            let derived = known.map_or(controls, |known| known.derived | controls);
            let binding = Binding {
                shape: Arc::new(Shape::any()),
                definition: known.and_then(|binding| binding.definition),
                call: None,
                origin: None,
                derived,
                pieces: None,
                alias: None,
                implies: None,
                version: 0,
            };
            self.environment.set(name, binding);
        }
    }

    /// Collects the variables set by nodes and by their content blocks.
    fn bound_in(
        &self,
        nodes: &'a [Node],
        source: &'a Source,
        depth: usize,
        blocks: &mut HashSet<&'a str>,
        names: &mut Vec<&'a str>,
    ) {
        for node in nodes {
            match node {
                Node::Output(output) => {
                    let ExprKind::Path(path) = &output.pipeline.subject.kind else { continue };
                    let Root::Attribute(attribute) = &path.root else { continue };
                    let is_block =
                        attribute.id.is_some_and(|id| self.known.semantics.is_block_family(id));
                    let name = source.slice(attribute.name);
                    if is_block
                        && depth < MAX_BLOCKS
                        && blocks.insert(name)
                        && let Some(block) = self.known.blocks.block(name)
                    {
                        self.bound_in(&block.nodes, &block.source, depth + 1, blocks, names);
                    }
                }
                Node::Tag(tag) => {
                    match self.known.semantics.effect(tag.id) {
                        Effect::Sets(name, _) => names.push(name),
                        Effect::Calls => {
                            let Markup::Options(options) = &tag.markup else { continue };
                            names.push(super::call::target_of(options, source).0);
                        }
                        _ => {}
                    }
                    match tag.markup {
                        Markup::Assign { target, .. } | Markup::Target(target) => {
                            names.push(source.slice(target));
                        }
                        _ => {}
                    }
                    for branch in &tag.branches {
                        self.bound_in(&branch.body, source, depth, blocks, names);
                    }
                }
                _ => {}
            }
        }
    }
}
