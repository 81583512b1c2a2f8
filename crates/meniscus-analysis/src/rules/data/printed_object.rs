use crate::analyze::{DefinitionKind, Model, OutputUse, Read, ReadRoot, TextPart};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Kinds, Shape};

rule! {
    /// An object or list that is printed as a whole.
    ///
    /// ## What it does
    ///
    /// Reports an object or list that is printed in a message or sent in a call without a filter.
    ///
    /// ## Why it matters
    ///
    /// Customers read Ruby's notation, `{"name"=>"Rye"}`, or all items run together. Print a field
    /// of the object, use a loop, or use `join`. In a body, `as_json_string` turns the value into
    /// JSON.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {% if news != blank %}Today: {{ news }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {% if news.title != blank %}Today: {{ news.title }}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Responses, JSON filters, and open questions (reference, sections 2.1.4, 3.6, and 11).
    /// Shopify Liquid 5.
    name: "printed-object", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for output in &model.outputs {
            let read = output.read.and_then(|read| model.reads.get(read));
            let Some(read) = read.filter(|_| output.pipeline.filters.is_empty()) else { continue };
            if let Some(what) = whole(model, &output.shape, read) {
                report(model, read, what, output, findings);
            }
        }
        for call in &model.calls {
            let values = call.options.iter().filter_map(|option| option.value.as_ref());
            for part in values.flat_map(|value| &value.parts) {
                let TextPart::Interpolation(interpolation) = part else { continue };
                let read = interpolation.read.and_then(|read| model.reads.get(read));
                let (Some(read), Some(pipeline)) = (read, interpolation.pipeline) else { continue };
                if pipeline.filters.is_empty()
                    && let Some(what) = whole(model, &interpolation.shape, read)
                {
                    let message = format!("`{}` is {what}, and is sent as a whole", read.at.text());
                    findings
                        .report(model, read.at, message)
                        .label("Ruby's notation, not JSON")
                        .help("use one of its fields, or add `| as_json_string`");
                }
            }
        }
    }
}

fn report(
    model: &Model<'_>,
    read: &Read<'_>,
    what: &str,
    output: &OutputUse<'_>,
    findings: &mut Findings<'_>,
) {
    let shown = read.at.text();
    let help = if what == "a list" {
        "print its items with `for` or `| join: ', '`"
    } else {
        "use one of its fields"
    };
    findings
        .report(model, output.at, format!("`{shown}` is {what}, and is printed as a whole"))
        .label("customers see all of it")
        .help(help);
}

/// Describes a value that shouldn't be printed as a whole.
fn whole(model: &Model<'_>, shape: &Shape, read: &Read<'_>) -> Option<&'static str> {
    let kinds = shape.kinds.without(Kinds::NIL);
    if !shape.kinds.is_any() && kinds != Kinds::NONE {
        if kinds.within(Kinds::OBJECT) {
            return Some("an object");
        }
        if kinds.within(Kinds::LIST) {
            return Some("a list");
        }
        return None;
    }
    if let ReadRoot::Variable { definition: Some(definition), .. } = read.root
        && read.path.segments.is_empty()
        && let DefinitionKind::Call(call) = model.definitions.get(definition)?.kind
        && model.calls.get(call).is_none_or(|call| call.shape.kinds.is_any())
    {
        return Some("the whole response");
    }
    used_as(model, read)
}

/// Describes how the value is used elsewhere: as a list that is iterated or indexed, or as an
/// object with a field.
fn used_as(model: &Model<'_>, read: &Read<'_>) -> Option<&'static str> {
    let origin = read.origin.as_ref().filter(|origin| !origin.derived)?;
    if origin.steps.is_empty() {
        return None;
    }
    let uses = model.uses(&origin.root, &origin.steps);
    match () {
        () if uses.looped || uses.item_below => Some("a list"),
        () if uses.field_below => Some("an object"),
        () => None,
    }
}
