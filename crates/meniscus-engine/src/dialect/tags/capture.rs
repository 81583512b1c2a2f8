use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Sets a variable to the output of its body.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "capture",
        form: Form::CaptureTarget,
        body: Body::Nodes,
        blank: Blank::Always,
    },
    render,
    effect: Effect::Captures,
    summary: "Sets a variable to the output of its body.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, _out: &mut String) -> Flow {
    if let Markup::Target(target) = &tag.markup {
        let mut text = String::new();
        let start = renderer.begin_text();
        let mut flow = Ok(());
        for branch in &tag.branches {
            flow = renderer.body(&branch.body, &mut text);
        }
        // What was printed up to a `break` is kept, as in Ruby.
        let name = renderer.text(*target);
        renderer.captured(start, name, &mut text, *target);
        return flow;
    }
    Ok(())
}
