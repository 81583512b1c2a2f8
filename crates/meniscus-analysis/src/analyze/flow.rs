//! Tags: their effect on variables, and how branches split and meet.

use std::sync::Arc;

use super::call_set::{CallSet, Derived};
use super::condition::any_of;
use super::environment::{Binding, Delta, Mark};
use super::evaluate::Evaluated;
use super::model::{DefinitionKind, Inclusion, TagUse, Usage};
use super::pieces::{Interpolation, Pieces};
use super::walker::Walker;
use crate::semantics::{Effect, Sets};
use crate::shape::{Kinds, List, Shape};
use crate::syntax::ast::{
    Attribute, BranchKind, Expr, InterpolatedPart, Markup, Node, Operator, Options, Tag,
};
use crate::text::Span;
use crate::value::Value;

/// Depth to which nested content blocks are followed.
const MAX_BLOCKS: usize = 8;
/// Branches of a tag that later branches know weren't taken.
const MAX_BRANCHES: usize = 64;
/// Branches merged at once.
const MAX_MET: usize = 16;
/// Nodes walked inside content blocks in total: nested blocks multiply. Braze expands only two
/// levels.
const MAX_IN_BLOCKS: usize = 100_000;

impl<'a> Walker<'a> {
    pub fn nodes(&mut self, nodes: &'a [Node]) {
        for node in nodes {
            self.steps += 1;
            self.in_blocks += usize::from(self.depth > 0);
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
        if self.records() {
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
            Effect::Breaks | Effect::Continues => return self.leave_iteration(tag),
            Effect::Stops => {
                self.markup(tag);
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
                self.markup(tag);
                let definition = self.define(name, tag.open, tag.open, DefinitionKind::Fixed);
                let shape = self.fixed(what, &tag.markup);
                self.bind(name, Arc::new(shape), definition);
                return;
            }
            Effect::None => {}
        }
        match &tag.markup {
            Markup::Condition(_) => self.conditional(tag),
            Markup::Subject(subject) => self.case(tag, subject),
            Markup::Loop(markup) => self.looped(tag, markup),
            _ => {
                self.markup(tag);
                for branch in &tag.branches {
                    self.nodes(&branch.body);
                }
            }
        }
    }

    /// Returns the shape of what a tag sets.
    fn fixed(&self, what: Sets, markup: &Markup) -> Shape {
        match what {
            Sets::Object => Shape::of_kinds(Kinds::OBJECT),
            Sets::CatalogItems => {
                let name = match markup {
                    Markup::Options(options) => options.words.first().map(|word| word.span),
                    _ => None,
                };
                let item = name.and_then(|name| self.known.catalogs.item(self.text(name)));
                let unknown = || Arc::new(Shape::of_kinds(Kinds::OBJECT));
                let item = item.cloned().unwrap_or_else(unknown);
                let list = List { item, longest: None, may_be_empty: true, empty_at: None };
                Shape { kinds: Kinds::LIST, list: Some(Arc::new(list)), ..Shape::default() }
            }
        }
    }

    fn markup(&mut self, tag: &'a Tag) {
        let Tag { markup, open, closed, .. } = tag;
        let (open, closed) = (*open, *closed);
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
                if !closed {
                    // Its value is still being written.
                    return self.bind(name, Arc::new(Shape::any()), definition);
                }
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

    /// Returns what a variable set here, with this shape, says about calls.
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
            if let InterpolatedPart::Output(pipeline) = part {
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

    /// Walks nodes and returns what they print, as far as it is known.
    pub fn pieces(&mut self, nodes: &'a [Node]) -> Pieces<'a> {
        let mut pieces = Pieces::default();
        for node in nodes {
            let piece = self.piece(node);
            pieces.append(&piece);
        }
        pieces
    }

    /// Walks a node of a captured string and returns what it prints, as far as it is known.
    fn piece(&mut self, node: &'a Node) -> Pieces<'a> {
        match node {
            Node::Text(text) => Pieces::text(self.text(text.printed), self.site(text.printed)),
            Node::Output(output) => {
                let at = self.site(output.span);
                let value = self.printed(&output.pipeline, at, Some(output));
                match value.pieces {
                    Some(pieces) if output.pipeline.filters.is_empty() => (*pieces).clone(),
                    _ => Pieces::interpolation(Interpolation {
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
                Pieces::interpolation(Interpolation {
                    at: self.site(tag.span),
                    pipeline: None,
                    shape,
                    read: None,
                })
            }
            Node::HtmlComment(_) | Node::Error(_) => Pieces::default(),
        }
    }

    /// Walks `if` and `unless` with their branches.
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
                    self.walk_branch(&branch.body, outer, &mut ends);
                    continue;
                }
                _ => {}
            }
            let inner = self.environment.mark();
            self.controls |= test.checked.of;
            self.learn_holds(&test);
            self.way_from(&branch.body, outer, inner, &mut ends);
            // Later branches are reached only if this condition fails.
            if index < MAX_BRANCHES {
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
                    if index < MAX_BRANCHES {
                        self.learn_fails(&test);
                    }
                }
                (BranchKind::Else, _) => {
                    has_else = true;
                    self.walk_branch(&branch.body, outer, &mut ends);
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

    /// Walks a branch, records how it ends, and rewinds to where it started.
    pub fn walk_branch(&mut self, body: &'a [Node], outer: Mark, ends: &mut Vec<Delta<'a>>) {
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

    /// Continues after whichever of these branches was taken.
    pub fn meet(&mut self, outer: Mark, mut ends: Vec<Delta<'a>>, dead: bool) {
        self.environment.rewind(outer);
        // Merges a few at a time, so that many branches don't take quadratic time.
        while ends.len() > MAX_MET {
            let mut fewer = Vec::with_capacity(ends.len().div_ceil(MAX_MET));
            let mut rest = ends.into_iter().peekable();
            while rest.peek().is_some() {
                self.environment.merge(rest.by_ref().take(MAX_MET).collect());
                fewer.push(self.environment.delta(outer));
                self.environment.rewind(outer);
            }
            ends = fewer;
        }
        self.environment.merge(ends);
        self.environment.dead |= dead;
    }

    /// Walks a content block in the scope of the template that includes it.
    pub fn block(&mut self, attribute: &'a Attribute, span: Span) -> Evaluated<'a> {
        let name = self.text(attribute.name);
        let known = self.known.blocks;
        let template: Option<&'a crate::syntax::Template> = known.block(name);
        let recursive = self.active.contains(&name);
        let mut via = self.via;
        if self.records() {
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
        let follows = !recursive && self.depth < MAX_BLOCKS && self.in_blocks < MAX_IN_BLOCKS;
        if let Some(template) = template.filter(|_| follows) {
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
