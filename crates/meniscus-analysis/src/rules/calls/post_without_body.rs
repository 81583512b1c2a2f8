use crate::diagnostic::Severity;
use crate::rules::reading::outgoing::{ContentType, calls, content_type_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A POST without a body, to a system that expects one.
    ///
    /// ## What it does
    ///
    /// Reports a POST without `:body` to a SessionM endpoint that takes one. For systems that no
    /// pack covers, only calls that declare a body type are reported, as info, because some systems
    /// expect no body.
    ///
    /// ## Why it matters
    ///
    /// The body tells SessionM whose wallet is requested. Without it, SessionM responds with an
    /// error, and the message has no offers.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :content_type application/json :body {"user_id":"{{${user_id}}}"} :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// SessionM: API families and offers (reference, sections 1 and 4).
    name: "post-without-body", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        // `option-without-value` covers a `:body` without a value.
        if call.method.as_deref() != Some("POST") || call.option("body").is_some() {
            continue;
        }
        let endpoint = call.endpoint.as_deref().and_then(|name| subject.known.endpoints.get(name));
        let takes = endpoint.is_some_and(|endpoint| endpoint.request.is_some());
        let declares = match content_type_of(model, call) {
            ContentType::Said(words) => words.contains("json") || words.contains("form"),
            _ => false,
        };
        if !takes && !declares {
            continue;
        }
        let Some(method) = call.option("method") else { continue };
        let asked = match endpoint {
            Some(endpoint) => format!("{} expects one", endpoint.system),
            None => "it declares a body type".to_owned(),
        };
        let report = findings
            .report(model, call.at.at(method.span), format!("this POST has no body, but {asked}"))
            .help("capture the body, then add `:body {{name}}`");
        if endpoint.is_none() {
            report.at_most(Severity::Info);
        }
    }
}
