//! Finds the coverage points of a template in its tree.

use std::ops::Range;
use std::sync::Arc;

use super::point::{Level, Point, PointKind, Statement};
use super::words;
use crate::dialect::BRAZE;
use crate::http::masked;
use crate::render::Event;
use crate::semantics::{Effect, Semantics};
use crate::syntax::ast::{Markup, Node, Pipeline, Tag};
use crate::syntax::{Body, Grammar, Template, Visitor, walk_markup, walk_pipeline};
use crate::text::{Source, Span};

/// What can happen in a template.
#[derive(Clone, Debug, Default)]
pub struct Points {
    /// Sorted by place; the first is that the template is rendered.
    pub points: Vec<Point>,
    /// Reachable statements, sorted by place.
    pub statements: Vec<Statement>,
}

/// Finds the points of a template in linear time. A template that Liquid rejects has points for the
/// parts that could be parsed.
#[must_use]
pub fn points(template: &Template) -> Points {
    let source = &*template.source;
    let mut walk = Walk { source, found: Points::default(), within: 0..1, groups: 0 };
    let whole = Span::new(0, source.text().len());
    walk.found.points.push(Point {
        kind: PointKind::Rendered,
        level: Level::Branch,
        span: Span::empty(template.nodes.first().map_or(0, |node| node.span().start as usize)),
        owner: whole,
        words: "the template".to_owned(),
        scenario: "a scenario whose message renders it".to_owned(),
        within: None,
        group: 0,
        never: None,
        place: 0,
        event: Event::Template,
    });
    walk.nodes(&template.nodes, None);
    walk.found
}

/// Why something is unreachable.
pub(super) type Never = Option<Arc<str>>;

/// What a run of nodes always exits. Ordered from weakest, so the minimum holds for all branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leaves {
    Turn,
    Loop,
    Message,
}

pub(super) struct Walk<'s> {
    pub(super) source: &'s Source,
    pub(super) found: Points,
    /// Points, one of which must happen first.
    pub(super) within: Range<usize>,
    groups: usize,
}

/// The place that a point belongs to.
pub(super) struct At {
    pub span: Span,
    pub owner: Span,
    pub place: u32,
}

impl<'s> Walk<'s> {
    pub(super) fn text(&self, span: Span) -> &'s str {
        self.source.slice(span)
    }

    pub(super) fn quoted(&self, span: Span) -> String {
        words::quoted(self.source, span)
    }

    pub(super) fn group(&mut self) -> usize {
        self.groups += 1;
        self.groups
    }

    /// Adds a point and returns its index.
    pub(super) fn add(
        &mut self,
        kind: PointKind,
        event: Event,
        at: &At,
        never: Never,
        words: (String, String),
    ) -> usize {
        let level = match kind {
            PointKind::Comparison { .. } | PointKind::Alternative => Level::Condition,
            _ => Level::Branch,
        };
        self.found.points.push(Point {
            kind,
            level,
            span: at.span,
            owner: at.owner,
            words: words.0,
            scenario: words.1,
            within: Some(self.within.clone()),
            group: self.groups,
            never,
            place: at.place,
            event,
        });
        self.found.points.len() - 1
    }

    pub(super) fn statement(&mut self, span: Span, place: u32, event: Event, never: &Never) {
        if never.is_none() && !span.is_empty() {
            self.found.statements.push(Statement { span, place, event });
        }
    }

    /// Walks a run of nodes and returns what it always exits.
    pub(super) fn nodes(&mut self, nodes: &[Node], never: Never) -> Option<Leaves> {
        let mut never = never;
        let mut leaves = None;
        for node in nodes {
            let own = match node {
                Node::Text(text) => {
                    let shown = self.text(text.span);
                    let start = text.span.start as usize + shown.len() - shown.trim_start().len();
                    let span = Span::new(start, start + shown.trim().len());
                    self.statement(span, text.span.start, Event::Node, &never);
                    None
                }
                Node::HtmlComment(_) | Node::Error(_) => None,
                Node::Output(output) => {
                    self.statement(output.span, output.span.start, Event::Node, &never);
                    self.pipeline(&output.pipeline, output.span, &never);
                    None
                }
                Node::Tag(tag) => self.tag(tag, &never),
            };
            if leaves.is_none() && own.is_some() {
                leaves = own;
                if let (Node::Tag(tag), None) = (node, &never) {
                    let why = format!("is after {}", words::of_tag(self.source, tag));
                    never = Some(why.into());
                }
            }
        }
        leaves
    }

    /// Walks the body of a branch, which is reached through some points.
    pub(super) fn body(
        &mut self,
        nodes: &[Node],
        by: Range<usize>,
        never: Never,
    ) -> Option<Leaves> {
        let outer = std::mem::replace(&mut self.within, by);
        let leaves = self.nodes(nodes, never);
        self.within = outer;
        leaves
    }

    fn tag(&mut self, tag: &Tag, never: &Never) -> Option<Leaves> {
        let effect = BRAZE.effect(tag.id);
        let name = self.text(tag.name);
        let syntax = BRAZE.tag(name).map(|(_, syntax)| syntax);
        let body = syntax.map_or(Body::None, |syntax| syntax.body);
        if effect == Effect::Skips && body != Body::Verbatim {
            return None;
        }
        // The lines of a `liquid` tag are tags themselves.
        let open = if body == Body::Lines { tag.name } else { tag.open };
        self.statement(open, tag.span.start, Event::Node, never);
        match &tag.markup {
            Markup::Condition(_) => return self.chain(tag, name == "unless", never),
            Markup::Subject(_) => return self.case(tag, never),
            Markup::Loop(markup) => {
                self.looped(tag, markup, never);
                return None;
            }
            _ => self.markup(&tag.markup, tag.open, never),
        }
        let at = At { span: tag.open, owner: tag.open, place: tag.span.start };
        match (effect, name) {
            (Effect::Stops, _) => self.aborts(tag, &at, never),
            (Effect::Calls, _) => self.calls(tag, &at, never),
            (_, "promotion") => self.promotion(tag, &at, never),
            (_, "ifchanged") => self.changes(tag, &at, never),
            _ => {}
        }
        let mut leaves = match effect {
            Effect::Stops => Some(Leaves::Message),
            Effect::Breaks => Some(Leaves::Loop),
            Effect::Continues => Some(Leaves::Turn),
            _ => None,
        };
        for branch in &tag.branches {
            let own = self.nodes(&branch.body, never.clone());
            leaves = leaves.or(own);
        }
        leaves
    }

    fn aborts(&mut self, tag: &Tag, at: &At, never: &Never) {
        self.group();
        let what = words::of_tag(self.source, tag);
        let words = (what, "a scenario that gets here and aborts the message".to_owned());
        self.add(PointKind::Abort, Event::Aborted, at, never.clone(), words);
    }

    fn calls(&mut self, tag: &Tag, at: &At, never: &Never) {
        self.group();
        let Markup::Options(options) = &tag.markup else { return };
        let url = options.words.first().map_or(tag.name, |first| first.span);
        let url = words::quoted_text(&masked(self.source.slice(url)));
        let words = (
            format!("a response to the call of {url}"),
            "a recording that answers the call".to_owned(),
        );
        let kind = PointKind::Call { answered: true };
        self.add(kind, Event::Answered, at, never.clone(), words);
        let words = (
            format!("a failed call of {url}"),
            "a scenario with a recording that fails: `\"status\": 500`".to_owned(),
        );
        let kind = PointKind::Call { answered: false };
        self.add(kind, Event::CallFailed, at, never.clone(), words);
    }

    fn promotion(&mut self, tag: &Tag, at: &At, never: &Never) {
        let Markup::Call { arguments, .. } = &tag.markup else { return };
        let Some(list) = arguments.first() else { return };
        self.group();
        let list = self.quoted(list.span);
        let words = (
            format!("the promotion list {list} without codes"),
            "a scenario with an empty list under `[promotions]`".to_owned(),
        );
        self.add(PointKind::NoCode, Event::Aborted, at, never.clone(), words);
    }

    fn changes(&mut self, tag: &Tag, at: &At, never: &Never) {
        self.group();
        let what = words::of_tag(self.source, tag);
        let words = (format!("{what} with new text"), "a scenario that gets here".to_owned());
        let kind = PointKind::Changed { printed: true };
        self.add(kind, Event::Changed, at, never.clone(), words);
        let words = (
            format!("{what} with the same text as before"),
            "a scenario with two equal items in a row".to_owned(),
        );
        let kind = PointKind::Changed { printed: false };
        self.add(kind, Event::Repeated, at, never.clone(), words);
    }

    /// Adds points for `default` filters in a tag's markup.
    pub(super) fn markup(&mut self, markup: &Markup, owner: Span, never: &Never) {
        walk_markup(&mut Fallbacks { walk: self, owner, never }, markup);
    }

    fn pipeline(&mut self, pipeline: &Pipeline, owner: Span, never: &Never) {
        Fallbacks { walk: self, owner, never }.pipeline(pipeline);
    }
}

struct Fallbacks<'w, 's> {
    walk: &'w mut Walk<'s>,
    owner: Span,
    never: &'w Never,
}

impl Visitor for Fallbacks<'_, '_> {
    fn pipeline(&mut self, pipeline: &Pipeline) {
        walk_pipeline(self, pipeline);
        let mut end = pipeline.subject.span.end;
        for call in &pipeline.filters {
            let before = Span { start: pipeline.subject.span.start, end };
            end = call.span.end;
            if call.filter.is_none() || self.walk.text(call.name) != "default" {
                continue;
            }
            self.walk.group();
            let at = At { span: call.span, owner: self.owner, place: call.name.start };
            let value = self.walk.quoted(before);
            let own = self.walk.quoted(call.span);
            let words = (
                format!("{own} when {value} is missing"),
                format!("a scenario where {value} is missing, empty, or `false`"),
            );
            let never = self.never.clone();
            let kind = PointKind::Fallback { used: true };
            self.walk.add(kind, Event::Replaced, &at, never.clone(), words);
            let words = (
                format!("{own} when {value} has a value"),
                format!("a scenario where {value} has a value"),
            );
            let kind = PointKind::Fallback { used: false };
            self.walk.add(kind, Event::Kept, &at, never, words);
        }
    }
}
