use std::sync::Arc;

use crate::analyze::{Model, Site};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::subject::Subject;
use crate::syntax::Template;
use crate::syntax::ast::Node;
use crate::text::{Source, Span};

/// Returns the templates of a message: its parts, then the content blocks they include, without
/// duplicates.
pub(in crate::rules) fn templates<'s>(subject: &'s Subject<'_>) -> Vec<&'s Template> {
    let mut found = subject.parts.iter().map(|part| part.template).collect::<Vec<_>>();
    for inclusion in subject.models().flat_map(|model| &model.inclusions) {
        let Some(block) = subject.known.blocks.get(inclusion.name) else { continue };
        let template: &Template = &block.template;
        if !found.iter().any(|one| Arc::ptr_eq(&one.source, &template.source)) {
            found.push(template);
        }
    }
    found
}

/// Whether there is a syntax error in a span, so that its tree is a guess.
pub(in crate::rules) fn is_garbled(subject: &Subject<'_>, model: &Model<'_>, at: Site<'_>) -> bool {
    let severe = |found: &Diagnostic| {
        let span = found.primary.span;
        found.severity == Severity::Error && span.start <= at.span.end && at.span.start <= span.end
    };
    if at.via.is_none() {
        return model.template.diagnostics.iter().any(severe);
    }
    let blocks = subject.known.blocks.values();
    let mut templates = blocks.map(|block| &block.template);
    let own = templates.find(|template| Arc::ptr_eq(&template.source, at.source));
    own.is_some_and(|template| template.diagnostics.iter().any(severe))
}

/// Whether nodes abort the message themselves, and not in a branch.
pub(in crate::rules) fn aborts(nodes: &[Node], source: &Source) -> bool {
    nodes
        .iter()
        .any(|node| matches!(node, Node::Tag(tag) if source.slice(tag.name) == "abort_message"))
}

/// Collects the texts of a template that may be printed: those of comments never are.
pub(in crate::rules) fn texts_of(nodes: &[Node], source: &Source, texts: &mut Vec<Span>) {
    for node in nodes {
        match node {
            Node::Text(text) => texts.push(text.span),
            Node::Tag(tag) if !matches!(source.slice(tag.name), "comment" | "doc") => {
                tag.branches.iter().for_each(|branch| texts_of(&branch.body, source, texts));
            }
            _ => {}
        }
    }
}
