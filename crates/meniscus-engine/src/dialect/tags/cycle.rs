use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{ExprKind, Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::{View, inspect, print};

/// Prints one of its values each time it is reached, in turn.
///
/// Tags with the same group, or without one and with the same values, share their turn.
pub static TAG: Tag = Tag {
    syntax: TagSyntax { name: "cycle", form: Form::Cycle, body: Body::None, blank: Blank::Never },
    render,
    effect: Effect::None,
    summary: "Prints one of its values each time it is reached, in turn.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Cycle { group, text, values } = &tag.markup else { return Ok(()) };
    let key = match group {
        Some(group) => {
            let mut key = String::from("group ");
            let value = renderer.value_to_read(group)?;
            inspect(value.view(), &mut key);
            key
        }
        // What Ruby makes of a variable's place is another for each tag.
        None if values
            .iter()
            .any(|value| matches!(value.kind, ExprKind::Path(_) | ExprKind::Range(_))) =>
        {
            format!("tag {} {}", renderer.template.source.name(), text.start)
        }
        None => {
            let values = renderer.text(*text);
            renderer.read(View::Str(values), *text)?;
            format!("values {values}")
        }
    };
    let turn = renderer.state.rare().cycles.get(&key).copied().unwrap_or(0);
    if let Some(value) = values.get(turn) {
        let given = renderer.value_to_read(value)?;
        print(given.view(), out);
    }
    let next = if turn + 1 >= values.len() { 0 } else { turn + 1 };
    renderer.state.rare().cycles.insert(key, next);
    Ok(())
}
