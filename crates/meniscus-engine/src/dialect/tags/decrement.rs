use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::print;

/// Subtracts one from a counter, then prints it.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "decrement",
        form: Form::CounterTarget,
        body: Body::None,
        blank: Blank::Never,
    },
    render,
    effect: Effect::Counts,
    summary: "Subtracts one from a counter, then prints it.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    if let Markup::Target(name) = &tag.markup {
        let (_, after) = renderer.count(renderer.text(*name), -1, tag.open)?;
        print(after.view(), out);
    }
    Ok(())
}
