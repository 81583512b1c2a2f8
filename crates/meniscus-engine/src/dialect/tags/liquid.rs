use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Renders tags written one per line, without braces.
pub static TAG: Tag = Tag {
    syntax: TagSyntax { name: "liquid", form: Form::None, body: Body::Lines, blank: Blank::AsBody },
    render,
    effect: Effect::None,
    summary: "Renders tags written one per line, without braces.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    for branch in &tag.branches {
        renderer.body(&branch.body, out)?;
    }
    Ok(())
}
