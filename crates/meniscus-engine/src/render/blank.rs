//! Places that print nothing although a value was asked for: recorded with the source map only.

use std::sync::Arc;

use super::outcome::{Call, CallResult};
use super::renderer::Renderer;
use super::source_map::MarkKind;
use super::trace::Fact;
use crate::syntax::ast::{
    Condition, Expr, ExprKind, Loop, Markup, Node, Path, Pipeline, Root, Tag,
};
use crate::text::Span;

/// Blanks with values of their own; later ones share those of the last blank of the same markup.
const MAX_EXPLAINED: usize = 1_000;

/// Whether nothing came of a call.
pub(super) fn has_failed(call: &Call) -> bool {
    call.saved_as.is_none()
        && match &call.result {
            CallResult::Answered { note, .. } => note.is_some(),
            CallResult::Cached { .. } => false,
            CallResult::Unanswered(_) | CallResult::Refused(_) => true,
        }
}

impl<'a> Renderer<'a> {
    /// Records that an output printed nothing, unless the template asks for that.
    pub(super) fn mark_blank(&mut self, pipeline: &'a Pipeline, at: Span, out: &String) {
        if self.is_meant(pipeline) {
            return;
        }
        let facts = self.facts_at(at, |renderer, facts| renderer.pipeline_facts(pipeline, facts));
        // Literals alone ask for nothing.
        if !facts.is_empty() {
            let mut origins = Vec::new();
            self.origins_of(pipeline, &mut origins);
            self.mark_nothing(at, out, MarkKind::Blank(facts), origins);
        }
    }

    /// Whether nothing is to be printed, or something else when the message is sent: after
    /// `default: ''`, for a content block, which may only set variables, and where the sender fills
    /// in a value.
    pub(super) fn is_meant(&self, pipeline: &'a Pipeline) -> bool {
        let dialect = self.world.dialect;
        let is_known = match &pipeline.subject.kind {
            ExprKind::Path(Path { root: Root::Attribute(attribute), .. }) => {
                attribute.id.is_some_and(|id| {
                    let name = self.text(attribute.name);
                    (dialect.is_block_family(id) && self.world.blocks.contains_key(name))
                        || dialect.is_filled_in(id, name)
                })
            }
            _ => false,
        };
        let is_literal =
            |expr: &Expr| !matches!(expr.kind, ExprKind::Path(_) | ExprKind::Nested(_));
        is_known
            || pipeline.filters.iter().any(|call| {
                let name = call.filter.map(|id| dialect.filter_definition(id).name);
                let fallback = call.arguments.first();
                name == Some("default") && fallback.is_some_and(|value| is_literal(&value.value))
            })
    }

    /// Records that a call whose response belongs into the text printed nothing, if it failed.
    pub(super) fn mark_silent_call(&mut self, tag: &'a Tag, call: usize, out: &String) {
        let Markup::Options(markup) = &tag.markup else { return };
        let saves = markup.options.iter().any(|option| self.text(option.name) == "save");
        if self.state.calls.get(call).is_some_and(has_failed) && !saves {
            let origin = super::Origin::of(super::OriginSource::Call(call));
            self.mark_nothing(tag.span, out, MarkKind::Blank(Arc::default()), vec![origin]);
        }
    }

    /// Records that no branch of a tag applied, or that a loop has no item, where the tag would
    /// print something otherwise.
    pub(crate) fn mark_left_out(&mut self, tag: &'a Tag, out: &String) {
        self.state.silent |= matches!(tag.markup, Markup::Loop(_));
        let is_seen = || tag.branches.iter().any(|branch| prints(&branch.body, self.source));
        if self.state.mapping.is_none() || !is_seen() {
            return;
        }
        let span = match &tag.markup {
            Markup::Loop(Loop { collection, .. }) => collection.span,
            Markup::Condition(Condition { span, .. }) => *span,
            Markup::Subject(subject) => subject.span,
            _ => return,
        };
        let facts = self.facts_at(span, |renderer, facts| match &tag.markup {
            Markup::Loop(Loop { collection, .. }) => renderer.facts(collection, facts),
            _ => {
                let branches = tag.branches.iter().map(|branch| &branch.markup);
                for markup in std::iter::once(&tag.markup).chain(branches) {
                    renderer.markup_facts(markup, facts);
                }
            }
        });
        let kind = match &tag.markup {
            Markup::Loop(_) => MarkKind::EmptyLoop(facts),
            _ => MarkKind::LeftOut(facts),
        };
        self.mark_nothing(span, out, kind, Vec::new());
    }

    /// Returns the values that took part, from an earlier place once there are many.
    fn facts_at(&mut self, at: Span, gather: impl FnOnce(&Self, &mut Vec<Fact>)) -> Arc<[Fact]> {
        let key = (Arc::as_ptr(&self.template.source) as usize, at);
        let Some(mapping) = &self.state.mapping else { return Arc::default() };
        if mapping.explained >= MAX_EXPLAINED
            && let Some(facts) = mapping.facts.get(&key)
        {
            return Arc::clone(facts);
        }
        let mut facts = Vec::new();
        gather(self, &mut facts);
        let facts: Arc<[Fact]> = facts.into();
        if let Some(mapping) = &mut self.state.mapping {
            mapping.explained += 1;
            mapping.facts.insert(key, Arc::clone(&facts));
        }
        facts
    }
}

/// Whether nodes print something other than white space: an `if` around `abort_message` leaves
/// nothing out.
fn prints(nodes: &[Node], source: &str) -> bool {
    nodes.iter().any(|node| match node {
        Node::Text(text) => {
            let span = text.printed;
            let text = source.get(span.start as usize..span.end as usize).unwrap_or_default();
            !text.trim().is_empty()
        }
        Node::Output(_) => true,
        Node::Tag(tag) => {
            matches!(tag.markup, Markup::Pipeline(_))
                || (!tag.blank && tag.branches.iter().any(|branch| prints(&branch.body, source)))
        }
        Node::HtmlComment(_) | Node::Error(_) => false,
    })
}
