use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Renders its body where the condition does not hold; `elsif` and `else` are as in `if`.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "unless",
        form: Form::Condition,
        body: Body::Branches,
        blank: Blank::AsBody,
    },
    render,
    effect: Effect::None,
    summary: "Renders its body where the condition does not hold; `elsif` and `else` are as in `if`.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    super::if_::if_branches(renderer, tag, false, out)
}
