use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Documents the template; renders as blank.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "doc",
        form: Form::None,
        body: Body::Documentation,
        blank: Blank::Always,
    },
    render,
    effect: Effect::Skips,
    summary: "Documents the template; renders as blank.",
};

fn render<'a>(_renderer: &mut Renderer<'a>, _tag: &'a Node, _out: &mut String) -> Flow {
    Ok(())
}
