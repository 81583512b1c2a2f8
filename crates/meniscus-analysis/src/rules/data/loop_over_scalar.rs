use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;

rule! {
    /// A loop over something that is no list.
    ///
    /// Over a number or a boolean the loop never runs; over a text it runs once, with the whole
    /// text. What was meant stands next to it in the response.
    ///
    /// Source: Liquid loops over lists, ranges and objects; over a text as over a list of one.
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{% for offer in wallet.payload.total_records %}Offer{% endfor %}{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{% for offer in wallet.payload.user_offers %}Offer{% endfor %}{% endif %}
    /// ```
    name: "loop-over-scalar", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for looped in &model.loops {
            let kinds = looped.shape.kinds.without(Kinds::NIL);
            if !kinds.within(Kinds::SCALAR) {
                continue;
            }
            let at = looped.at;
            let message = format!("found a loop over `{}`, which is {kinds}", at.text());
            let label = if kinds == Kinds::TEXT { "runs once" } else { "never runs" };
            let mut report = findings
                .report(model, at, message)
                .label(label)
                .help("loop over a list; a text is made one by `split`");
            if let Some(place) = looped.shape.place.as_deref() {
                report = report.evidence(place, format!("it is {kinds} here"));
            }
            let read = looped.read.and_then(|read| model.reads.get(read));
            if let Some(call) =
                read.and_then(|read| read.call).and_then(|call| model.calls.get(call))
                && let Some(span) = call.target_span
            {
                report.related(call.at.at(span), "saved here");
            }
        }
    }
}
