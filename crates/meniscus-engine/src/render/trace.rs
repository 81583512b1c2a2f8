//! Why an output printed nothing and why a branch was not taken: gathered only when asked for.

use foldhash::fast::FixedState;
use indexmap::IndexMap;

use super::origin::{Origin, OriginSource};
use super::renderer::Renderer;
use crate::diagnostic::Label;
use crate::syntax::ast::{
    Attribute, Condition, Expr, ExprKind, Loop, Markup, Node, Offset, Path, Pipeline, Root, Segment,
};
use crate::text::{Span, Step};
use crate::value::{Object, Value, View, inspect};

/// What happened, in order.
#[derive(Debug, Default)]
pub struct Trace {
    /// The explanations.
    pub explanations: Vec<Explanation>,
    /// The outputs that printed something, by their text and place.
    printed: IndexMap<(usize, Span), Label, FixedState>,
}

impl Trace {
    /// The outputs that printed something at least once, in the order in which each did first.
    pub fn printed(&self) -> impl Iterator<Item = &Label> {
        self.printed.values()
    }
}

/// One output or branch, explained.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// What is explained.
    pub kind: ExplanationKind,
    /// Its characters.
    pub at: Label,
    /// The values that took part.
    pub facts: Vec<Fact>,
}

/// What an explanation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExplanationKind {
    /// An output that printed nothing.
    EmptyOutput,
    /// A condition that did not hold.
    BranchNotTaken,
    /// A condition that held, and led to the end of the message.
    AbortBranch,
    /// A loop without a turn.
    EmptyLoop,
}

/// A value that took part.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The expression, as it is written.
    pub expression: Label,
    /// Its value as Ruby's `inspect` shows it, cut where it is long.
    pub value: String,
    /// Where it comes from, or should have come from.
    pub origin: Option<Origin>,
    /// The step that led nowhere, if one did.
    pub missing: Option<Missing>,
}

/// A step that leads nowhere.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The name or place that was asked for.
    pub key: String,
    /// What it was asked of: `a text`, `an object`.
    pub kind: &'static str,
    /// The names that are there.
    pub available: Vec<String>,
}

/// Explanations kept at most: a loop of a thousand holes is explained by its first.
const MAX_EXPLANATIONS: usize = 1_000;

/// Comparisons of a condition whose values are shown.
const MOST_COMPARISONS: usize = 50;

/// Characters of a value that are shown.
const SHOWN_CHARS: usize = 80;

/// Names that are looked through for a suggestion.
const MOST_NAMES: usize = 1_000;

/// Names of an object that are listed.
const LISTED_NAMES: usize = 40;

impl<'a> Renderer<'a> {
    /// Notes that an output printed something, where that is asked for.
    fn trace_printed(&mut self, at: Span) {
        let template = self.template;
        let Some(trace) = &mut self.state.trace else { return };
        // The text lives as long as the render: its address tells it from others.
        let text = std::sync::Arc::as_ptr(&template.source) as usize;
        trace.printed.entry((text, at)).or_insert_with(|| Label {
            source: std::sync::Arc::clone(&template.source),
            span: at,
            text: String::new(),
        });
    }

    fn explain_output(&mut self, pipeline: &'a Pipeline, at: Span) {
        // A content block that prints nothing sets variables: that is its purpose.
        if let ExprKind::Path(Path { root: Root::Attribute(attribute), .. }) =
            &pipeline.subject.kind
            && attribute.id.is_some_and(|id| self.world.dialect.is_block_family(id))
        {
            return;
        }
        self.explain(ExplanationKind::EmptyOutput, at, |renderer, facts| {
            renderer.pipeline_facts(pipeline, facts);
        });
    }

    /// Records whether a pipeline printed something, if a trace is requested.
    #[inline]
    pub(super) fn trace_output(&mut self, pipeline: &'a Pipeline, at: Span, is_blank: bool) {
        if self.state.trace.is_none() {
            return;
        }
        if is_blank {
            self.explain_output(pipeline, at);
        } else {
            self.trace_printed(at);
        }
    }

    /// Explains a condition: that it did not hold, or that its branch ended the message.
    #[inline]
    pub(crate) fn explain_condition(&mut self, kind: ExplanationKind, condition: &'a Condition) {
        if self.state.trace.is_none() {
            return;
        }
        self.explain(kind, condition.span, |renderer, facts| {
            renderer.condition_facts(condition, facts);
        });
    }

    /// Explains a loop that did not turn.
    pub(crate) fn explain_loop(&mut self, collection: &'a Expr) {
        self.explain(ExplanationKind::EmptyLoop, collection.span, |renderer, facts| {
            renderer.facts(collection, facts);
        });
    }

    /// Returns the origin of a loop's list, if origins are followed.
    #[must_use]
    pub(crate) fn list_origin(&self, collection: &'a Expr) -> Option<Origin> {
        self.state.follows().then(|| self.origin(collection)).flatten()
    }

    /// Adds an explanation where one is asked for that is not there yet; only then are its facts
    /// gathered.
    fn explain(
        &mut self,
        kind: ExplanationKind,
        span: Span,
        gather: impl FnOnce(&Self, &mut Vec<Fact>),
    ) {
        let Some(trace) = &self.state.trace else { return };
        let same = |known: &Explanation| {
            known.kind == kind
                && known.at.span == span
                && std::sync::Arc::ptr_eq(&known.at.source, &self.template.source)
        };
        if trace.explanations.len() >= MAX_EXPLANATIONS || trace.explanations.iter().any(same) {
            return;
        }
        let mut facts = Vec::new();
        gather(self, &mut facts);
        let at = self.label(span, "");
        if let Some(trace) = &mut self.state.trace {
            trace.explanations.push(Explanation { kind, at, facts });
        }
    }

    /// The values that take part in a node, for the error that it has.
    pub(super) fn values_in(&self, node: &'a Node) -> Vec<(Span, String)> {
        let mut facts = Vec::new();
        match node {
            Node::Output(output) => self.pipeline_facts(&output.pipeline, &mut facts),
            Node::Tag(tag) => {
                self.markup_facts(&tag.markup, &mut facts);
                for branch in &tag.branches {
                    self.markup_facts(&branch.markup, &mut facts);
                }
            }
            _ => {}
        }
        facts.into_iter().map(|fact| (fact.expression.span, fact.value)).collect()
    }

    pub(super) fn markup_facts(&self, markup: &'a Markup, facts: &mut Vec<Fact>) {
        match markup {
            Markup::Pipeline(pipeline) | Markup::Assign { value: pipeline, .. } => {
                self.pipeline_facts(pipeline, facts);
            }
            Markup::Condition(condition) => self.condition_facts(condition, facts),
            Markup::Loop(Loop { collection, limit, offset, columns, .. }) => {
                let offset = match offset {
                    Some(Offset::At(expr)) => Some(expr),
                    _ => None,
                };
                let exprs = [Some(collection), limit.as_ref(), offset, columns.as_ref()];
                exprs.into_iter().flatten().for_each(|expr| self.facts(expr, facts));
            }
            Markup::Subject(expr) => self.facts(expr, facts),
            Markup::Alternatives(values) | Markup::Cycle { values, .. } => {
                values.iter().for_each(|value| self.facts(value, facts));
            }
            _ => {}
        }
    }

    fn condition_facts(&self, condition: &'a Condition, facts: &mut Vec<Fact>) {
        for comparison in condition.comparisons.iter().take(MOST_COMPARISONS) {
            self.facts(&comparison.left, facts);
            if let Some((_, _, right)) = &comparison.rest {
                self.facts(right, facts);
            }
        }
    }

    pub(super) fn pipeline_facts(&self, pipeline: &'a Pipeline, facts: &mut Vec<Fact>) {
        self.facts(&pipeline.subject, facts);
        for argument in pipeline.filters.iter().flat_map(|call| &call.arguments) {
            self.facts(&argument.value, facts);
        }
    }

    pub(super) fn facts(&self, expr: &'a Expr, facts: &mut Vec<Fact>) {
        match &expr.kind {
            ExprKind::Path(path) => facts.push(self.fact(expr, path)),
            ExprKind::Nested(pipeline) => self.pipeline_facts(pipeline, facts),
            ExprKind::Range(ends) => {
                self.facts(&ends.0, facts);
                self.facts(&ends.1, facts);
            }
            _ => {}
        }
    }

    pub(super) fn fact(&self, expr: &'a Expr, path: &'a Path) -> Fact {
        self.state.meter.unspent(|| {
            let value = self.path(path).map(crate::value::Val::into_value).unwrap_or_default();
            Fact {
                expression: self.label(expr.span, ""),
                value: shown(value.view()),
                origin: self.origin(expr),
                missing: self.missing_step(path),
            }
        })
    }

    /// The first step of a path that leads nowhere.
    fn missing_step(&self, path: &'a Path) -> Option<Missing> {
        let (value, key) = match &path.root {
            Root::Name(name) => (self.lookup(self.text(*name), path.root_guess()), *name),
            Root::Attribute(attribute) => {
                (self.attribute(attribute, path.root_guess()), attribute.name)
            }
            Root::Index(_) => return None,
        };
        let Some(value) = value else {
            let key = self.text(key).to_owned();
            return Some(Missing { key, kind: "a name", available: self.names_beside(path) });
        };
        let mut value = value.clone();
        for (index, segment) in path.segments.iter().enumerate() {
            let direct = index == 0 && matches!(path.root, Root::Attribute(_));
            let next = self
                .step(&value, segment, direct)
                .map(crate::value::Val::into_value)
                .unwrap_or_default();
            if matches!(next, Value::Nil) && !self.is_present(&value, segment) {
                return Some(missing(&value, self.key_text(segment)));
            }
            value = next;
        }
        None
    }

    /// The names that a path could start with in place of its own.
    fn names_beside(&self, path: &'a Path) -> Vec<String> {
        let names =
            |object: &Object| object.keys().take(MOST_NAMES).map(str::to_owned).collect::<Vec<_>>();
        match &path.root {
            Root::Name(_) => {
                let own = self.state.variables().map(|(name, _)| name.to_owned());
                own.take(MOST_NAMES).chain(names(&self.world.globals)).collect()
            }
            Root::Attribute(Attribute { id: Some(id), .. }) => match self.world.family(*id) {
                Value::Object(object) => names(object),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// Whether a field is there and holds `null`.
    fn is_present(&self, value: &Value, segment: &'a Segment) -> bool {
        match value {
            Value::Object(object) => object.get(&self.key_text(segment)).is_some(),
            // An item that is `null`.
            Value::Array(items) => {
                let Segment::Index { expr, .. } = segment else { return false };
                let index = self.expr(expr).ok().and_then(|index| match index.view() {
                    View::Int(index) => usize::try_from(index.unsigned_abs())
                        .ok()
                        .map(|size| if index < 0 { size.saturating_sub(1) } else { size }),
                    _ => None,
                });
                index.is_some_and(|index| index < items.len())
            }
            _ => false,
        }
    }

    fn key_text(&self, segment: &'a Segment) -> String {
        match segment {
            Segment::Field(span) | Segment::Attribute { name: span, .. } => {
                self.text(*span).to_owned()
            }
            Segment::Index { expr, .. } => {
                self.expr(expr).map(|key| name_of(key.view())).unwrap_or_default()
            }
        }
    }

    /// Where the value of an expression comes from.
    pub(super) fn origin(&self, expr: &'a Expr) -> Option<Origin> {
        self.state.meter.unspent(|| self.followed(expr))
    }

    fn followed(&self, expr: &'a Expr) -> Option<Origin> {
        let path = match &expr.kind {
            ExprKind::Path(path) => path,
            ExprKind::Nested(pipeline) if pipeline.filters.is_empty() => {
                return self.followed(&pipeline.subject);
            }
            _ => return None,
        };
        let mut origin = match &path.root {
            Root::Name(name) => {
                let word = self.text(*name);
                let known = match self.state.item_origin(word) {
                    // The loop computes its list, which therefore has no origin.
                    Some(item) => Some(item?),
                    None => self.state.variable_origin(word).cloned(),
                };
                known.unwrap_or_else(|| Origin::of(OriginSource::Globals).then(Step::key(word)))
            }
            Root::Attribute(attribute) => {
                let table = self.world.dialect.family_table(attribute.id?);
                let key = Step::key(self.text(attribute.name));
                Origin::of(OriginSource::Scenario(table)).then(key)
            }
            Root::Index(_) => return None,
        };
        for segment in &path.segments {
            let key = match segment {
                Segment::Index { expr, .. } => match self.expr(expr).ok()?.view() {
                    View::Int(index) => Step::Index(usize::try_from(index).ok()?),
                    other => Step::key(&name_of(other)),
                },
                other => Step::key(&self.key_text(other)),
            };
            origin = origin.then(key);
        }
        Some(origin)
    }
}

/// The name that a key is; a list or an object is none, and may be long to print.
fn name_of(key: View<'_>) -> String {
    match key {
        View::Array(_) | View::Object(_) => String::new(),
        key => key.to_str().into_owned(),
    }
}

fn missing(value: &Value, key: String) -> Missing {
    let available = match value {
        Value::Object(object) => object.keys().take(LISTED_NAMES).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    Missing { key, kind: value.view().kind(), available }
}

fn shown(view: View<'_>) -> String {
    let mut text = String::new();
    match view {
        View::Array(items) => text = format!("a list of {}", items.len()),
        View::Object(object) => text = format!("an object of {} fields", object.len()),
        // Long texts are cut before they are copied.
        View::Str(long) => {
            let end = long.char_indices().nth(SHOWN_CHARS + 1).map_or(long.len(), |(at, _)| at);
            inspect(View::Str(&long[..end]), &mut text);
        }
        other => inspect(other, &mut text),
    }
    if text.chars().count() > SHOWN_CHARS {
        text = text.chars().take(SHOWN_CHARS).collect();
        text.push('…');
    }
    text
}
