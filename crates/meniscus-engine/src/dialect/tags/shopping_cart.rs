use super::{Tag, first_word};
use super::{missing_entry, table};
use crate::render::{Flow, Renderer};
use crate::semantics::{Effect, Sets};
use crate::syntax::ast::{Markup, Tag as Node};
use crate::syntax::{Blank, Body, Form, TagSyntax};

/// Sets `shopping_cart` to a shopping cart.
///
/// Carts come from the scenario's `[shopping_carts]`. `:abort_if_not_abandoned` has no effect here:
/// a scenario's cart is abandoned (reference 2.7).
pub static TAG: Tag = Tag {
    syntax: TagSyntax {
        name: "shopping_cart",
        form: Form::WordsAndOptions,
        body: Body::None,
        blank: Blank::Always,
    },
    render,
    effect: Effect::Sets("shopping_cart", Sets::Object),
    summary: "Sets `shopping_cart` to a shopping cart.",
};

fn render<'a>(renderer: &mut Renderer<'a>, tag: &'a Node, _out: &mut String) -> Flow {
    let Markup::Options(options) = &tag.markup else { return Ok(()) };
    let id = first_word(renderer, options)?;
    let cart = table(renderer, "shopping_carts", &id);
    if cart.view().is_nil() {
        missing_entry(renderer, tag, "shopping_carts", &id, "a cart with `products`");
    }
    renderer.assign("shopping_cart", cart, tag.open, None);
    Ok(())
}
