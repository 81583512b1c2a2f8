use crate::analyze::FaultKind;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A field of something that has none: a text, a number, a boolean, a list.
    ///
    /// The path goes on where the value ends, so nothing is printed.
    ///
    /// Source: Liquid finds fields in objects alone; of lists and texts it knows `size`, `first` and
    /// `last`.
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points.value }}{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    name: "field-of-scalar", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in &model.reads {
            let Some(fault) = &read.fault else { continue };
            let list = match fault.kind {
                FaultKind::Scalar => false,
                FaultKind::FieldOfList => true,
                _ => continue,
            };
            let owner = read.before(fault.span);
            let kinds = fault.owner.kinds.without(crate::shape::Kinds::NIL);
            let message = format!("`{owner}` is {kinds}, it has no field `{}`", fault.name);
            let help = if list {
                format!("loop over it with `for`, or take one item: `{owner}[0].{}`", fault.name)
            } else {
                format!("write `{owner}`")
            };
            let mut report = findings
                .report(model, read.at.at(fault.span), message)
                .label("prints nothing")
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
