use super::Tag;
use crate::render::{Flow, Renderer};
use crate::semantics::{Effect, Sets};
use crate::syntax::ast::Tag as Node;
use crate::syntax::{Blank, Body, Form, TagSyntax};
use crate::value::{Object, Value};

/// Sets `shopify_market` to the customer's market.
///
/// Its `handle` is empty where no connected market fits. The market comes from the scenario's
/// `[shopify_market]` (reference 12).
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "shopify_market",
        form: Form::None,
        body: Body::None,
        blank: Blank::Always,
    },
    render,
    effect: Effect::Sets("shopify_market", Sets::Object),
    summary: "Sets `shopify_market` to the customer's market.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, _out: &mut String) -> Flow {
    let market = renderer.world.tables.get("shopify_market").cloned().unwrap_or_else(|| {
        let mut none = Object::new();
        none.insert("handle", Value::from(""));
        Value::from(none)
    });
    renderer.assign("shopify_market", market, tag.open, None);
    Ok(())
}
