use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Prints a value; replaces `{{ }}` inside `liquid`.
pub static TAG: Tag = Tag {
    syntax: TagSyntax { name: "echo", form: Form::Pipeline, body: Body::None, blank: Blank::Never },
    render,
    effect: Effect::None,
    summary: "Prints a value; replaces `{{ }}` inside `liquid`.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    if let Markup::Pipeline(pipeline) = &tag.markup {
        renderer.print_output(pipeline, tag.span, out)?;
    }
    Ok(())
}
