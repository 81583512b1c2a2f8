use super::Tag;
use crate::render::{Event, Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{BranchKind, Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Renders every `when` that lists the value, or else the `else`.
///
/// As in Ruby, a branch is rendered once for each of its alternatives that fits, and an `else`
/// looks at the branches before it alone.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "case",
        form: Form::Subject,
        body: Body::Cases,
        blank: Blank::AsBody,
    },
    render,
    effect: Effect::None,
    summary: "Renders every `when` that lists the value, or else the `else`.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Subject(subject) = &tag.markup else { return Ok(()) };
    let mut value = renderer.value(subject)?;
    let (mut matched, mut otherwise) = (false, false);
    for branch in &tag.branches {
        match &branch.markup {
            Markup::Alternatives(alternatives) => {
                for alternative in alternatives {
                    if renderer.matches(value.view(), alternative)? {
                        matched = true;
                        renderer.note(branch.open.start, Event::Branch);
                        renderer.body(&branch.body, out)?;
                        // Ruby asks anew for each alternative: a branch may have set it.
                        value = renderer.value(subject)?;
                    }
                }
            }
            _ if branch.kind == BranchKind::Else && !matched => {
                otherwise = true;
                renderer.note(branch.open.start, Event::Branch);
                renderer.body(&branch.body, out)?;
            }
            _ => {}
        }
    }
    if !matched && !otherwise {
        renderer.note(tag.span.start, Event::NoBranch);
        renderer.mark_left_out(tag, out);
    }
    Ok(())
}
