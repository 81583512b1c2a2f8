use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Prints its body as written, without rendering Liquid.
pub static TAG: Tag = Tag {
    syntax: TagSyntax { name: "raw", form: Form::None, body: Body::Verbatim, blank: Blank::AsBody },
    render,
    effect: Effect::Skips,
    summary: "Prints its body as written, without rendering Liquid.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    for branch in &tag.branches {
        renderer.body(&branch.body, out)?;
    }
    Ok(())
}
