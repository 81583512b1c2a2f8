use std::sync::Arc;

use crate::analyze::{Model, TagUse};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Markup, Node, Tag};
use crate::text::{Source, Span};

rule! {
    /// Codes from two promotion lists in branches of one condition.
    ///
    /// ## What it does
    ///
    /// Reports a promotion code in one branch and a code from another list in another branch of the
    /// same condition.
    ///
    /// ## Why it matters
    ///
    /// Braze takes a code from every list that the message mentions, whichever branch is taken.
    /// Every message that is sent wastes one of the two codes.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} %}
    /// Your code: {% promotion('members') %}
    /// {% else %}
    /// Your code: {% promotion('guests') %}
    /// {% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// Your code: {% promotion('spring') %}
    /// {% if custom_attribute.${is_member} %}It is worth twice as much to members.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `promotion` (reference, section 2.5).
    name: "promotion-in-branches", level: Warn, check: Check::Message(check),
}

/// A `promotion` tag with its branch, its list, and the text inside its braces.
struct Found<'a> {
    branch: usize,
    list: &'a str,
    span: Span,
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        if !model.tags.iter().any(|tag| tag.name == "promotion") {
            continue;
        }
        let mut said: Vec<(Arc<Source>, Span)> = Vec::new();
        for tag in &model.tags {
            if matches!(tag.tag.markup, Markup::Condition(_) | Markup::Subject(_)) {
                condition(model, tag, &mut said, findings);
            }
        }
    }
}

fn condition(
    model: &Model<'_>,
    tag: &TagUse<'_>,
    said: &mut Vec<(Arc<Source>, Span)>,
    findings: &mut Findings<'_>,
) {
    let source = tag.at.source;
    let mut found = Vec::new();
    for (branch, part) in tag.tag.branches.iter().enumerate() {
        collect(&part.body, source, branch, &mut found);
    }
    for (index, one) in found.iter().enumerate() {
        let other = found[..index]
            .iter()
            .find(|other| other.branch != one.branch && other.list != one.list);
        let Some(other) = other else { continue };
        if said.iter().any(|(known, span)| Arc::ptr_eq(known, source) && *span == one.span) {
            continue;
        }
        said.push((Arc::clone(source), one.span));
        let message = format!(
            "every message takes a code from both `{}` and `{}`, whichever branch is taken",
            other.list, one.list
        );
        findings
            .report(model, tag.at.at(one.span), message)
            .related(tag.at.at(other.span), "the other list")
            .help("use one list for all, or write two messages");
    }
}

fn collect<'a>(nodes: &'a [Node], source: &'a Source, branch: usize, found: &mut Vec<Found<'a>>) {
    for node in nodes {
        let Node::Tag(tag) = node else { continue };
        if source.slice(tag.name) == "promotion" {
            if let Some(list) = list_of(tag, source) {
                found.push(Found { branch, list, span: inner(tag, source) });
            }
            continue;
        }
        for part in &tag.branches {
            collect(&part.body, source, branch, found);
        }
    }
}

/// Returns the list, if it is a literal.
fn list_of<'a>(tag: &Tag, source: &'a Source) -> Option<&'a str> {
    let Markup::Call { arguments, .. } = &tag.markup else { return None };
    match arguments.first()?.kind {
        crate::syntax::ast::ExprKind::Str(span) => Some(source.slice(span)),
        _ => None,
    }
}

/// Returns the tag without its delimiters.
pub(super) fn inner(tag: &Tag, source: &Source) -> Span {
    let end = match &tag.markup {
        Markup::Call { span, .. } => span.start as usize + source.slice(*span).trim_end().len(),
        _ => tag.name.end as usize,
    };
    Span::new(tag.name.start as usize, end.max(tag.name.end as usize))
}
