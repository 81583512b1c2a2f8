use crate::rules::reading::answers::{has_unknown_blocks, unchecked_reads};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// An answer of SessionM whose content is printed where nothing has asked for its status.
    ///
    /// SessionM says `"status": "error"` with HTTP status 200, and then there is no payload; where
    /// it does not answer at all, there is nothing. The customer reads "You have  points", or, with
    /// a number as default, a balance that is not theirs.
    ///
    /// A check counts wherever it must have held: of `status`, of `__http_status_code__`, of the
    /// content itself, or of a variable that was set by such a check. A `default` with words is as
    /// good as a check; a number is not, as nobody can tell it from an answer.
    ///
    /// Source: SessionM's reference, section 3.3.
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// You have {{ wallet.payload.available_points }} points
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}You have {{ wallet.payload.available_points }} points{% endif %}
    /// ```
    name: "unchecked-payload", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        if model.calls.is_empty() || has_unknown_blocks(model) {
            continue;
        }
        for (place, call) in model.calls.iter().enumerate() {
            let reads = unchecked_reads(subject, model, place);
            let Some((_, first)) = reads.first() else { continue };
            let what = &first.field;
            let target = call.target;
            let message =
                format!("`{target}.{what}` is read where nothing has asked for `{target}.status`");
            let label = match reads.len() - 1 {
                0 => "nothing, where SessionM says error".to_owned(),
                1 => "nothing, where SessionM says error; so in one more place".to_owned(),
                more => format!("nothing, where SessionM says error; so in {more} more places"),
            };
            findings
                .report(model, first.at, message)
                .label(label)
                .related(call.at.at(call.target_span.unwrap_or(call.at.span)), "saved here")
                .help(format!("read it inside of `{{% if {target}.status == 'ok' %}}`"));
        }
    }
}
