use super::{Tag, first_word};
use super::{missing_entry, table};
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::print;

/// Prints the URL of a landing page.
///
/// URLs come from the scenario's `[landing_pages]` (reference 2.7).
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "landing_page_url",
        form: Form::WordsAndOptions,
        body: Body::None,
        blank: Blank::Never,
    },
    render,
    effect: Effect::None,
    summary: "Prints the URL of a landing page.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Options(options) = &tag.markup else { return Ok(()) };
    let id = first_word(renderer, options)?;
    let url = table(renderer, "landing_pages", &id);
    if url.view().is_nil() {
        missing_entry(renderer, tag, "landing_pages", &id, "a URL");
    }
    renderer.read(url.view(), tag.open)?;
    print(url.view(), out);
    Ok(())
}
