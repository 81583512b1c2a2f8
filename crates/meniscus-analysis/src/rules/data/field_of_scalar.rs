use crate::analyze::{FaultKind, Model, Read, ReadRoot};
use crate::rules::reading::profile::is_string;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{ExprKind, Segment};

rule! {
    /// A field of a value that has no fields: a string, number, boolean, or list.
    ///
    /// ## What it does
    ///
    /// Reports a path that continues after a string, a number, a boolean, or a list.
    ///
    /// ## Why it matters
    ///
    /// The path leads nowhere, so it renders as blank, and customers see a gap.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points.value }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: only objects have fields. Lists and strings have `size`, `first`, and
    /// `last`.
    name: "field-of-scalar", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in &model.reads {
            step_of_text(subject, model, read, findings);
            let Some(fault) = &read.fault else { continue };
            let list = match fault.kind {
                FaultKind::Scalar => false,
                FaultKind::FieldOfList => true,
                _ => continue,
            };
            let owner = read.before(fault.span);
            let kinds = fault.owner.kinds.without(crate::shape::Kinds::NIL);
            let message = format!("`{owner}` is {kinds} and has no field `{}`", fault.name);
            let help = if list {
                format!("loop over it with `for`, or use one item: `{owner}[0].{}`", fault.name)
            } else {
                format!("use `{owner}`")
            };
            let mut report = findings
                .report(model, read.at.at(fault.span), message)
                .label("renders as blank")
                .help(help);
            if let Some(place) = fault.owner.place.as_deref() {
                report = report.evidence(place, format!("it is {kinds} here"));
            }
            if let Some(call) = read.call.and_then(|call| model.calls.get(call))
                && let Some(span) = call.target_span
            {
                report.related(call.at.at(span), "saved here");
            }
        }
    }
}

/// Reports a field or an item of a text of the profile: `${first_name}[0]`.
fn step_of_text(
    subject: &Subject<'_>,
    model: &Model<'_>,
    read: &Read<'_>,
    findings: &mut Findings<'_>,
) {
    let ReadRoot::Attribute { name, .. } = read.root else { return };
    let Some(step) = read.path.segments.first().filter(|_| is_string(name)) else { return };
    let is_there = match step {
        Segment::Field(span) => {
            matches!(read.at.source.slice(*span), "size" | "first" | "last")
        }
        Segment::Index { expr, .. } => !matches!(expr.kind, ExprKind::Int(_)),
        Segment::Attribute { .. } => false,
    };
    if is_there || read.fault.is_some() || subject.family_of(&read.root) != Some("") {
        return;
    }
    let owner = read.before(step.span());
    let at = read.at.at(step.span());
    let message = format!("`{owner}` is a string, so `{}` of it is blank", at.text());
    findings
        .report(model, at, message)
        .label("renders as blank")
        .help(format!("use `{owner} | slice: 0` for its first letter, or `{owner}` for all of it"));
}
