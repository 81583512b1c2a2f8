use super::Tag;
use crate::render::{Event, Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Prints its body if it differs from what the last `ifchanged` printed.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "ifchanged",
        form: Form::None,
        body: Body::Nodes,
        blank: Blank::AsBody,
    },
    render,
    effect: Effect::None,
    summary: "Prints its body if it differs from what the last `ifchanged` printed.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let mut text = String::new();
    let start = renderer.begin_text();
    let mut flow = Ok(());
    for branch in &tag.branches {
        flow = renderer.body(&branch.body, &mut text);
    }
    let changed = renderer.state.last_changed.as_deref() != Some(&*text);
    renderer.note(tag.span.start, if changed { Event::Changed } else { Event::Repeated });
    if changed {
        renderer.put_text(start, &text, out);
        renderer.state.last_changed = Some(text);
    }
    flow
}
