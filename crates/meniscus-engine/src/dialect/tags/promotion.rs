use super::Tag;
use super::table;
use crate::diagnostic::Severity;
use crate::render::{AbortKind, Flow, Renderer};
use crate::semantics::Effect;
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::View;

/// Prints a code from a promotion list.
///
/// The same list gives the same code within a message; an empty list cancels the message
/// (reference 2.5). The codes come from the scenario's `[promotions]`.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "promotion",
        form: Form::Call,
        body: Body::None,
        blank: Blank::Never,
    },
    render,
    effect: Effect::None,
    summary: "Prints a code from a promotion list.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, out: &mut String) -> Flow {
    let Markup::Call { arguments, .. } = &tag.markup else { return Ok(()) };
    let Some(list) = arguments.first() else {
        let diagnostic = renderer
            .diagnostic(
                "promotion",
                Severity::Error,
                tag.open,
                "`promotion` names no promotion list",
            )
            .help("write `{% promotion('list') %}`");
        renderer.say(diagnostic);
        return Ok(());
    };
    let name = renderer.value_to_read(list)?.view().to_str().into_owned();
    if let Some(code) = renderer.state.rare().promotions.get(&name) {
        out.push_str(code);
        return Ok(());
    }
    let codes = table(renderer, "promotions", &name);
    match codes.view() {
        View::Array(codes) if codes.is_empty() => Err(renderer.abort(
            AbortKind::NoPromotionCode,
            format!("the promotion list `{name}` is empty"),
            tag.open,
        )),
        View::Nil => {
            let message = format!("the scenario has no promotion list `{name}`");
            let diagnostic = renderer
                .diagnostic("promotion", Severity::Error, list.span, message)
                .label("renders as blank")
                .help(format!("add `[promotions]` with `\"{name}\" = [\"CODE\"]` to the scenario"));
            renderer.say(diagnostic);
            Ok(())
        }
        codes => {
            let code = match codes {
                View::Array(codes) => codes[0].view().to_str().into_owned(),
                other => other.to_str().into_owned(),
            };
            out.push_str(&code);
            renderer.state.rare().promotions.insert(name, code);
            Ok(())
        }
    }
}
