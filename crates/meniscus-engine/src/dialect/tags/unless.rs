use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Renders its body if the condition is false; `elsif` and `else` work as in `if`.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "unless",
        form: Form::Condition,
        body: Body::Branches,
        blank: Blank::AsBody,
    },
    render,
    effect: Effect::None,
    summary: "Renders its body if the condition is false; `elsif` and `else` work as in `if`.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    super::if_::if_branches(renderer, tag, false, out)
}
