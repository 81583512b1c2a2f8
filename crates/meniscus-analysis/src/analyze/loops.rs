//! Loops: their iterations, and what is known about variables during them.

use std::sync::Arc;

use super::environment::{Binding, Delta, Mark};
use super::evaluate::{Evaluated, item};
use super::model::{DefinitionKind, LoopUse, Usage};
use super::origin::{Base, DataOrigin, OriginStep};
use super::walker::{LoopFrame, Walker};
use crate::semantics::Effect;
use crate::shape::{Kinds, Shape, join};
use crate::syntax::ast::{Branch, BranchKind, ExprKind, Loop, Markup, Node, Offset, Tag};

/// Iterations after which a variable that still changes becomes unknown.
const MAX_TURNS: usize = 3;
/// Exits of an iteration by `break` and `continue` that are tracked.
const MAX_LEFT: usize = 32;

impl<'a> Walker<'a> {
    pub fn looped(&mut self, tag: &'a Tag, markup: &'a Loop) {
        let value = self.expr(&markup.collection, Usage::Looped, false);
        if self.records() {
            self.model.loops.push(LoopUse {
                at: self.site(markup.collection.span),
                markup,
                shape: Arc::clone(&value.shape),
                read: value.read,
            });
        }
        let offset = match &markup.offset {
            Some(Offset::At(expr)) => Some(expr),
            _ => None,
        };
        for expr in [markup.limit.as_ref(), offset, markup.columns.as_ref()].into_iter().flatten() {
            self.expr(expr, Usage::Indexed, false);
        }
        let name = self.text(markup.variable);
        let outer = self.environment.mark();
        let dead = self.environment.dead;
        let origin = value.origin.as_ref().map(|origin| self.item_origin(origin, &value.shape));
        let item = match tag.closed {
            true => Evaluated { shape: loop_item(&value.shape), origin, ..value },
            // Its collection is still being written.
            false => Evaluated::of(Shape::any()),
        };
        let controls = self.controls;
        self.controls |= item.derived.calls;
        let main = tag.branches.iter().find(|branch| branch.kind == BranchKind::Main);
        let other = tag.branches.iter().find(|branch| branch.kind == BranchKind::Else);
        // An iteration may start where the last one ended. Until that adds nothing new, only the
        // effect of the body on variables is recorded.
        let mut ends = Vec::new();
        self.lost = false;
        if let Some(main) = main {
            if sets_variables(&main.body) {
                if self.may_settle() {
                    self.settle(main, markup, name, &item, outer);
                } else {
                    self.widen(&main.body);
                }
            }
            let head = self.environment.mark();
            ends = self.iteration(main, markup, name, &item, outer);
            self.environment.rewind(head);
        }
        let lost = main.filter(|_| self.lost);
        // Without an iteration, nothing changes.
        self.environment.rewind(outer);
        match other {
            Some(branch) => {
                // The `else` of the loop also handles a missing response.
                self.tested(item.derived.calls);
                self.walk_branch(&branch.body, outer, &mut ends);
            }
            None => ends.push(self.environment.unchanged()),
        }
        self.controls = controls;
        let ends = ends.into_iter().map(|end| end.without(name)).collect();
        self.meet(outer, ends, dead);
        if let Some(main) = lost {
            self.widen(&main.body);
        }
    }

    /// Returns the origin of a loop's item, which is present inside the loop.
    fn item_origin(&self, collection: &Arc<DataOrigin>, shape: &Shape) -> Arc<DataOrigin> {
        let kinds = shape.kinds.without(Kinds::NIL);
        // Iterating an object yields pairs of key and value.
        let pairs = kinds.within(Kinds::OBJECT);
        let mut origin = (**collection).clone();
        origin.derived |= pairs;
        origin.push(OriginStep::Item);
        origin.base = Base { steps: origin.steps.len(), conditions: self.conditions + 1 };
        Arc::new(origin)
    }

    /// Widens what is known about variables until an iteration adds nothing new.
    fn settle(
        &mut self,
        main: &'a Branch,
        markup: &'a Loop,
        name: &'a str,
        item: &Evaluated<'a>,
        outer: Mark,
    ) {
        for iteration in 1..=MAX_TURNS {
            let head = self.environment.mark();
            self.silent += 1;
            let ends = self.iteration(main, markup, name, item, outer);
            self.silent -= 1;
            self.environment.rewind(head);
            let mut branches = vec![self.environment.delta(outer)];
            branches.extend(ends.into_iter().map(|end| end.without(name)));
            let fresh = self.environment.merge(branches);
            if self.lost {
                return self.widen(&main.body);
            }
            if fresh.is_empty() {
                return;
            }
            if iteration == MAX_TURNS {
                for fresh in fresh {
                    let known = self.environment.get(fresh);
                    let definition = known.and_then(|binding| binding.definition);
                    self.bind(fresh, Arc::new(Shape::any()), definition);
                }
            }
        }
    }

    /// Walks an iteration; returns its end as changes since `outer`.
    fn iteration(
        &mut self,
        main: &'a Branch,
        markup: &'a Loop,
        name: &'a str,
        item: &Evaluated<'a>,
        outer: Mark,
    ) -> Vec<Delta<'a>> {
        let definition = self.define(name, markup.variable, main.open, DefinitionKind::Item);
        let binding = Binding {
            shape: Arc::clone(&item.shape),
            definition,
            call: item.call,
            origin: item.origin.clone(),
            derived: item.derived,
            pieces: None,
            alias: None,
            implies: None,
            version: 0,
        };
        self.environment.set(name, binding);
        if let Some(place) = self.place_of(&markup.collection) {
            // There is an iteration, so there are items.
            self.learn_filled(&Arc::new(place));
        }
        self.loops.push(LoopFrame {
            mark: Some(outer),
            once: iterates_once(markup),
            ..LoopFrame::default()
        });
        self.conditions += 1;
        self.environment.dead = false;
        self.nodes(&main.body);
        self.conditions -= 1;
        let frame = self.loops.pop().unwrap_or_default();
        self.lost = frame.lost;
        let mut ends = frame.breaks;
        ends.extend(frame.continues);
        if !self.environment.dead {
            ends.push(self.environment.delta(outer));
        }
        ends
    }

    pub fn leave_iteration(&mut self, tag: &Tag) {
        let breaks = self.known.semantics.effect(tag.id) == Effect::Breaks;
        let left = self.loops.last().map_or(0, |frame| frame.breaks.len() + frame.continues.len());
        if left >= MAX_LEFT {
            if let Some(frame) = self.loops.last_mut() {
                frame.lost = true;
            }
        } else if let Some(mark) = self.loops.last().and_then(|frame| frame.mark)
            && !self.environment.dead
        {
            let end = self.environment.delta(mark);
            if let Some(frame) = self.loops.last_mut() {
                if breaks { frame.breaks.push(end) } else { frame.continues.push(end) }
            }
        }
        self.environment.dead = true;
    }
}

/// Whether a loop is limited to one iteration.
fn iterates_once(markup: &Loop) -> bool {
    matches!(markup.limit.as_ref().map(|limit| &limit.kind), Some(ExprKind::Int(..=1)))
}

/// Returns the shape of a loop's variable.
fn loop_item(collection: &Arc<Shape>) -> Arc<Shape> {
    let kinds = collection.kinds.without(Kinds::NIL);
    if collection.is_any() {
        return Arc::new(Shape::any());
    }
    if kinds.within(Kinds::LIST) {
        return Arc::new(Shape { missing: None, ..(*item(&collection.without_empty())).clone() });
    }
    if kinds.within(Kinds::OBJECT) {
        // An entry is a list of its key and value.
        let key = Arc::new(Shape::of_kinds(Kinds::TEXT));
        let value = super::evaluate::any_field(collection);
        return Arc::new(Shape::list_of(join(&key, &value)));
    }
    if kinds.within(Kinds::TEXT) {
        return Arc::clone(collection);
    }
    Arc::new(Shape::any())
}
/// Whether a body binds a variable.
fn sets_variables(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Tag(tag) => {
            let binds = matches!(
                tag.markup,
                Markup::Assign { .. } | Markup::Target(_) | Markup::Options(_)
            );
            binds || tag.branches.iter().any(|branch| sets_variables(&branch.body))
        }
        // A content block may set variables.
        Node::Output(output) => matches!(
            &output.pipeline.subject.kind,
            ExprKind::Path(path)
                if matches!(&path.root, crate::syntax::ast::Root::Attribute(attribute) if attribute.family.is_some())
        ),
        _ => false,
    })
}
