use crate::rules::reading::answers::{has_unknown_blocks, unchecked_reads};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A SessionM response that is used without checking its status.
    ///
    /// ## What it does
    ///
    /// Reports data from a SessionM response that is read where no check has passed. A check of
    /// `status`, of `__http_status_code__`, or of the data itself counts. So does a variable that
    /// such a check sets.
    ///
    /// A `default` with words counts as well. A number doesn't, because nobody can tell it from a
    /// real response.
    ///
    /// ## Why it matters
    ///
    /// SessionM can report `"status": "error"` with HTTP status 200, and then there is no payload.
    /// If it doesn't respond at all, there is no data either. The customer reads "You have  points"
    /// or, with a number as the default, a balance that isn't theirs.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// You have {{ wallet.payload.available_points }} points
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}You have {{ wallet.payload.available_points }} points{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// SessionM: What a template must check (reference, section 3.3).
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
            let message = format!("`{target}.{what}` is read without checking `{target}.status`");
            let label = match reads.len() - 1 {
                0 => "renders as blank if SessionM reports an error".to_owned(),
                1 => {
                    "renders as blank if SessionM reports an error, also in 1 more place".to_owned()
                }
                more => format!(
                    "renders as blank if SessionM reports an error, also in {more} more places"
                ),
            };
            findings
                .report(model, first.at, message)
                .label(label)
                .related(call.at.at(call.target_span.unwrap_or(call.at.span)), "saved here")
                .help(format!("read it inside `{{% if {target}.status == 'ok' %}}`"));
        }
    }
}
