use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Prints nothing: a comment in one tag.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "#",
        form: Form::InlineComment,
        body: Body::None,
        blank: Blank::Always,
    },
    render,
    effect: Effect::Skips,
    summary: "Prints nothing: a comment in one tag.",
};

fn render<'a>(_renderer: &mut Renderer<'a>, _tag: &'a Node, _out: &mut String) -> Flow {
    Ok(())
}
