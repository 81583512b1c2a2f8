use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::print;

/// Prints a counter, then adds one.
///
/// Counters stand beside the variables of `assign`: one hides the other, neither changes it.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "increment",
        form: Form::CounterTarget,
        body: Body::None,
        blank: Blank::Never,
    },
    render,
    effect: Effect::Counts,
    summary: "Prints a counter, then adds one.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    if let Markup::Target(name) = &tag.markup {
        let (before, _) = renderer.count(renderer.text(*name), 1, tag.open)?;
        print(before.view(), out);
    }
    Ok(())
}
