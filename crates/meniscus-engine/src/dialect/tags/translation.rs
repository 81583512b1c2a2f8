use super::table;
use super::{Tag, first_word};
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::View;

/// Prints the translation of its body, or the body if there is no translation.
///
/// Translations of the recipient's locale come from the scenario's `[translations]`; one that is
/// missing falls back to the body (reference 2.6).
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "translation",
        form: Form::WordsAndOptions,
        body: Body::Nodes,
        blank: Blank::Never,
    },
    render,
    effect: Effect::None,
    summary: "Prints the translation of its body, or the body if there is no translation.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Options(options) = &tag.markup else { return Ok(()) };
    let id = first_word(renderer, options)?;
    if let View::Str(text) = table(renderer, "translations", &id).view() {
        renderer.count_built(text.len());
        out.push_str(text);
        return Ok(());
    }
    for branch in &tag.branches {
        renderer.body(&branch.body, out)?;
    }
    Ok(())
}
