use super::Tag;
use crate::render::{Exit, Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Starts the next iteration of the loop.
pub static TAG: Tag = Tag {
    syntax: TagSyntax { name: "continue", form: Form::None, body: Body::None, blank: Blank::Never },
    render,
    effect: Effect::Continues,
    summary: "Starts the next iteration of the loop.",
};

fn render<'a>(_renderer: &mut Renderer<'a>, _tag: &'a Node, _out: &mut String) -> Flow {
    Err(Exit::Continue)
}
