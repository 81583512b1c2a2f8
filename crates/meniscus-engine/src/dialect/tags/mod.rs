//! The tags, one file each: Liquid's own and Braze's.

mod abort_message;
mod assign;
mod break_;
mod capture;
mod case;
mod catalog_items;
mod catalog_selection_items;
mod comment;
mod connected_content;
mod continue_;
mod cycle;
mod decrement;
mod doc;
mod echo;
mod for_;
mod form_field_name;
mod if_;
mod ifchanged;
mod increment;
mod inline_comment;
mod landing_page_url;
mod liquid;
mod message_extras;
mod promotion;
mod random;
mod raw;
mod shopify_market;
mod shopping_cart;
mod tablerow;
mod translation;
mod unless;

use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::render::{Exit, RenderTag, Renderer};
use crate::semantics::Effect;
use crate::syntax::{TagSyntax, ast, parse};
use crate::text::Source;
use crate::value::{Value, View};

pub use connected_content::{
    CallOption, HEADERS_HELP, OPTIONS as CONNECTED_CONTENT_OPTIONS, nearest_option, option_help,
};

/// A tag: how it is read, and how it is rendered.
#[derive(Debug)]
pub struct Tag {
    /// Its name and form.
    pub syntax: TagSyntax,
    /// What it does.
    pub render: RenderTag,
    /// What it does to variables and to the message, for analysis.
    pub effect: Effect,
    /// What it is for, in a line.
    pub summary: &'static str,
}

/// All tags, sorted by name.
pub static TAGS: &[&Tag] = &[
    &inline_comment::TAG,
    &abort_message::TAG,
    &assign::TAG,
    &break_::TAG,
    &capture::TAG,
    &case::TAG,
    &catalog_items::TAG,
    &catalog_selection_items::TAG,
    &comment::TAG,
    &connected_content::TAG,
    &continue_::TAG,
    &cycle::TAG,
    &decrement::TAG,
    &doc::TAG,
    &echo::TAG,
    &for_::TAG,
    &form_field_name::TAG,
    &if_::TAG,
    &ifchanged::TAG,
    &increment::TAG,
    &landing_page_url::TAG,
    &liquid::TAG,
    &message_extras::TAG,
    &promotion::TAG,
    &random::TAG,
    &raw::TAG,
    &shopify_market::TAG,
    &shopping_cart::TAG,
    &tablerow::TAG,
    &translation::TAG,
    &unless::TAG,
];

/// The words in front of a tag's options, with their outputs put in.
fn words<'a>(renderer: &mut Renderer<'a>, options: &'a ast::Options) -> Result<Vec<String>, Exit> {
    options.words.iter().map(|word| renderer.interpolate(word)).collect()
}

/// The first of those words; empty where there is none.
fn first_word<'a>(renderer: &mut Renderer<'a>, options: &'a ast::Options) -> Result<String, Exit> {
    options.words.first().map_or_else(|| Ok(String::new()), |word| renderer.interpolate(word))
}

/// An entry of one of the scenario's tables.
fn table(renderer: &Renderer<'_>, table: &str, entry: &str) -> Value {
    match renderer.world.tables.get(table).map(Value::view) {
        Some(View::Object(entries)) => entries.get(entry).cloned().unwrap_or_default(),
        _ => Value::Nil,
    }
}

/// Says that a scenario lacks what a tag reads.
fn missing_entry(
    renderer: &mut Renderer<'_>,
    tag: &ast::Tag,
    table: &str,
    entry: &str,
    holds: &str,
) {
    let message = format!("the scenario has no `{entry}` under `[{table}]`");
    let diagnostic = renderer
        .diagnostic("missing-entry", Severity::Error, tag.open, message)
        .label("renders as blank")
        .help(format!("add `[{table}]` with `{entry}` to the scenario: {holds}"));
    renderer.say(diagnostic);
}

/// A text that came from outside, rendered in the scope of the message, one level deep.
///
/// Attributes that the message itself does not mention are blank, as Braze fetches only those
/// (reference 2.1.9).
fn rerendered(
    renderer: &mut Renderer<'_>,
    tag: &ast::Tag,
    what: &str,
    text: &str,
) -> Result<String, Exit> {
    // Reading it as a template is more work than copying it.
    renderer.count_built(text.len().saturating_mul(8));
    let source = Arc::new(Source::new(format!("<{what}>"), text));
    let template = parse(&source, renderer.world.dialect.grammar(), renderer.world.settings.parse);
    if template.refused {
        let message = format!("the {what} has a Liquid error, so Braze uses it as is");
        let diagnostic = renderer.diagnostic("rerender", Severity::Warning, tag.open, message);
        renderer.say(diagnostic);
        return Ok(text.to_owned());
    }
    let mut out = String::new();
    let before = renderer.begin_rerender();
    let flow = renderer.include(&template, &mut out);
    renderer.end_rerender(before);
    flow.map(|()| out)
}
