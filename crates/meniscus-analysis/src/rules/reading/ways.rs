//! What a text with branches and loops may become, each way written out.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::ops::Range;
use std::sync::Arc;

use super::flat::{Flat, INTERPOLATION};
use super::origin::origin_of;
use super::values::{attribute_of, has_filter, start_of};
use crate::analyze::{Model, OriginRoot, OriginStep, Site, TextPart};
use crate::syntax::ast::{
    Condition, Expr, ExprKind, Loop, Markup, Node, Operator, Path, Pipeline, Root, Tag,
};
use crate::syntax::{Visitor, walk_condition, walk_expr};
use crate::text::{Source, Span};

/// Most ways that are written out.
const MAX_WAYS: usize = 120;

/// Most values that conditions ask about.
const MAX_ASKED: usize = 400;

/// Longest text of a way, in bytes.
const MAX_BYTES: usize = 40_000;

/// A text as it is if branches are taken in a certain way.
#[derive(Debug)]
pub(in crate::rules) struct Way<'a> {
    /// The text, with `1` for each value, and a mark for what may be anything.
    pub text: String,
    /// What differs from the first way.
    pub choice: Option<Choice<'a>>,
    /// Fixed pieces with their offsets in the text.
    parts: Vec<(Range<usize>, Site<'a>)>,
}

impl<'a> Way<'a> {
    /// Returns where a range of the text is in the template.
    pub fn site(&self, range: Range<usize>) -> Option<Site<'a>> {
        let (own, at) = self.parts.iter().find(|(own, _)| own.contains(&range.start))?;
        let start = at.span.start as usize + range.start - own.start;
        let end = start + range.end.min(own.end) - range.start;
        Some(at.at(Span::new(start, end)))
    }
}

/// A branch that is taken or not, or a loop with two iterations.
#[derive(Clone, Copy, Debug)]
pub(in crate::rules) struct Choice<'a> {
    pub at: Site<'a>,
    pub what: &'static str,
}

/// Returns the ways of a text: the first takes the first branch of each tag, and each of its loops has
/// one item; the others differ from it in one place.
///
/// What can't be told apart is a mark in all of them: branches that depend on a variable that
/// changes, and branches with conditions that exclude or imply each other.
pub(in crate::rules) fn ways<'a>(body: &Flat<'_, 'a>) -> Vec<Way<'a>> {
    let tags = body.model.tags.iter().map(|used| (place_of(used.at), used.tag));
    let mut plan = Plan {
        model: body.model,
        tags: tags.collect(),
        unclear: HashSet::new(),
        of_items: HashSet::new(),
        settled: HashMap::new(),
        lists: Vec::new(),
        asked: Vec::new(),
    };
    let tags = body.parts().iter().filter_map(|(_, part)| match part {
        TextPart::Interpolation(one) if one.pipeline.is_none() => {
            Some((*plan.tags.get(&place_of(one.at))?, one.at))
        }
        _ => None,
    });
    let tags = tags.collect::<Vec<_>>();
    tags.iter().for_each(|(tag, at)| plan.lists_in(tag, *at));
    tags.iter().for_each(|(tag, at)| plan.tag(tag, *at, &[]));
    if plan.asked.len() > MAX_ASKED {
        return Vec::new();
    }
    plan.exclude_related();
    let mut ways: Vec<Way<'a>> = Vec::new();
    let mut known = HashSet::new();
    let mut waiting = vec![(HashMap::new(), None)];
    for _ in 0..MAX_WAYS {
        let Some((choices, choice)) = waiting.pop() else { break };
        let mut walk = Walk::new(&plan, choices, choice);
        body.parts().iter().for_each(|(_, part)| walk.part(part));
        for Decision { key, at, options } in walk.decisions {
            if !known.insert(key) {
                continue;
            }
            for (option, what) in options.iter().enumerate().skip(1) {
                let mut choices = walk.choices.clone();
                choices.insert(key, option);
                waiting.push((choices, Some(Choice { at, what })));
            }
        }
        if walk.way.text.len() > MAX_BYTES {
            return Vec::new();
        }
        if !walk.stopped {
            ways.push(walk.way);
        }
    }
    ways
}

/// Where a tag is: its source, the inclusion that led there, and its first byte.
type TagPlace = (*const Source, Option<usize>, u32);

fn place_of(at: Site<'_>) -> TagPlace {
    (Arc::as_ptr(at.source), at.via, at.span.start)
}

/// A value that a condition asks about: where it is from.
type Asked = (OriginRoot, Vec<OriginStep>);

/// What is known of all branches before any is taken.
struct Plan<'p, 'a> {
    model: &'p Model<'a>,
    tags: HashMap<TagPlace, &'a Tag>,
    /// Keys of branches that may not be chosen freely.
    unclear: HashSet<Key>,
    /// Keys of branches whose conditions ask about the item of a loop.
    of_items: HashSet<Key>,
    /// Keys of branches that ask whether a list has items that a loop goes through, and the answer.
    settled: HashMap<Key, bool>,
    /// The lists that loops go through.
    lists: Vec<Asked>,
    /// The keys of branches, with what their conditions ask about.
    asked: Vec<(Key, Asked)>,
}

impl<'a> Plan<'_, 'a> {
    /// Notes the conditions of a tag and of those inside it.
    fn tag(&mut self, tag: &'a Tag, at: Site<'a>, loops: &[&'a str]) {
        let mut loops = Cow::Borrowed(loops);
        match &tag.markup {
            Markup::Condition(_) | Markup::Subject(_) => self.decision(tag, at, &loops),
            Markup::Loop(one) => loops.to_mut().push(at.source.slice(one.variable)),
            _ => {}
        }
        inside(tag, at).for_each(|(inner, at)| self.tag(inner, at, &loops));
    }

    /// Notes the lists of the loops in a tag.
    fn lists_in(&mut self, tag: &'a Tag, at: Site<'a>) {
        if let Markup::Loop(one) = &tag.markup
            && let Some(read) = self.model.read_at(at, one.collection.span)
            && let Some(origin) = read.origin.as_deref()
        {
            self.lists.push((origin.root.clone(), origin.steps.clone()));
        }
        inside(tag, at).for_each(|(inner, at)| self.lists_in(inner, at));
    }

    /// Returns whether a condition on a list holds if the list has an item; `None` if it isn't one,
    /// or depends on how many there are.
    fn holds_with_items(&self, tag: &'a Tag, at: Site<'a>) -> Option<bool> {
        let Markup::Condition(Condition { comparisons, .. }) = &tag.markup else { return None };
        let ([one], true) = (&comparisons[..], conditions(tag).count() == 1) else { return None };
        let read = self.model.read_at(at, one.left.span)?;
        let origin = read.origin.as_deref()?;
        let is_list = |list: &Asked| list.0 == origin.root && list.1 == origin.steps;
        if !self.lists.iter().any(is_list) {
            return None;
        }
        let is_size = at.source.slice(one.left.span).ends_with(".size") || {
            let traced = origin_of(self.model, at, &one.left);
            traced.filters.len() == 1 && traced.has_filter(|name| name == "size")
        };
        if origin.derived && !is_size {
            return None;
        }
        let Some((operator, _, right)) = &one.rest else { return Some(true) };
        match (operator, &right.kind, is_size) {
            (Operator::NotEqual, kind, _) if kind.is_nothing() => Some(true),
            (Operator::Equal, kind, _) if kind.is_nothing() => Some(false),
            (Operator::Greater | Operator::NotEqual, ExprKind::Int(0), true)
            | (Operator::GreaterOrEqual, ExprKind::Int(1), true) => Some(true),
            (Operator::Equal | Operator::LessOrEqual, ExprKind::Int(0), true)
            | (Operator::Less, ExprKind::Int(1), true) => Some(false),
            _ => None,
        }
    }

    fn decision(&mut self, tag: &'a Tag, at: Site<'a>, loops: &[&'a str]) {
        let key = key_of(tag, at);
        if let Some(holds) = self.holds_with_items(tag, at) {
            self.settled.insert(key, holds);
            return;
        }
        let mut paths = Paths(Vec::new());
        conditions(tag).for_each(|condition| walk_condition(&mut paths, condition));
        if let Markup::Subject(subject) = &tag.markup {
            paths.expr(subject);
        }
        let is_of_loop = paths.0.iter().all(|(_, root)| at.source.slice(*root) == "forloop");
        if is_of_loop && !paths.0.is_empty() {
            let is_plain = loops.len() == 1 && place_of_loop(tag, at).is_some();
            if !is_plain {
                self.unclear.insert(key);
            }
            return;
        }
        if paths.0.iter().any(|(_, root)| loops.contains(&at.source.slice(*root))) {
            self.of_items.insert(key);
        }
        let mut is_clear = !paths.0.is_empty();
        for (span, _) in &paths.0 {
            let read = self.model.read_at(at, *span);
            let origin = read.and_then(|read| read.origin.as_deref());
            let given = origin.filter(|origin| {
                !origin.derived && !matches!(origin.root, OriginRoot::Variable(_))
            });
            match given {
                Some(origin) => {
                    let asked = (origin.root.clone(), origin.steps.clone());
                    // How many items there are is told by the loop.
                    is_clear &= !self.lists.contains(&asked);
                    self.asked.push((key, asked));
                }
                // What is calculated may count the items of a list, or change on the way.
                None => is_clear = false,
            }
        }
        if !is_clear {
            self.unclear.insert(key);
        }
    }

    /// Marks branches whose conditions ask about the same value in different words.
    fn exclude_related(&mut self) {
        for (index, (key, (root, steps))) in self.asked.iter().enumerate() {
            for (other, (other_root, other_steps)) in &self.asked[index + 1..] {
                let short = steps.len().min(other_steps.len());
                if key != other && root == other_root && steps[..short] == other_steps[..short] {
                    self.unclear.extend([*key, *other]);
                }
            }
        }
    }
}

/// Yields the tags in a tag's branches.
fn inside<'a>(tag: &'a Tag, at: Site<'a>) -> impl Iterator<Item = (&'a Tag, Site<'a>)> {
    tag.branches.iter().flat_map(|branch| &branch.body).filter_map(move |node| match node {
        Node::Tag(inner) => Some((&**inner, at.at(inner.span))),
        _ => None,
    })
}

/// Collects the paths in conditions, with the span of their first name.
struct Paths(Vec<(Span, Span)>);

impl Visitor for Paths {
    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Path(Path { root, .. }) = &expr.kind {
            let name = match root {
                Root::Name(span) => *span,
                _ => expr.span,
            };
            self.0.push((expr.span, name));
        }
        walk_expr(self, expr);
    }
}

/// Returns the conditions of an `if` and its `elsif`s.
fn conditions(tag: &Tag) -> impl Iterator<Item = &Condition> {
    let markups = std::iter::once(&tag.markup).chain(tag.branches.iter().map(|one| &one.markup));
    markups.filter_map(|markup| match markup {
        Markup::Condition(condition) => Some(condition),
        _ => None,
    })
}

/// What tells branches apart: a hash of the words of their conditions, which may be many. Equal ones
/// are decided alike.
type Key = u64;

fn hash(of: &impl Hash) -> Key {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

fn key_of(tag: &Tag, at: Site<'_>) -> Key {
    let mut hasher = DefaultHasher::new();
    let mut add = |text: &str| {
        let counts = |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'{' | b'}');
        text.bytes().filter(counts).for_each(|byte| hasher.write_u8(byte));
    };
    add(at.source.slice(tag.name));
    match &tag.markup {
        Markup::Subject(subject) => {
            add(at.source.slice(subject.span));
            for branch in &tag.branches {
                if let Markup::Alternatives(all) = &branch.markup {
                    all.iter().for_each(|one| add(at.source.slice(one.span)));
                }
            }
        }
        Markup::Loop(_) => add(&tag.span.start.to_string()),
        _ => conditions(tag).for_each(|one| add(at.source.slice(one.span))),
    }
    hasher.finish()
}

/// A place in a loop that a condition asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LoopPlace {
    First,
    Last,
}

/// Returns the place that a condition such as `forloop.last == false` asks for, and whether it holds
/// there.
fn place_of_loop(tag: &Tag, at: Site<'_>) -> Option<(LoopPlace, bool)> {
    let Markup::Condition(Condition { comparisons, .. }) = &tag.markup else { return None };
    let ([one], true) = (&comparisons[..], conditions(tag).count() == 1) else { return None };
    let place = match at.source.slice(one.left.span) {
        "forloop.first" => LoopPlace::First,
        "forloop.last" => LoopPlace::Last,
        _ => return None,
    };
    let holds = match &one.rest {
        None => true,
        Some((Operator::Equal, _, right)) => literal(right)?,
        Some((Operator::NotEqual, _, right)) => !literal(right)?,
        _ => return None,
    };
    Some((place, holds != (at.source.slice(tag.name) == "unless")))
}

fn literal(expr: &Expr) -> Option<bool> {
    match expr.kind {
        ExprKind::Bool(value) => Some(value),
        _ => None,
    }
}

/// A tag that may be passed in several ways.
struct Decision<'a> {
    key: Key,
    at: Site<'a>,
    /// What each option is.
    options: Vec<&'static str>,
}

/// Where a walk is in a loop.
#[derive(Clone, Copy)]
struct Iteration {
    index: usize,
    count: usize,
}

struct Walk<'w, 'p, 'a> {
    plan: &'w Plan<'p, 'a>,
    choices: HashMap<Key, usize>,
    decisions: Vec<Decision<'a>>,
    iteration: Option<Iteration>,
    way: Way<'a>,
    /// Whether the message is aborted on this way.
    stopped: bool,
}

impl<'w, 'p, 'a> Walk<'w, 'p, 'a> {
    fn new(
        plan: &'w Plan<'p, 'a>,
        choices: HashMap<Key, usize>,
        choice: Option<Choice<'a>>,
    ) -> Self {
        Walk {
            plan,
            choices,
            decisions: Vec::new(),
            iteration: None,
            way: Way { text: String::new(), choice, parts: Vec::new() },
            stopped: false,
        }
    }

    fn part(&mut self, part: &TextPart<'a>) {
        match part {
            TextPart::Text { text, at } => self.text(text, *at),
            TextPart::Interpolation(interpolation) => match interpolation.pipeline {
                Some(pipeline) => self.output(pipeline, interpolation.at),
                None => match self.plan.tags.get(&place_of(interpolation.at)).copied() {
                    Some(tag) => self.tag(tag, interpolation.at),
                    None => self.way.text.push(INTERPOLATION),
                },
            },
        }
    }

    fn text(&mut self, text: &str, at: Option<Site<'a>>) {
        let start = self.way.text.len();
        self.way.text.push_str(text);
        if let Some(at) = at {
            self.way.parts.push((start..self.way.text.len(), at));
        }
    }

    fn output(&mut self, pipeline: &Pipeline, at: Site<'a>) {
        let is_value = attribute_of(pipeline).is_some()
            || has_filter(pipeline, at.source, &|name| name == "default")
            || matches!(&start_of(pipeline).kind,
                ExprKind::Path(Path { root: Root::Name(_), segments, .. }) if !segments.is_empty());
        self.way.text.push(if is_value { '1' } else { INTERPOLATION });
    }

    fn nodes(&mut self, nodes: &'a [Node], at: Site<'a>) {
        for node in nodes {
            if self.stopped || self.way.text.len() > MAX_BYTES {
                return;
            }
            match node {
                Node::Text(text) => {
                    let span = text.printed;
                    self.text(at.source.slice(span), Some(at.at(span)));
                }
                Node::Output(output) => self.output(&output.pipeline, at.at(output.span)),
                Node::Tag(tag) => self.tag(tag, at.at(tag.span)),
                Node::HtmlComment(_) | Node::Error(_) => {}
            }
        }
    }

    fn tag(&mut self, tag: &'a Tag, at: Site<'a>) {
        let name = at.source.slice(tag.name);
        match (&tag.markup, name) {
            (_, "abort_message") => self.stopped = true,
            (Markup::Condition(_) | Markup::Subject(_), _) if tag.blank => {}
            (_, "raw") => tag.branches.iter().for_each(|branch| self.nodes(&branch.body, at)),
            (Markup::Condition(_) | Markup::Subject(_), _) => self.branches(tag, at),
            (Markup::Loop(_), "for") => self.iterations(tag, at),
            _ if tag.blank || matches!(name, "comment" | "doc" | "capture") => {}
            _ => self.way.text.push(INTERPOLATION),
        }
    }

    fn branches(&mut self, tag: &'a Tag, at: Site<'a>) {
        let key = key_of(tag, at);
        if self.plan.unclear.contains(&key) {
            return self.way.text.push(INTERPOLATION);
        }
        let is_case = matches!(tag.markup, Markup::Subject(_));
        let all = tag.own_branches().collect::<Vec<_>>();
        if let (Some(iteration), Some((place, holds))) = (self.iteration, place_of_loop(tag, at)) {
            let is_there = match place {
                LoopPlace::First => iteration.index == 0,
                LoopPlace::Last => iteration.index + 1 == iteration.count,
            };
            if let Some(branch) = all.get(usize::from(is_there != holds)) {
                self.nodes(&branch.body, at);
            }
            return;
        }
        if let Some(holds) = self.plan.settled.get(&key) {
            let is_taken = *holds != (at.source.slice(tag.name) == "unless");
            if let Some(branch) = all.get(usize::from(!is_taken)) {
                self.nodes(&branch.body, at);
            }
            return;
        }
        let mut options = vec!["if this branch is taken"; all.len()];
        // Several branches may be all that there are.
        if all.len() == 1 && !is_case {
            options.push("if this isn't true");
        }
        let key = match self.iteration.filter(|_| self.plan.of_items.contains(&key)) {
            // Each item may differ from the others.
            Some(iteration) => hash(&(key, iteration.index)),
            None => key,
        };
        let option = self.decide(key, at.at(tag.open), options);
        if let Some(branch) = all.get(option) {
            self.nodes(&branch.body, at);
        }
    }

    fn iterations(&mut self, tag: &'a Tag, at: Site<'a>) {
        let (Some(body), None) = (tag.branches.first(), self.iteration) else {
            return self.way.text.push(INTERPOLATION);
        };
        let Markup::Loop(Loop { limit, .. }) = &tag.markup else { return };
        let is_one = limit.as_ref().is_some_and(|limit| matches!(limit.kind, ExprKind::Int(1)));
        let options = ["with one item", "with two items"][..if is_one { 1 } else { 2 }].to_vec();
        let count = self.decide(key_of(tag, at), at.at(tag.open), options) + 1;
        for index in 0..count {
            self.iteration = Some(Iteration { index, count });
            self.nodes(&body.body, at);
        }
        self.iteration = None;
    }

    /// Notes a decision, and returns the option that is chosen on this way.
    fn decide(&mut self, key: Key, at: Site<'a>, options: Vec<&'static str>) -> usize {
        let chosen = self.choices.get(&key).copied().unwrap_or(0);
        self.decisions.push(Decision { key, at, options });
        chosen
    }
}
