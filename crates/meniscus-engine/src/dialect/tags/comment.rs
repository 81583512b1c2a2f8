use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Renders as blank; Liquid ignores its body.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "comment",
        form: Form::Ignored,
        body: Body::Skipped,
        blank: Blank::Always,
    },
    render,
    effect: Effect::Skips,
    summary: "Renders as blank; Liquid ignores its body.",
};

fn render<'a>(_renderer: &mut Renderer<'a>, _tag: &'a Node, _out: &mut String) -> Flow {
    Ok(())
}
