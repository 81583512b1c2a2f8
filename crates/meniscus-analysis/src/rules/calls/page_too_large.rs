use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::outgoing::{body_of, calls};
use crate::rules::reading::partial_json;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// The most entries that SessionM returns at once.
const MAX: u64 = 1000;
/// The endpoints that are known to have this limit.
const PAGED: [&str; 2] = ["get_user_offers", "get_reward_store_offers"];

rule! {
    /// A page that is larger than SessionM allows.
    ///
    /// ## What it does
    ///
    /// Reports a `take` above 1000 in a request for a customer's offers or a reward store's offers.
    ///
    /// ## Why it matters
    ///
    /// SessionM returns at most 1000 entries at once. It rejects a larger page or leaves out the
    /// rest, and the message shows part of the wallet as if it were all of it.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}","take":5000} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}","take":1000} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it lowers `take` to 1000, so entries after the first 1000 need another
    /// request.
    ///
    /// ## Source
    ///
    /// SessionM: Offers (reference, sections 4.1 and 4.4).
    name: "page-too-large", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        if !call.endpoint.as_deref().is_some_and(|name| PAGED.contains(&name)) {
            continue;
        }
        let Some(body) = body_of(model, call) else { continue };
        let json = partial_json::read(&body.text);
        let take = json
            .members
            .iter()
            .find(|member| member.depth == 1 && &body.text[member.key.clone()] == "take");
        let Some(take) = take else { continue };
        let Ok(number) = body.text[take.value.clone()].parse::<u64>() else { continue };
        if number <= MAX {
            continue;
        }
        let written = body.written(take.value.clone());
        let at = body.site(take.value.clone());
        let report = findings
            .report(
                model,
                at,
                format!("`take` is {number}, but SessionM returns at most {MAX} entries"),
            )
            .help(format!("use {MAX}, and request the next page with `skip`"));
        if let Some(at) = written {
            let title = format!("replace `{number}` with `{MAX}`");
            report.fix(Fix::replace(title, Safety::Unsafe, at.span, MAX.to_string()));
        }
    }
}
