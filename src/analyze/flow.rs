//! Tags: what they do to variables, and how ways part and meet.

use std::sync::Arc;

use super::call_set::{CallSet, Derived};
use super::condition::any_of;
use super::environment::{Binding, Delta, Mark};
use super::evaluate::{Evaluated, item};
use super::model::{DefinitionKind, Inclusion, LoopUse, TagUse, Usage};
use super::origin::{Base, Origin, OriginStep};
use super::pieces::{Hole, Pieces};
use super::semantics::{Effect, Sets};
use super::walker::{LoopFrame, Walker};
use crate::shape::{Kinds, List, Shape, join};
use crate::syntax::ast::{
    Attribute, Branch, BranchKind, Expr, ExprKind, Loop, Markup, Node, Offset, Operator, Options,
    Part, Tag,
};
use crate::text::Span;
use crate::value::Value;

/// Content blocks that are followed into each other.
const MOST_BLOCKS: usize = 8;
/// Turns of a loop after which what still changes counts as unknown.
const MOST_TURNS: usize = 3;
/// Loops in each other of which all are walked until nothing changes.
const MOST_NESTED: usize = 4;
/// Branches of a tag of which those behind them know that they were not taken.
const MOST_BRANCHES: usize = 64;
/// Nodes that are walked in all: content blocks may stand in loops in content blocks.
const MOST_STEPS: usize = 20_000_000;

impl<'a> Walker<'a> {
    pub fn nodes(&mut self, nodes: &'a [Node]) {
        for node in nodes {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return;
            }
            match node {
                Node::Text(_) | Node::HtmlComment(_) | Node::Error(_) => {}
                Node::Output(output) => {
                    self.printed(&output.pipeline, self.site(output.span), Some(output));
                }
                Node::Tag(tag) => self.tag(tag),
            }
        }
    }

    fn tag(&mut self, tag: &'a Tag) {
        let name = self.text(tag.name);
        if self.loud() {
            self.model.tags.push(TagUse {
                at: self.site(tag.open),
                tag,
                name,
                loops: self.loops.len(),
                conditions: self.conditions,
                capture: self.captures.last().copied(),
            });
        }
        match self.known.semantics.effect(tag.id) {
            Effect::Skips => return,
            Effect::Captures => return self.capture(tag),
            Effect::Calls => return self.call(tag),
            Effect::Breaks | Effect::Continues => return self.leave_turn(tag),
            Effect::Stops => {
                self.markup(&tag.markup, tag.open);
                self.environment.dead = true;
                return;
            }
            Effect::Counts => {
                if let Markup::Target(target) = tag.markup
                    && self.environment.get(self.text(target)).is_none()
                {
                    let name = self.text(target);
                    let definition = self.define(name, target, tag.open, DefinitionKind::Counter);
                    self.bind(name, Arc::new(Shape::of_kinds(Kinds::INT)), definition);
                }
                return;
            }
            Effect::Sets(name, what) => {
                self.markup(&tag.markup, tag.open);
                let definition = self.define(name, tag.open, tag.open, DefinitionKind::Fixed);
                self.bind(name, Arc::new(fixed(what)), definition);
                return;
            }
            Effect::None => {}
        }
        match &tag.markup {
            Markup::Condition(_) => self.conditional(tag),
            Markup::Subject(subject) => self.case(tag, subject),
            Markup::Loop(markup) => self.looped(tag, markup),
            _ => {
                self.markup(&tag.markup, tag.open);
                for branch in &tag.branches {
                    self.nodes(&branch.body);
                }
            }
        }
    }

    fn markup(&mut self, markup: &'a Markup, open: Span) {
        match markup {
            Markup::Pipeline(pipeline) => {
                self.printed(pipeline, self.site(open), None);
            }
            Markup::Assign { target, value: pipeline } => {
                let value = self.pipeline(pipeline, Usage::Assigned);
                let name = self.text(*target);
                let definition = self.define(name, *target, open, DefinitionKind::Assign);
                if let Some(known) = definition.and_then(|at| self.model.definitions.get_mut(at)) {
                    known.value = Some(pipeline);
                }
                let Evaluated { shape, call, origin, derived, pieces, alias, .. } = value;
                let derived = derived | self.set_by(&shape);
                let binding = Binding {
                    shape,
                    definition,
                    call,
                    origin,
                    derived,
                    pieces,
                    alias,
                    implies: None,
                    version: 0,
                };
                self.environment.set(name, binding);
            }
            Markup::Subject(value) => {
                self.expr(value, Usage::Tested, false);
            }
            Markup::Alternatives(values) | Markup::Call { arguments: values, .. } => {
                for value in values {
                    self.expr(value, Usage::Interpolated, false);
                }
            }
            Markup::Cycle { group, values, .. } => {
                for value in group.iter().chain(values) {
                    self.expr(value, Usage::Printed, false);
                }
            }
            Markup::Options(options) => self.options(options),
            Markup::Condition(condition) => {
                self.condition(condition);
            }
            Markup::None | Markup::Target(_) | Markup::Loop(_) => {}
        }
    }

    /// What a variable tells of calls because it is set here, to a value of a shape.
    fn set_by(&self, shape: &Shape) -> Derived {
        let calls = self.controls;
        let checked = calls & self.environment.checked;
        let denied = match shape.as_constant() {
            Some(Value::Bool(true)) => calls.without(checked),
            Some(Value::Bool(false)) => checked,
            _ => CallSet::NONE,
        };
        Derived { calls, denied }
    }

    fn options(&mut self, options: &'a Options) {
        let values = options.options.iter().filter_map(|option| option.value.as_ref());
        for part in options.words.iter().chain(values).flat_map(|text| &text.parts) {
            if let Part::Output(pipeline) = part {
                self.pipeline(pipeline, Usage::Interpolated);
            }
        }
    }

    fn capture(&mut self, tag: &'a Tag) {
        let Markup::Target(target) = tag.markup else { return };
        let name = self.text(target);
        self.captures.push(name);
        let outer = std::mem::take(&mut self.captured);
        let mut pieces = Pieces::default();
        for branch in &tag.branches {
            pieces.append(&self.pieces(&branch.body));
        }
        self.captures.pop();
        let definition = self.define(name, target, tag.open, DefinitionKind::Capture);
        let shape = Arc::new(Shape::of_kinds(Kinds::TEXT));
        let pieces = Some(Arc::new(pieces));
        let derived = Derived::of(self.captured | self.controls);
        self.captured = outer | self.captured;
        let binding = Binding {
            shape,
            definition,
            call: None,
            origin: None,
            derived,
            pieces,
            alias: None,
            implies: None,
            version: 0,
        };
        self.environment.set(name, binding);
    }

    /// Walks nodes, and returns what they print as far as it is fixed.
    pub fn pieces(&mut self, nodes: &'a [Node]) -> Pieces<'a> {
        let mut pieces = Pieces::default();
        for node in nodes {
            let piece = self.piece(node);
            pieces.append(&piece);
        }
        pieces
    }

    /// Walks a node of a captured text, and returns what it prints as far as it is fixed.
    fn piece(&mut self, node: &'a Node) -> Pieces<'a> {
        match node {
            Node::Text(text) => Pieces::text(self.text(text.printed), self.site(text.printed)),
            Node::Output(output) => {
                let at = self.site(output.span);
                let value = self.printed(&output.pipeline, at, Some(output));
                match value.pieces {
                    Some(pieces) if output.pipeline.filters.is_empty() => (*pieces).clone(),
                    _ => Pieces::hole(Hole {
                        at,
                        pipeline: Some(&output.pipeline),
                        shape: value.shape,
                        read: value.read,
                    }),
                }
            }
            Node::Tag(tag) => {
                self.tag(tag);
                if tag.blank {
                    return Pieces::default();
                }
                let shape = Arc::new(Shape::of_kinds(Kinds::TEXT));
                Pieces::hole(Hole { at: self.site(tag.span), pipeline: None, shape, read: None })
            }
            Node::HtmlComment(_) | Node::Error(_) => Pieces::default(),
        }
    }

    /// `if`, `unless`, and what stands between.
    fn conditional(&mut self, tag: &'a Tag) {
        let Markup::Condition(condition) = &tag.markup else { return };
        let outer = self.environment.mark();
        let dead = self.environment.dead;
        let mut ends = Vec::new();
        let negated = self.text(tag.name) == "unless";
        let controls = self.controls;
        let mut test = self.condition(condition);
        if negated {
            test = test.not();
        }
        let mut has_else = false;
        for (index, branch) in tag.branches.iter().enumerate() {
            match (&branch.kind, &branch.markup) {
                (BranchKind::Elsif, Markup::Condition(condition)) => {
                    test = self.condition(condition);
                }
                (BranchKind::Else, _) => {
                    has_else = true;
                    self.way(&branch.body, outer, &mut ends);
                    continue;
                }
                _ => {}
            }
            let inner = self.environment.mark();
            self.controls |= test.checked.of;
            self.learn_holds(&test);
            self.way_from(&branch.body, outer, inner, &mut ends);
            // What follows is reached only where this condition does not hold.
            if index < MOST_BRANCHES {
                self.learn_fails(&test);
            }
        }
        self.controls = controls;
        if !has_else {
            ends.push(self.environment.delta(outer));
        }
        self.meet(outer, ends, dead);
    }

    fn case(&mut self, tag: &'a Tag, subject: &'a Expr) {
        let outer = self.environment.mark();
        let dead = self.environment.dead;
        let value = self.expr(subject, Usage::Tested, false);
        let controls = self.controls;
        let mut ends = Vec::new();
        let mut has_else = false;
        for (index, branch) in tag.branches.iter().enumerate() {
            match (&branch.kind, &branch.markup) {
                (BranchKind::When, Markup::Alternatives(values)) => {
                    let mut tests = Vec::new();
                    for other in values {
                        let right = self.expr(other, Usage::Tested, false);
                        let span = other.span;
                        tests.push(self.compared(
                            span,
                            subject,
                            &value,
                            Operator::Equal,
                            other,
                            &right,
                        ));
                    }
                    let test = any_of(tests);
                    let inner = self.environment.mark();
                    self.controls |= test.checked.of;
                    self.learn_holds(&test);
                    self.way_from(&branch.body, outer, inner, &mut ends);
                    if index < MOST_BRANCHES {
                        self.learn_fails(&test);
                    }
                }
                (BranchKind::Else, _) => {
                    has_else = true;
                    self.way(&branch.body, outer, &mut ends);
                }
                _ => {}
            }
        }
        self.controls = controls;
        if !has_else {
            ends.push(self.environment.delta(outer));
        }
        self.meet(outer, ends, dead);
    }

    /// Walks a branch, keeps how it ends, and goes back to where it began.
    fn way(&mut self, body: &'a [Node], outer: Mark, ends: &mut Vec<Delta<'a>>) {
        let inner = self.environment.mark();
        self.way_from(body, outer, inner, ends);
    }

    fn way_from(&mut self, body: &'a [Node], outer: Mark, inner: Mark, ends: &mut Vec<Delta<'a>>) {
        self.conditions += 1;
        self.environment.dead = false;
        self.nodes(body);
        self.conditions -= 1;
        if !self.environment.dead {
            ends.push(self.environment.delta(outer));
        }
        self.environment.rewind(inner);
    }

    fn meet(&mut self, outer: Mark, ends: Vec<Delta<'a>>, dead: bool) {
        self.environment.rewind(outer);
        self.environment.merge(ends);
        self.environment.dead |= dead;
    }

    fn looped(&mut self, tag: &'a Tag, markup: &'a Loop) {
        let value = self.expr(&markup.collection, Usage::Looped, false);
        if self.loud() {
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
        let item = Evaluated { shape: turn_item(&value.shape), origin, ..value };
        let controls = self.controls;
        self.controls |= item.derived.calls;
        let main = tag.branches.iter().find(|branch| branch.kind == BranchKind::Main);
        let other = tag.branches.iter().find(|branch| branch.kind == BranchKind::Else);
        // A turn may begin where the last one ended: until that brings nothing new, only what the
        // body does to variables is looked at.
        let mut ends = Vec::new();
        if let Some(main) = main {
            if sets_variables(&main.body) {
                self.settle(main, markup, name, &item, outer);
            }
            let head = self.environment.mark();
            ends = self.turn(main, markup, name, &item, outer);
            self.environment.rewind(head);
        }
        // Without a turn, all is as it was before.
        self.environment.rewind(outer);
        match other {
            Some(branch) => {
                // What stands there is for the answer that did not come, too.
                self.tested(item.derived.calls);
                self.way(&branch.body, outer, &mut ends);
            }
            None => ends.push(self.environment.unchanged()),
        }
        self.controls = controls;
        let ends = ends.into_iter().map(|end| end.without(name)).collect();
        self.meet(outer, ends, dead);
    }

    /// Where the item of a loop comes from; there, it is there.
    fn item_origin(&self, collection: &Arc<Origin>, shape: &Shape) -> Arc<Origin> {
        let kinds = shape.kinds.without(Kinds::NIL);
        // The turns of an object are pairs of a key and a value.
        let pairs = kinds.within(Kinds::OBJECT);
        let mut origin = (**collection).clone();
        origin.derived |= pairs;
        origin.push(OriginStep::Item);
        origin.base = Base { steps: origin.steps.len(), conditions: self.conditions + 1 };
        Arc::new(origin)
    }

    /// Widens what is known of variables until a turn brings nothing new.
    fn settle(
        &mut self,
        main: &'a Branch,
        markup: &'a Loop,
        name: &'a str,
        item: &Evaluated<'a>,
        outer: Mark,
    ) {
        let most = if self.loops.len() < MOST_NESTED { MOST_TURNS } else { 1 };
        for turn in 1..=most {
            let head = self.environment.mark();
            self.quiet += 1;
            let ends = self.turn(main, markup, name, item, outer);
            self.quiet -= 1;
            self.environment.rewind(head);
            let mut ways = vec![self.environment.delta(outer)];
            ways.extend(ends.into_iter().map(|end| end.without(name)));
            let fresh = self.environment.merge(ways);
            if fresh.is_empty() {
                return;
            }
            if turn == most {
                for fresh in fresh {
                    let known = self.environment.get(fresh);
                    let definition = known.and_then(|binding| binding.definition);
                    self.bind(fresh, Arc::new(Shape::any()), definition);
                }
            }
        }
    }

    /// One turn: how it ends, as changes since `outer`.
    fn turn(
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
            // There is a turn, so there are items.
            self.learn_filled(&Arc::from(place));
        }
        self.loops.push(LoopFrame {
            mark: Some(outer),
            once: has_one_turn(markup),
            ..LoopFrame::default()
        });
        self.conditions += 1;
        self.environment.dead = false;
        self.nodes(&main.body);
        self.conditions -= 1;
        let frame = self.loops.pop().unwrap_or_default();
        let mut ends = frame.breaks;
        ends.extend(frame.continues);
        if !self.environment.dead {
            ends.push(self.environment.delta(outer));
        }
        ends
    }

    fn leave_turn(&mut self, tag: &Tag) {
        let breaks = self.known.semantics.effect(tag.id) == Effect::Breaks;
        if let Some(mark) = self.loops.last().and_then(|frame| frame.mark)
            && !self.environment.dead
        {
            let end = self.environment.delta(mark);
            if let Some(frame) = self.loops.last_mut() {
                if breaks { frame.breaks.push(end) } else { frame.continues.push(end) }
            }
        }
        self.environment.dead = true;
    }

    /// A content block: walked where it stands, in the scope of what includes it.
    pub fn block(&mut self, attribute: &'a Attribute, span: Span) -> Evaluated<'a> {
        let name = self.text(attribute.name);
        let known = self.known.blocks;
        let template: Option<&'a crate::syntax::Template> = known.block(name);
        let recursive = self.active.contains(&name);
        let mut via = self.via;
        if self.loud() {
            let at = self.site(span);
            let depth = self.depth + 1;
            self.model.inclusions.push(Inclusion {
                at,
                name,
                depth,
                loops: self.repeats(),
                known: template.is_some(),
                recursive,
            });
            via = Some(self.model.inclusions.len() - 1);
        }
        if let Some(template) = template.filter(|_| !recursive && self.depth < MOST_BLOCKS) {
            let (source, before) = (self.source, self.via);
            self.source = &template.source;
            self.via = via;
            self.depth += 1;
            self.active.push(name);
            self.nodes(&template.nodes);
            self.active.pop();
            self.depth -= 1;
            self.source = source;
            self.via = before;
        }
        Evaluated::of(Shape::of_kinds(Kinds::TEXT))
    }
}

/// Whether a loop says that it has one turn at most.
fn has_one_turn(markup: &Loop) -> bool {
    matches!(markup.limit.as_ref().map(|limit| &limit.kind), Some(ExprKind::Int(..=1)))
}

/// What a loop's variable is.
fn turn_item(collection: &Arc<Shape>) -> Arc<Shape> {
    let kinds = collection.kinds.without(Kinds::NIL);
    if collection.is_any() {
        return Arc::new(Shape::any());
    }
    if kinds.within(Kinds::LIST) {
        return Arc::new(Shape { missing: None, ..(*item(&collection.without_empty())).clone() });
    }
    if kinds.within(Kinds::OBJECT) {
        // An entry is the list of its key and its value.
        let key = Arc::new(Shape::of_kinds(Kinds::TEXT));
        let value = super::evaluate::any_field(collection);
        return Arc::new(Shape::list_of(join(&key, &value)));
    }
    if kinds.within(Kinds::TEXT) {
        return Arc::clone(collection);
    }
    Arc::new(Shape::any())
}

fn fixed(what: Sets) -> Shape {
    match what {
        Sets::Object => Shape::of_kinds(Kinds::OBJECT),
        Sets::Objects => {
            let item = Arc::new(Shape::of_kinds(Kinds::OBJECT));
            let list = List { item, longest: None, may_be_empty: true, empty_at: None };
            Shape { kinds: Kinds::LIST, list: Some(Arc::new(list)), ..Shape::default() }
        }
    }
}

/// Whether anything in a body binds a variable.
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
