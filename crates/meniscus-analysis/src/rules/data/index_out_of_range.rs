use crate::analyze::{Definition, FaultKind, Model, Read, ReadRoot, Usage};
use crate::rules::reading::origin::origin_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Markup, Segment};

rule! {
    /// An index past the end of every known list.
    ///
    /// ## What it does
    ///
    /// Reports an index that no known value of the list reaches. A condition on the list or on the
    /// item is enough to allow it. A part of a date is a string, which isn't an index.
    ///
    /// ## Why it matters
    ///
    /// There is no item at that index, so customers see a blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign parts = 'rye,wheat,spelt' | split: ',' %}
    /// {{ parts[3] }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign parts = 'rye,wheat,spelt' | split: ',' %}
    /// {{ parts[2] }}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: indexes start at 0, and an index outside the list returns `nil`.
    name: "index-out-of-range", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in &model.reads {
            counted_from_one(model, read, findings);
            by_text(model, read, findings);
        }
        for read in model.reads.iter().filter(|read| !read.defaulted) {
            let Some(fault) = &read.fault else { continue };
            let FaultKind::Index { index, longest } = fault.kind else { continue };
            let list = read.before(fault.span);
            if read.usage == Usage::Tested || is_measured(model, list) {
                continue;
            }
            let items = if longest == 1 { "1 item".to_owned() } else { format!("{longest} items") };
            let message = format!("`{list}` has at most {items}, so there is no index {index}");
            findings.report(model, read.at.at(fault.span), message).label("renders as blank").help(
                format!(
                    "use an index from 0 to {}, or check the item with `if` first",
                    longest - 1
                ),
            );
        }
    }
}

/// Reports an index that counts from 1: `items[forloop.index]` in a loop over the list itself, and
/// `items[items.size]`.
fn counted_from_one(model: &Model<'_>, read: &Read<'_>, findings: &mut Findings<'_>) {
    let source = read.at.source;
    for segment in &read.path.segments {
        let Segment::Index { expr, .. } = segment else { continue };
        let (index, list) = (source.slice(expr.span).trim(), read.before(segment.span()));
        let (message, label, help) = if index == format!("{list}.size") {
            let message = format!("`{list}` has no item `{index}`: the last one is before it");
            (message, "always blank", format!("use `{list}.last`"))
        } else if index == "forloop.index" && is_of_its_loop(model, read, list) {
            let message = "`forloop.index` counts from 1, and items count from 0".to_owned();
            (message, "skips the first item", "use the variable of the loop".to_owned())
        } else {
            continue;
        };
        findings.report(model, read.at.at(segment.span()), message).label(label).help(help);
    }
}

/// Reports a part of a date as the index of a list: it is a string, and lists take numbers alone.
fn by_text(model: &Model<'_>, read: &Read<'_>, findings: &mut Findings<'_>) {
    let [Segment::Index { expr, .. }] = &read.path.segments[..] else { return };
    let ReadRoot::Variable { name, .. } = read.root else { return };
    let traced = origin_of(model, read.at, expr);
    let applied = traced.applied();
    let is_date = applied.last().is_some_and(|(name, ..)| *name == "date");
    let is_list = |set: &Definition<'_>| {
        let last = set.value.and_then(|value| value.filters.last());
        last.is_some_and(|call| set.at.source.slice(call.name) == "split")
    };
    let mut sets = model.definitions_of(name).peekable();
    if !is_date || sets.peek().is_none() || !sets.all(is_list) {
        return;
    }
    let index = read.at.source.slice(expr.span).trim();
    findings
        .report(
            model,
            read.at,
            format!("`{index}` is a string, and the index of a list must be a number"),
        )
        .label("always blank")
        .help(format!("use `{{% assign {index} = {index} | plus: 0 %}}` before it"));
}

/// Whether the innermost loop around a read is over this list, and never uses its own variable: else
/// the next item may be meant.
fn is_of_its_loop(model: &Model<'_>, read: &Read<'_>, list: &str) -> bool {
    let source = read.at.source;
    let around = model.tags.iter().filter(|used| {
        std::ptr::eq(used.at.source, source)
            && used.tag.open.end <= read.at.span.start
            && read.at.span.end <= used.tag.span.end
    });
    let loops = around.filter_map(|used| match &used.tag.markup {
        Markup::Loop(one) => Some((used.tag.span, one)),
        _ => None,
    });
    let Some((whole, one)) = loops.max_by_key(|(span, _)| span.start) else { return false };
    let variable = source.slice(one.variable);
    let uses_variable = model.reads.iter().any(|other| {
        matches!(other.root, ReadRoot::Variable { name, .. } if name == variable)
            && std::ptr::eq(other.at.source, source)
            && whole.start <= other.at.span.start
            && other.at.span.end <= whole.end
    });
    source.slice(one.collection.span) == list && !uses_variable
}

/// Whether a condition tests the length of a list.
fn is_measured(model: &Model<'_>, list: &str) -> bool {
    let size = format!("{list}.size");
    model.comparisons.iter().any(|comparison| comparison.at.text().contains(&size))
}
