use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Sets a variable.
///
/// The variable lives to the end of the part, loops or not; filters are allowed, operators are not
/// (reference 2.8).
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "assign",
        form: Form::Assign,
        body: Body::None,
        blank: Blank::Always,
    },
    render,
    effect: Effect::None,
    summary: "Sets a variable.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, _out: &mut String) -> Flow {
    if let Markup::Assign { target, value } = &tag.markup {
        let name = renderer.text(*target);
        let assigned = renderer.evaluate(value)?;
        renderer.assign(name, assigned, *target, Some(value));
    }
    Ok(())
}
