use super::catalog_items::set_items;
use super::table;
use super::{Tag, words};
use crate::diagnostic::Severity;
use crate::render::{Flow, Renderer};
use crate::semantics::{Effect, Sets};
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::{Value, View};

/// Sets `items` to the items of a catalog selection.
///
/// At most 50 items (reference 2.4). Selections come from the scenario:
/// `[catalogs.NAME.selections]` with `name = ["id", …]`.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "catalog_selection_items",
        form: Form::WordsAndOptions,
        body: Body::None,
        blank: Blank::Always,
    },
    render,
    effect: Effect::Sets("items", Sets::CatalogItems),
    summary: "Sets `items` to the items of a catalog selection.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, _out: &mut String) -> Flow {
    let Markup::Options(options) = &tag.markup else { return Ok(()) };
    let words = words(renderer, options)?;
    let rerender = options.options.iter().any(|option| renderer.text(option.name) == "rerender");
    let [catalog, selection, ..] = &words[..] else {
        let diagnostic = renderer
            .diagnostic(
                "catalog",
                Severity::Error,
                tag.open,
                "`catalog_selection_items` needs a catalog and a selection",
            )
            .help("write `{% catalog_selection_items CATALOG SELECTION %}`");
        renderer.say(diagnostic);
        return Ok(());
    };
    let ids = match table(renderer, "catalogs", catalog).view() {
        View::Object(object) => match object.get("selections").map(Value::view) {
            Some(View::Object(selections)) => {
                selections.get(selection).cloned().unwrap_or_default()
            }
            _ => Value::Nil,
        },
        _ => Value::Nil,
    };
    let ids = match ids.view() {
        View::Array(ids) => {
            ids.iter().take(MOST_ITEMS).map(|id| id.view().to_str().into_owned()).collect()
        }
        _ => Vec::new(),
    };
    set_items(renderer, tag, catalog, &ids, rerender)
}

/// What a selection gives at most.
const MOST_ITEMS: usize = 50;
