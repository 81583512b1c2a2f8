use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;

rule! {
    /// A loop over a value that isn't a list.
    ///
    /// ## What it does
    ///
    /// Reports a `for` loop over a string, a number, or a boolean.
    ///
    /// ## Why it matters
    ///
    /// A loop over a number or a boolean never runs, so customers see nothing. A loop over a string
    /// runs once, with the whole string. The intended list is usually next to it in the response.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{% for offer in wallet.payload.total_records %}Offer{% endfor %}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{% for offer in wallet.payload.user_offers %}Offer{% endfor %}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: `for` iterates over lists, ranges, and objects, and takes a string as a
    /// list of one item.
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
            let message = format!("`{}` is {kinds}, not a list", at.text());
            let label = if kinds == Kinds::TEXT { "runs once" } else { "never runs" };
            let mut report = findings
                .report(model, at, message)
                .label(label)
                .help("loop over a list, or turn a string into one with `split`");
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
