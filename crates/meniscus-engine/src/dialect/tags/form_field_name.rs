use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Prints the name of a form field on a preference center page.
///
/// `:subscription_group ID` names the field of a subscription group, `:email_global_state` that of
/// the customer's consent to email. Braze makes the names up; here it is the option and the id
/// (`unverified`, reference 12).
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "form_field_name",
        form: Form::WordsAndOptions,
        body: Body::None,
        blank: Blank::Never,
    },
    render,
    effect: Effect::None,
    summary: "Prints the name of a form field on a preference center page.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Options(options) = &tag.markup else { return Ok(()) };
    for option in &options.options {
        out.push_str(renderer.template.source.slice(option.name));
        if let Some(value) = &option.value {
            let id = renderer.interpolate(value)?;
            out.push('_');
            out.push_str(id.trim());
        }
    }
    Ok(())
}
