use super::Tag;
use crate::diagnostic::Severity;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Adds a key and a value to the send event; renders as blank.
///
/// Reference 2.3.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "message_extras",
        form: Form::WordsAndOptions,
        body: Body::None,
        blank: Blank::Never,
    },
    render,
    effect: Effect::None,
    summary: "Adds a key and a value to the send event; renders as blank.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, _out: &mut String) -> Flow {
    let Markup::Options(options) = &tag.markup else { return Ok(()) };
    let mut given = Vec::new();
    for option in &options.options {
        let value = match &option.value {
            Some(value) => renderer.interpolate(value)?.trim().to_owned(),
            None => String::new(),
        };
        given.push((renderer.text(option.name), value));
    }
    match &given[..] {
        [("key", key), ("value", value)] if options.words.is_empty() => {
            // The first of equal keys wins.
            renderer.state.rare().extras.entry(key.clone()).or_insert_with(|| value.clone());
        }
        _ => {
            let message = "`message_extras` needs `:key` followed by `:value`";
            let diagnostic = renderer
                .diagnostic("message-extras", Severity::Warning, tag.open, message)
                .label("adds nothing")
                .help("write `{% message_extras :key NAME :value TEXT %}`");
            renderer.say(diagnostic);
        }
    }
    Ok(())
}
