use std::collections::HashMap;

use crate::analyze::{Model, ReadRoot, TagUse};
use crate::rules::reading::values::start_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{ExprKind, Loop, Markup, Node, Pipeline};
use crate::text::Source;

rule! {
    /// A sum that starts again with every item.
    ///
    /// ## What it does
    ///
    /// Reports a variable that a loop sets to a number or a string and then adds to, if it is read
    /// after the loop.
    ///
    /// ## Why it matters
    ///
    /// Each iteration forgets what was added before, so only the last item counts.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% for item in event_properties.${items} %}{% assign total = 0 %}{% assign total = total | plus: item.price %}{% endfor %}
    /// Your total is {{ total | default: 0 }}.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign total = 0 %}{% for item in event_properties.${items} %}{% assign total = total | plus: item.price %}{% endfor %}
    /// Your total is {{ total | default: 0 }}.
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: `for`.
    name: "reset-in-loop", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for used in &model.tags {
            let is_one_turn = matches!(&used.tag.markup, Markup::Loop(Loop { limit: Some(limit), .. })
                if matches!(limit.kind, ExprKind::Int(1)));
            if used.name == "for" && !is_one_turn {
                body(model, used, findings);
            }
        }
    }
}

fn body(model: &Model<'_>, used: &TagUse<'_>, findings: &mut Findings<'_>) {
    let source = used.at.source;
    let Some(branch) = used.tag.branches.first() else { return };
    let sets = branch.body.iter().filter_map(|node| match node {
        Node::Tag(tag) => match &tag.markup {
            Markup::Assign { target, value } => Some((*target, value)),
            _ => None,
        },
        _ => None,
    });
    let sets = sets.collect::<Vec<_>>();
    let adds = sets.iter().filter_map(|(target, value)| {
        let name = source.slice(*target);
        is_added(value, name, source).then_some((name, *target))
    });
    let adds = adds.collect::<HashMap<_, _>>();
    for (target, value) in &sets {
        let name = source.slice(*target);
        let starts = value.filters.is_empty()
            && matches!(
                value.subject.kind,
                ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Str(_)
            );
        let added = adds.get(name).filter(|added| starts && added.start > target.start);
        let Some(added) = added else { continue };
        let is_of_loop = |definition: usize| {
            let set = model.definitions[definition].tag;
            used.tag.span.start <= set.start && set.end <= used.tag.span.end
        };
        let is_read_after = model.reads_of(name).any(|read| {
            std::ptr::eq(read.at.source, source)
                && read.at.span.start >= used.tag.span.end
                && matches!(read.root, ReadRoot::Variable { definition: Some(set), .. } if is_of_loop(set))
        });
        if is_read_after {
            findings
                .report(
                    model,
                    used.at.at(*target),
                    format!("`{name}` is set again in every iteration"),
                )
                .label("only the last item counts")
                .related(used.at.at(*added), "added to here")
                .help("set it before the loop");
        }
    }
}

/// Whether a value is the variable with something added.
fn is_added(value: &Pipeline, name: &str, source: &Source) -> bool {
    let adds = |call: &crate::syntax::ast::FilterCall| {
        matches!(source.slice(call.name), "plus" | "append" | "prepend" | "concat")
    };
    source.slice(start_of(value).span) == name && value.filters.iter().any(adds)
}
