use super::Tag;
use crate::render::{Event, Exit, ExplanationKind, Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{BranchKind, Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Renders the first branch whose condition is true.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "if",
        form: Form::Condition,
        body: Body::Branches,
        blank: Blank::AsBody,
    },
    render,
    effect: Effect::None,
    summary: "Renders the first branch whose condition is true.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    if_branches(renderer, tag, true, out)
}

/// Renders the first branch that applies; `unless` asks its first condition the other way round.
pub(super) fn if_branches<'a>(
    renderer: &mut Renderer<'a>,
    tag: &'a Node,
    wanted: bool,
    out: &mut String,
) -> Flow {
    for branch in &tag.branches {
        let applies = match (branch.kind, &tag.markup, &branch.markup) {
            (BranchKind::Main, Markup::Condition(condition), _) => {
                renderer.condition(condition)? == wanted
            }
            (BranchKind::Elsif, _, Markup::Condition(condition)) => {
                renderer.note(branch.open.start, Event::Node);
                renderer.condition(condition)?
            }
            (BranchKind::Else, ..) => true,
            _ => false,
        };
        if applies {
            renderer.note(branch.open.start, Event::Branch);
            let flow = renderer.body(&branch.body, out);
            let condition = match branch.kind {
                BranchKind::Main => &tag.markup,
                _ => &branch.markup,
            };
            if let (Err(Exit::Abort), Markup::Condition(condition)) = (&flow, condition) {
                renderer.explain_condition(ExplanationKind::AbortBranch, condition);
            }
            return flow;
        }
    }
    renderer.note(tag.span.start, Event::NoBranch);
    renderer.mark_left_out(tag, out);
    Ok(())
}
