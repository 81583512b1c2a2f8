use super::{Tag, words};
use super::{missing_entry, rerendered, table};
use crate::diagnostic::Severity;
use crate::render::{Flow, Renderer};
use crate::semantics::{Effect, Sets};
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::{Value, View};

/// Sets `items` to the catalog items with the given IDs.
///
/// Unknown items are left out, so `items` may be empty. With `:rerender`, Liquid in the texts of an
/// item is rendered, one level deep; without, it is printed as it stands (reference 2.4). Catalogs come
/// from the scenario: `[[catalogs.NAME.items]]` with an `id` each.
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "catalog_items",
        form: Form::WordsAndOptions,
        body: Body::None,
        blank: Blank::Always,
    },
    render,
    effect: Effect::Sets("items", Sets::CatalogItems),
    summary: "Sets `items` to the catalog items with the given IDs.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, _out: &mut String) -> Flow {
    let Markup::Options(options) = &tag.markup else { return Ok(()) };
    let words = words(renderer, options)?;
    let rerender = options.options.iter().any(|option| renderer.text(option.name) == "rerender");
    let Some((catalog, ids)) = words.split_first() else {
        let diagnostic = renderer
            .diagnostic("catalog", Severity::Error, tag.open, "`catalog_items` names no catalog")
            .help("write `{% catalog_items NAME ID %}`");
        renderer.say(diagnostic);
        return Ok(());
    };
    set_items(renderer, tag, catalog, ids, rerender)
}

/// Sets `items` to those of a catalog that have these ids, in the order of the ids.
pub(super) fn set_items<'a>(
    renderer: &mut Renderer<'a>,
    tag: &'a Node,
    catalog: &str,
    ids: &[String],
    rerender: bool,
) -> Flow {
    if renderer.state.rerendering {
        let diagnostic = renderer
            .diagnostic(
                "catalog-in-rerender",
                Severity::Warning,
                tag.open,
                "Braze doesn't run catalog tags in re-rendered text",
            )
            .help("move the catalog tag to the message itself");
        renderer.say(diagnostic);
        return Ok(());
    }
    let table = table(renderer, "catalogs", catalog);
    if table.view().is_nil() {
        missing_entry(renderer, tag, "catalogs", catalog, "`items`, each with an `id`");
    }
    let all = match table.view() {
        View::Object(object) => object.get("items").cloned().unwrap_or_default(),
        _ => Value::Nil,
    };
    let mut items = Vec::new();
    if let View::Array(all) = all.view() {
        for id in ids {
            // Each item's id is looked at.
            renderer.count_built(all.len().saturating_mul(64));
            items.extend(all.iter().find(|item| has_id(item, id)).cloned());
        }
    }
    if rerender {
        for item in &mut items {
            *item = rerendered_item(renderer, tag, item)?;
        }
    }
    renderer.assign("items", Value::array(items), tag.open, None);
    Ok(())
}

fn has_id(item: &Value, id: &str) -> bool {
    matches!(item.view(), View::Object(object) if object.get("id").is_some_and(|value| value.view().to_str() == id))
}

fn rerendered_item<'a>(
    renderer: &mut Renderer<'a>,
    tag: &'a Node,
    item: &Value,
) -> Result<Value, crate::render::Exit> {
    let View::Object(object) = item.view() else { return Ok(item.clone()) };
    let mut fresh = (**object).clone();
    let names = object.keys().map(str::to_owned).collect::<Vec<_>>();
    for name in names {
        if let Some(slot) = fresh.get_mut(&name)
            && let View::Str(text) = slot.view()
            && text.contains('{')
        {
            *slot = Value::from(rerendered(renderer, tag, "catalog item", text)?);
        }
    }
    Ok(Value::from(fresh))
}
