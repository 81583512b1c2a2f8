use super::Tag;
use crate::render::{AbortKind, Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Aborts the message, which isn't sent.
///
/// The reason is a static text; without one Braze logs its own (reference 2.2).
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "abort_message",
        form: Form::Call,
        body: Body::None,
        blank: Blank::Never,
    },
    render,
    effect: Effect::Stops,
    summary: "Aborts the message, which isn't sent.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, _out: &mut String) -> Flow {
    let Markup::Call { arguments, .. } = &tag.markup else { return Ok(()) };
    let reason = match arguments.first() {
        Some(given) => renderer.value_to_read(given)?.view().to_str().into_owned(),
        None => "{% abort_message %} called".to_owned(),
    };
    Err(renderer.abort(AbortKind::AbortMessage, reason, tag.open))
}
