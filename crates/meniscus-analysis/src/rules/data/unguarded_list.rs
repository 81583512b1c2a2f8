use std::collections::HashSet;

use crate::analyze::{
    DefinitionKind, Model, OriginRoot, OriginStep, OutputUse, Read, ReadRoot, Site, Usage,
};
use crate::diagnostic::Severity;
use crate::dialect::BRAZE;
use crate::rules::reading::evidence::{is_asked_for, set_from};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::semantics::Semantics as _;
use crate::shape::Missing;

rule! {
    /// An item of a list that may be empty, printed without checking the list.
    ///
    /// ## What it does
    ///
    /// Reports an item, such as `[0]` or `first`, of a list that may be empty and that no condition
    /// checks.
    ///
    /// ## Why it matters
    ///
    /// A wallet may be empty, and an offer may have no picture. `[0]` and `first` are then `nil`,
    /// and customers see a blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.user_offers[0].name }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' and wallet.payload.user_offers.size > 0 %}{{ wallet.payload.user_offers[0].name }}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// SessionM: Offers and media (reference, sections 4.1 and 4.2).
    name: "unguarded-list", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        unknown_lists(model, findings);
        for output in &model.outputs {
            if let Some(missing) = &output.shape.missing
                && let Missing::Item { empty_at } = &**missing
                && !is_catalog(model, output)
                && !is_asked_for(model, output)
            {
                report(model, output, empty_at.as_ref(), findings);
            }
        }
    }
}

/// Reports taking the first item of an unknown list that is never tested.
fn unknown_lists(model: &Model<'_>, findings: &mut Findings<'_>) {
    let mut said = HashSet::new();
    for read in &model.reads {
        let is_used = matches!(read.usage, Usage::Printed | Usage::Interpolated | Usage::Assigned);
        let Some(origin) = &read.origin else { continue };
        let Some(place) = origin.steps.iter().position(|step| *step == OriginStep::Item) else {
            continue;
        };
        let first = read.path.segments.iter().find(|segment| read.takes_item(segment));
        let Some(segment) = first.filter(|_| is_used && read.loops == 0 && !read.defaulted) else {
            continue;
        };
        // The walk covers known lists, and items reached only in a loop.
        let is_known = read.shape.missing.is_some() || !read.shape.kinds.is_any();
        let severity = match &origin.root {
            OriginRoot::Call(_) => Severity::Warning,
            // `field-of-scalar` covers the profile, whose attributes are texts.
            OriginRoot::Family(family) if BRAZE.family_name(*family).is_empty() => continue,
            // Whoever stores or sends such a list may ensure that it has items.
            OriginRoot::Family(_) => Severity::Info,
            OriginRoot::Variable(_) => continue,
        };
        if is_known || model.uses(&origin.root, &origin.steps[..place]).asked_below {
            continue;
        }
        if read.usage == Usage::Assigned && !is_printed_untested(model, read) {
            continue;
        }
        let list = read.before(segment.span());
        if !said.insert(list) {
            continue;
        }
        let message = format!("`{list}` may be empty, and no condition checks it");
        findings
            .report(model, read.at.at(segment.span()), message)
            .label("renders as blank if the list is empty")
            .help(format!("put it inside `{{% if {list}.size > 0 %}}`, or add a `default`"))
            .at_most(severity);
    }
}

/// Whether a variable with the item is printed without a test.
fn is_printed_untested(model: &Model<'_>, read: &Read<'_>) -> bool {
    let Some(definition) = model.definition_around(read) else { return false };
    let mut uses = model.reads_of(definition.name).peekable();
    let is_used = uses.peek().is_some();
    is_used
        && !uses.any(|read| {
            read.usage == Usage::Tested || read.defaulted || read.usage == Usage::Looped
        })
}

/// Whether it is an item of a catalog, which `unchecked-catalog` covers.
fn is_catalog(model: &Model<'_>, output: &OutputUse<'_>) -> bool {
    let read = output.read.and_then(|read| model.reads.get(read));
    match read.map(|read| read.root) {
        Some(ReadRoot::Variable { definition: Some(definition), .. }) => model
            .definitions
            .get(definition)
            .is_some_and(|definition| definition.kind == DefinitionKind::Fixed),
        _ => false,
    }
}

fn report(
    model: &Model<'_>,
    output: &OutputUse<'_>,
    empty_at: Option<&crate::shape::SamplePlace>,
    findings: &mut Findings<'_>,
) {
    let Some(printed) = output.read.and_then(|read| model.reads.get(read)) else { return };
    let set = set_from(model, printed);
    let read = set.map_or(printed, |(_, read)| read);
    let step = read.missing_step.and_then(|step| read.path.segments.get(step));
    // A filter may take the item: `| first`.
    let taken = model.filters.iter().find(|used| {
        let item = matches!(used.gives.missing.as_deref(), Some(Missing::Item { .. }));
        let own = match set {
            Some((definition, _)) => definition.holds(used.at),
            None => holds(output.at, used.at),
        };
        item && used.input.missing.is_none() && own
    });
    let at = match (step, taken) {
        (Some(step), _) => read.at.at(step.span()),
        (None, Some(used)) => used.at.at(used.call.name),
        (None, None) => read.at,
    };
    let list = step.map_or(read.at.text(), |step| read.before(step.span()));
    let message = format!("`{list}` may be empty, and no condition checks it");
    let mut report = findings.report(model, at, message);
    report = match (set, printed.root) {
        (Some(_), ReadRoot::Variable { name, .. }) => report
            .related(printed.at, "renders as blank if the list is empty")
            .help(format!("print it inside `{{% if {name} %}}`")),
        _ => report
            .label("renders as blank if the list is empty")
            .help(format!("print it inside `{{% if {list}.size > 0 %}}`")),
    };
    if let Some(place) = empty_at {
        report.evidence(place, "it is empty here");
    }
}

fn holds(outer: Site<'_>, inner: Site<'_>) -> bool {
    std::ptr::eq(outer.source, inner.source)
        && outer.span.start <= inner.span.start
        && inner.span.end <= outer.span.end
}
