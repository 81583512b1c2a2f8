//! Which place of a template printed which place of the text, and what was read for it: gathered only when
//! asked for.

use std::sync::Arc;

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use super::origin::{Origin, OriginSource};
use super::renderer::Renderer;
use super::trace::Fact;
use crate::diagnostic::Label;
use crate::syntax::ast::{Condition, Expr, ExprKind, Path, Pipeline, Root, Tag};
use crate::text::Span;
use crate::value::{Value, View};

/// Marks kept at most; a text with more is shown without those behind.
const MAX_MARKS: usize = 20_000;

/// Expressions of which the values are kept at most.
const MAX_READS: usize = 1_000;

/// Origins that one value is traced to at most.
const MAX_ORIGINS: usize = 16;

/// What printed a text.
#[derive(Debug, Default)]
pub struct SourceMap {
    /// The places of the output, by their start, an outer one before those inside it.
    pub marks: Vec<Mark>,
    /// What was read, in the order of the first time.
    pub reads: Vec<ValueRead>,
    /// The variables at the end, in the order in which they were first set.
    pub variables: Vec<(String, Value)>,
}

/// A place in the output, and the part of a template that it comes from.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Its start in the output, in bytes.
    pub start: usize,
    /// Its end; the same as the start if nothing was printed.
    pub end: usize,
    /// The output, tag, or text of the template.
    pub at: Label,
    /// Where the values come from, or should have come from, followed through variables to data.
    pub origins: Vec<Origin>,
    /// What was printed.
    pub kind: MarkKind,
    /// The string that it is a place of, by address, until that string is put into another.
    text: usize,
}

impl Mark {
    /// Returns the markup without its braces, on one line.
    #[must_use]
    pub fn expression(&self) -> String {
        let text = self.at.source.slice(self.at.span);
        let inner = ["{{", "{%"].iter().find_map(|open| text.strip_prefix(open)).unwrap_or(text);
        let inner =
            ["}}", "%}"].iter().find_map(|close| inner.strip_suffix(close)).unwrap_or(inner);
        let inner = inner.strip_prefix('-').unwrap_or(inner);
        let inner = inner.strip_suffix('-').unwrap_or(inner);
        inner.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// What is at a place in the output.
#[derive(Clone, Debug)]
pub enum MarkKind {
    /// A value, or what a tag prints.
    Value,
    /// A content block or a captured string, with marks of its own inside.
    Nested,
    /// Nothing, although a value was asked for. The facts are the values that took part; a failed
    /// call that should have printed its response has none.
    Blank(Arc<[Fact]>),
    /// Nothing, because a loop has no items.
    EmptyLoop(Arc<[Fact]>),
    /// Nothing, because no branch applied.
    LeftOut(Arc<[Fact]>),
    /// Text of the template.
    Text,
}

impl MarkKind {
    /// Whether a value was asked for and nothing is there. A branch that doesn't apply isn't
    /// blank: conditions are there to leave parts out.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        matches!(self, MarkKind::Blank(_) | MarkKind::EmptyLoop(_))
    }

    /// Whether it is text of the template, which is printed as it is there.
    #[must_use]
    pub fn is_text(&self) -> bool {
        matches!(self, MarkKind::Text)
    }
}

/// An expression that was evaluated.
#[derive(Clone, Debug)]
pub struct ValueRead {
    /// The expression and its value, the first time; the first time it was missing, if ever it was.
    pub fact: Fact,
    /// The table of the scenario that it reads; none for a variable.
    pub table: Option<&'static str>,
    /// What came of it.
    pub state: ReadState,
}

/// What came of reading an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadState {
    /// It had a value each time.
    Read,
    /// The filter `default` took its place.
    Defaulted,
    /// It was not there, or `nil`.
    Missing,
}

/// What is gathered while a text is rendered.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    marks: Vec<Mark>,
    reads: IndexMap<(usize, Span), ValueRead, FixedState>,
    /// Where the values came from that a variable was computed from.
    derived: IndexMap<String, Arc<Vec<Origin>>, FixedState>,
    /// Marks inside of texts: of the content blocks of the present statement by their place, and of captured
    /// texts by their variable.
    blocks: Vec<(u32, Vec<Mark>)>,
    captured: IndexMap<String, (usize, Vec<Mark>), FixedState>,
    /// The values that took part in the last blank of each markup, and how many blanks have some
    /// of their own.
    pub(super) facts: IndexMap<(usize, Span), Arc<[Fact]>, FixedState>,
    pub(super) explained: usize,
}

/// What tells the text apart that is being written: it lives as long as it is written to.
fn address(text: &String) -> usize {
    std::ptr::from_ref(text) as usize
}

/// A text whose marks are taken out when it is whole.
#[derive(Clone, Copy, Debug)]
pub struct TextStart(usize);

impl<'a> Renderer<'a> {
    /// Begins a text of its own, such as what `capture` keeps.
    #[must_use]
    pub(crate) fn begin_text(&self) -> TextStart {
        TextStart(self.state.mapping.as_ref().map_or(0, |mapping| mapping.marks.len()))
    }

    /// Sets a variable to such a text, with its marks for where the variable is printed.
    ///
    /// It takes the text where it was written: by that place its marks are known.
    pub fn captured(&mut self, start: TextStart, variable: &str, text: &mut String, at: Span) {
        let marks = self.end_text(start, text);
        let length = text.len();
        self.assign(variable, Value::from(std::mem::take(text)), at, None);
        let Some(mapping) = &mut self.state.mapping else { return };
        let mut origins = Vec::new();
        for origin in marks.iter().flat_map(|mark| &mark.origins) {
            add_origin(&mut origins, origin);
        }
        mapping.derived.insert(variable.to_owned(), Arc::new(origins));
        mapping.captured.insert(variable.to_owned(), (length, marks));
    }

    /// Appends such a text to another, with its marks.
    pub(crate) fn put_text(&mut self, start: TextStart, text: &String, out: &mut String) {
        let marks = self.end_text(start, text);
        let before = out.len();
        out.push_str(text);
        if let Some(mapping) = &mut self.state.mapping {
            mapping.put(marks, before, out);
        }
    }

    /// Ends a content block: its marks are kept for the statement that includes it.
    pub(super) fn end_block(&mut self, start: TextStart, place: u32, text: &String) {
        let marks = self.end_text(start, text);
        if let Some(mapping) = &mut self.state.mapping {
            mapping.blocks.retain(|(known, _)| *known != place);
            mapping.blocks.push((place, marks));
        }
    }

    /// The marks of a text, and no longer those of texts that went nowhere.
    fn end_text(&mut self, start: TextStart, text: &String) -> Vec<Mark> {
        let Some(mapping) = &mut self.state.mapping else { return Vec::new() };
        let from = start.0.min(mapping.marks.len());
        let address = address(text);
        let mut marks = mapping.marks.split_off(from);
        marks.retain(|mark| mark.text == address && mark.end <= text.len());
        marks
    }

    /// Notes what an output or tag has printed from `start` to the end of `out`.
    pub(super) fn mark(&mut self, span: Span, start: usize, out: &String, from: Printed<'a>) {
        let Some(mapping) = &self.state.mapping else { return };
        if mapping.marks.len() >= MAX_MARKS {
            return;
        }
        if out.len() <= start {
            return self.mark_unprinted(span, out, from);
        }
        let mut origins = Vec::new();
        let mut inner = Vec::new();
        match from {
            Printed::Pipeline(pipeline) => {
                self.origins_of(pipeline, &mut origins);
                inner = self.inner_marks(pipeline, out.len() - start);
            }
            Printed::Call(call) => origins.push(Origin::of(OriginSource::Call(call))),
            Printed::Tag => {}
        }
        let kind = match inner.iter().any(|mark| !mark.kind.is_text()) {
            true => MarkKind::Nested,
            // A string without values is one place.
            false => {
                inner.clear();
                MarkKind::Value
            }
        };
        let at = self.label(span, "");
        let outer = Mark { start, end: out.len(), at, origins, kind, text: address(out) };
        if let Some(mapping) = &mut self.state.mapping {
            mapping.marks.push(outer);
            mapping.put(inner, start, out);
        }
    }

    fn mark_unprinted(&mut self, span: Span, out: &String, from: Printed<'a>) {
        let Printed::Pipeline(pipeline) = from else { return };
        let inner = self.inner_marks(pipeline, 0);
        match &mut self.state.mapping {
            // The blanks inside a captured string say more than the string.
            Some(mapping) if !inner.is_empty() => mapping.put(inner, out.len(), out),
            _ => self.mark_blank(pipeline, span, out),
        }
    }

    /// Records a place where nothing was printed.
    pub(super) fn mark_nothing(
        &mut self,
        span: Span,
        out: &String,
        kind: MarkKind,
        origins: Vec<Origin>,
    ) {
        let (at, text) = (self.label(span, ""), address(out));
        let Some(mapping) = &mut self.state.mapping else { return };
        if mapping.marks.len() < MAX_MARKS {
            let (start, end) = (out.len(), out.len());
            mapping.marks.push(Mark { start, end, at, origins, kind, text });
        }
    }

    /// Records where text of the template begins in `out`, before it is printed.
    #[inline]
    pub(super) fn mark_text(&mut self, printed: Span, out: &String) {
        let Some(mapping) = &self.state.mapping else { return };
        if mapping.marks.len() >= MAX_MARKS / 2 || printed.is_empty() {
            return;
        }
        let (start, end) = (out.len(), out.len() + printed.len());
        let (at, text) = (self.label(printed, ""), address(out));
        if let Some(mapping) = &mut self.state.mapping {
            let kind = MarkKind::Text;
            mapping.marks.push(Mark { start, end, at, origins: Vec::new(), kind, text });
        }
    }

    /// Notes what a tag without a body has printed, where nothing inside of it was noted.
    pub(super) fn mark_tag(&mut self, tag: &'a Tag, before: Before, out: &String) {
        let Some(mapping) = &self.state.mapping else { return };
        let address = address(out);
        let noted = mapping.marks.iter().skip(before.marks).any(|mark| mark.text == address);
        if noted || !tag.branches.is_empty() {
            return;
        }
        let calls = self.state.calls.len();
        let from = if calls > before.calls { Printed::Call(calls - 1) } else { Printed::Tag };
        match from {
            Printed::Call(call) if out.len() == before.length => {
                self.mark_silent_call(tag, call, out);
            }
            from => self.mark(tag.span, before.length, out, from),
        }
    }

    /// How things stand before a node is rendered.
    pub(super) fn before(&self, out: &str) -> Option<Before> {
        let mapping = self.state.mapping.as_ref()?;
        let (marks, calls) = (mapping.marks.len(), self.state.calls.len());
        Some(Before { marks, calls, length: out.len() })
    }

    /// The marks inside of a text that is printed as it was made.
    fn inner_marks(&self, pipeline: &'a Pipeline, length: usize) -> Vec<Mark> {
        let Some(mapping) = &self.state.mapping else { return Vec::new() };
        let ExprKind::Path(Path { root, segments, .. }) = &pipeline.subject.kind else {
            return Vec::new();
        };
        if !pipeline.filters.is_empty() || !segments.is_empty() {
            return Vec::new();
        }
        match root {
            Root::Attribute(attribute) => {
                let place = attribute.span.start;
                let found = mapping.blocks.iter().find(|(known, _)| *known == place);
                found.map(|(_, marks)| marks.clone()).unwrap_or_default()
            }
            Root::Name(name) => match mapping.captured.get(self.text(*name)) {
                Some((whole, marks)) if *whole == length => marks.clone(),
                _ => Vec::new(),
            },
            Root::Index(_) => Vec::new(),
        }
    }

    /// Notes where the value comes from that a variable is set to.
    pub(super) fn map_assigned(&mut self, name: &str, from: Option<&'a Pipeline>) {
        if self.state.mapping.is_none() {
            return;
        }
        let origins = match from {
            Some(pipeline) => self.unchanged(pipeline).unwrap_or_else(|| {
                let mut origins = Vec::new();
                self.origins_of(pipeline, &mut origins);
                Arc::new(origins)
            }),
            None => Arc::default(),
        };
        let Some(mapping) = &mut self.state.mapping else { return };
        if !mapping.captured.is_empty() {
            mapping.captured.shift_remove(name);
        }
        match mapping.derived.get_mut(name) {
            Some(known) => *known = origins,
            None => drop(mapping.derived.insert(name.to_owned(), origins)),
        }
    }

    /// The origins of a pipeline that only reads a variable, where they are those of the variable:
    /// a loop that counts finds the same at every turn.
    fn unchanged(&self, pipeline: &'a Pipeline) -> Option<Arc<Vec<Origin>>> {
        let (mut only, mut count) = (None, 0);
        each_in(pipeline, &mut |expr| {
            only = Some(expr);
            count += 1;
        });
        let ExprKind::Path(Path { root: Root::Name(name), segments, .. }) = &only?.kind else {
            return None;
        };
        let name = self.text(*name);
        let derived = self.state.mapping.as_ref()?.derived.get(name)?;
        let is_same = count == 1
            && segments.is_empty()
            && self.state.item_origin(name).is_none()
            && derived.first()?.is_same(self.state.variable_origin(name)?);
        is_same.then(|| Arc::clone(derived))
    }

    /// The origins of all values in a pipeline, through variables to the data.
    pub(super) fn origins_of(&self, pipeline: &'a Pipeline, origins: &mut Vec<Origin>) {
        each_in(pipeline, &mut |expr| {
            let Some(origin) = self.origin(expr) else { return };
            let derived = match (&origin.source, &expr.kind, &self.state.mapping) {
                (
                    OriginSource::Template(_),
                    ExprKind::Path(Path { root: Root::Name(name), .. }),
                    Some(mapping),
                ) => mapping.derived.get(self.text(*name)),
                _ => None,
            };
            if is_new(origins, &origin) {
                origins.push(origin);
            }
            derived
                .into_iter()
                .flat_map(|derived| &**derived)
                .for_each(|origin| add_origin(origins, origin));
        });
    }

    /// Notes what a pipeline reads.
    pub(super) fn read_pipeline(&mut self, pipeline: &'a Pipeline) {
        if self.state.mapping.is_none() {
            return;
        }
        let defaulted = pipeline.filters.iter().any(|call| {
            let name = call.filter.map(|id| self.world.dialect.filter_definition(id).name);
            name == Some("default")
        });
        let subject = std::ptr::from_ref(&pipeline.subject);
        each_in(pipeline, &mut |expr| {
            self.read_expr(expr, defaulted && std::ptr::eq(expr, subject));
        });
    }

    /// Notes what a condition reads.
    pub(super) fn read_condition(&mut self, condition: &'a Condition) {
        if self.state.mapping.is_none() {
            return;
        }
        for comparison in &condition.comparisons {
            let right = comparison.rest.as_ref().map(|(_, _, right)| right);
            for side in std::iter::once(&comparison.left).chain(right) {
                each_path(side, &mut |expr| self.read_expr(expr, false));
            }
        }
    }

    /// Notes what an expression reads.
    pub(super) fn read_value(&mut self, expr: &'a Expr) {
        if self.state.mapping.is_some() {
            each_path(expr, &mut |expr| self.read_expr(expr, false));
        }
    }

    fn read_expr(&mut self, expr: &'a Expr, has_default: bool) {
        let ExprKind::Path(path) = &expr.kind else { return };
        let table = match &path.root {
            Root::Attribute(attribute) => match attribute.id {
                Some(id) if self.world.dialect.is_block_family(id) => return,
                Some(id) => Some(self.world.dialect.family_table(id)),
                None => return,
            },
            _ => None,
        };
        let key = (Arc::as_ptr(&self.template.source) as usize, expr.span);
        let known = self.state.mapping.as_ref().and_then(|mapping| mapping.reads.get(&key));
        let known = known.map(|known| known.state);
        // What was missing once stays what is worth telling.
        if known.is_some_and(|known| known != ReadState::Read) {
            return;
        }
        let (is_nil, is_blank) = self.state.meter.unspent(|| {
            self.path(path)
                .map_or((true, true), |value| (value.view().is_nil(), is_blank(value.view())))
        });
        let state = match (is_nil, has_default) {
            (_, true) if is_blank => ReadState::Defaulted,
            (true, _) => ReadState::Missing,
            (false, _) => ReadState::Read,
        };
        // Most turns of a loop find what the first has found.
        if known == Some(state) {
            return;
        }
        let fact = self.fact(expr, path);
        let Some(mapping) = &mut self.state.mapping else { return };
        if mapping.reads.len() < MAX_READS || mapping.reads.contains_key(&key) {
            mapping.reads.insert(key, ValueRead { fact, table, state });
        }
    }
}

/// What a mark is of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Printed<'a> {
    /// The value of a pipeline.
    Pipeline(&'a Pipeline),
    /// The answer to a call, by its place among the calls.
    Call(usize),
    /// What a tag makes.
    Tag,
}

/// How things stood before a node was rendered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    marks: usize,
    calls: usize,
    length: usize,
}

impl Mapping {
    /// Takes the marks of a text that now begins at a place of another.
    fn put(&mut self, marks: Vec<Mark>, start: usize, out: &String) {
        let text = address(out);
        let room = MAX_MARKS - self.marks.len();
        self.marks.extend(marks.into_iter().take(room).map(|mark| Mark {
            start: start + mark.start,
            end: start + mark.end,
            text,
            ..mark
        }));
    }

    /// What was gathered about a whole text.
    pub fn finish(self, output: &String, variables: Vec<(String, Value)>) -> SourceMap {
        let address = address(output);
        let mut marks = self.marks;
        marks.retain(|mark| mark.text == address && mark.end <= output.len());
        SourceMap { marks, reads: self.reads.into_values().collect(), variables }
    }
}

fn add_origin(origins: &mut Vec<Origin>, origin: &Origin) {
    if is_new(origins, origin) {
        origins.push(origin.clone());
    }
}

/// Whether there is room for an origin that is not known yet.
fn is_new(origins: &[Origin], origin: &Origin) -> bool {
    origins.len() < MAX_ORIGINS && !origins.iter().any(|known| known.is_same(origin))
}

/// Calls for every path of a pipeline, the subject's first.
fn each_in<'a>(pipeline: &'a Pipeline, found: &mut dyn FnMut(&'a Expr)) {
    each_path(&pipeline.subject, found);
    for argument in pipeline.filters.iter().flat_map(|call| &call.arguments) {
        each_path(&argument.value, found);
    }
}

fn each_path<'a>(expr: &'a Expr, found: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Path(_) => found(expr),
        ExprKind::Nested(pipeline) => each_in(pipeline, found),
        ExprKind::Range(ends) => {
            each_path(&ends.0, found);
            each_path(&ends.1, found);
        }
        _ => {}
    }
}

/// Whether `default` takes the place of a value that is there.
fn is_blank(value: View<'_>) -> bool {
    match value {
        View::Nil | View::Bool(false) => true,
        View::Str(text) => text.is_empty(),
        View::Array(items) => items.is_empty(),
        View::Object(object) => object.is_empty(),
        _ => false,
    }
}
