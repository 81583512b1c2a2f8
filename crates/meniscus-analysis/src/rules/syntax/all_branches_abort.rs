use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::semantics::{Effect, Semantics};
use crate::syntax::ast::{BranchKind, Markup, Node};

rule! {
    /// A template that always aborts the message.
    ///
    /// ## What it does
    ///
    /// Reports a template in which every branch ends in `abort_message`, or in which one
    /// `abort_message` is outside all conditions. A content block isn't checked on its own: the
    /// template that includes it may have the condition.
    ///
    /// ## Why it matters
    ///
    /// Nobody ever gets the message, and no error says so.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${is_member} %}{% abort_message('member') %}{% else %}{% abort_message('no member') %}{% endif %}
    /// Become a member.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${is_member} %}{% abort_message('member') %}{% endif %}
    /// Become a member.
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `abort_message` (reference, sections 2.2 and 7.3).
    name: "all-branches-abort", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    // A block may exist just for this; its includer has the condition.
    if subject.is_block {
        return;
    }
    let semantics = subject.known.semantics();
    for part in subject.parts.iter().filter(|part| part.model.always_stops) {
        if part.template.refused {
            continue;
        }
        let source = &part.template.source;
        let stops = part.template.nodes.iter().find(|node| always_stops(node, semantics));
        let span = match stops {
            Some(Node::Tag(tag)) => tag.open,
            Some(node) => node.span(),
            // The abort is in a content block.
            None => match part.model.inclusions.iter().find(|one| one.depth == 1) {
                Some(inclusion) => inclusion.at.span,
                None => continue,
            },
        };
        let message = match stops {
            Some(Node::Tag(tag)) if !tag.branches.is_empty() => {
                "every branch aborts the message, so it is never sent"
            }
            _ => "the message is always aborted, so it is never sent",
        };
        findings
            .report_in(source, span, message)
            .help("put the abort inside an `if`, or add a branch that sends the message");
    }
}

/// Whether every path through a node ends in an abort.
fn always_stops(node: &Node, semantics: &dyn Semantics) -> bool {
    let Node::Tag(tag) = node else { return false };
    let all = |nodes: &[Node]| nodes.iter().any(|node| always_stops(node, semantics));
    if semantics.effect(tag.id) == Effect::Stops {
        return true;
    }
    match tag.markup {
        Markup::Condition(_) | Markup::Subject(_) => {
            let has_else = tag.branches.iter().any(|branch| branch.kind == BranchKind::Else);
            has_else && tag.own_branches().all(|branch| all(&branch.body))
        }
        Markup::Loop(_) => false,
        _ => {
            semantics.effect(tag.id) != Effect::Skips
                && tag.branches.iter().any(|branch| all(&branch.body))
        }
    }
}
