use crate::diagnostic::Severity;
use crate::rules::reading::outgoing::{ContentType, calls, content_type_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A POST that sends nothing, where the other system expects a body.
    ///
    /// SessionM learns from the body whose wallet is asked for. A POST with nothing in it is an
    /// error there, and the message has no offers. Of calls to systems that no pack knows, only
    /// those that declare the type of a body are reported, as information: some want none.
    ///
    /// Source: SessionM's reference, sections 1 and 4.
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :content_type application/json :body {"user_id":"{{${user_id}}}"} :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
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
            Some(endpoint) => format!("{} asks for one", endpoint.system),
            None => "its type is declared".to_owned(),
        };
        let report = findings
            .report(model, call.at.at(method.span), format!("found a POST without a body; {asked}"))
            .help("capture the body, and add `:body {{name}}`");
        if endpoint.is_none() {
            report.at_most(Severity::Info);
        }
    }
}
