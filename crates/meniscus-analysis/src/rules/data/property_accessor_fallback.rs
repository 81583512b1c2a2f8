use std::collections::HashSet;
use std::sync::Arc;

use crate::analyze::{Model, Site, Usage};
use crate::rules::reading::values::Lookup;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{ExprKind, Markup, Pipeline};
use crate::text::{Source, Span};

rule! {
    /// A `property_accessor` whose key may be missing, printed without a `default`.
    ///
    /// ## What it does
    ///
    /// Reports a printed `property_accessor` without a `default` after it, if the object may not
    /// have the key.
    ///
    /// ## Why it matters
    ///
    /// If the object doesn't have the key, the filter returns nothing. A new plan or product, or
    /// one that is spelled differently, leaves a blank in the message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign names = '{"a": "Basic", "b": "Plus"}' | json_parse %}
    /// Your plan: {{ names | property_accessor: custom_attribute.${plan} }}.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign names = '{"a": "Basic", "b": "Plus"}' | json_parse %}
    /// Your plan: {{ names | property_accessor: custom_attribute.${plan} | default: 'Basic' }}.
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: JSON and structure (reference, section 3.6).
    name: "property-accessor-fallback", level: Warn, check: Check::Message(check),
}

const ACCESSOR: &str = "property_accessor";

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let lookup = Lookup::new(model);
        let filled = always_filled(model);
        for output in &model.outputs {
            let captured = output.capture.is_some_and(|capture| lookup.is_tested(capture));
            if !captured {
                look(model, output.at, output.pipeline, &filled, findings);
            }
        }
        for tag in &model.tags {
            let Markup::Assign { target, value } = &tag.tag.markup else { continue };
            let name = tag.at.source.slice(*target);
            let mut calls = value.filters.iter();
            let is_accessed = calls.any(|call| tag.at.source.slice(call.name) == ACCESSOR);
            if is_accessed
                && model.reads_of(name).any(|read| read.usage == Usage::Printed)
                && !lookup.is_tested(name)
            {
                look(model, tag.at, value, &filled, findings);
            }
        }
    }
}

/// Returns filters whose object is known to have the key.
fn always_filled(model: &Model<'_>) -> HashSet<(usize, Span)> {
    let accessors =
        model.filters.iter().filter(|used| used.at.source.slice(used.call.name) == ACCESSOR);
    let filled = accessors.filter(|used| {
        !used.input.kinds.is_any() && used.gives.missing.is_none() && !used.gives.is_any()
    });
    filled.map(|used| key(used.at.source, used.at.span)).collect()
}

fn key(source: &Arc<Source>, span: Span) -> (usize, Span) {
    (Arc::as_ptr(source) as usize, span)
}

fn look(
    model: &Model<'_>,
    at: Site<'_>,
    pipeline: &Pipeline,
    filled: &HashSet<(usize, Span)>,
    findings: &mut Findings<'_>,
) {
    let source = at.source;
    let name = |call: &crate::syntax::ast::FilterCall| source.slice(call.name);
    let Some(place) = pipeline.filters.iter().rposition(|call| name(call) == ACCESSOR) else {
        return;
    };
    let call = &pipeline.filters[place];
    let mut behind = pipeline.filters[place + 1..].iter();
    if behind.any(|call| name(call) == "default") {
        return;
    }
    // A literal key may well exist; only someone who knows the object can tell.
    let wanted = call.arguments.first().map(|argument| &argument.value.kind);
    if matches!(wanted, Some(ExprKind::Str(_))) && filled.contains(&key(source, call.span)) {
        return;
    }
    findings
        .report(
            model,
            at.at(call.span),
            "the object may not have this key, and there is no `default`",
        )
        .label("renders as blank if the key is missing")
        .help("add `| default: '…'`");
}
