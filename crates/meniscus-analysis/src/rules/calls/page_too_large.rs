use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::outgoing::{body_of, calls};
use crate::rules::reading::partial_json;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// What SessionM gives at most at once.
const MAX: u64 = 1000;
/// The endpoints of which that is known.
const PAGED: [&str; 2] = ["get_user_offers", "get_reward_store_offers"];

rule! {
    /// A page of more entries than SessionM gives at once.
    ///
    /// `take` goes up to 1000. What is asked for beyond that is refused or left out, and the message
    /// shows a part of the wallet as if it were all.
    ///
    /// Source: SessionM's reference, sections 4.1 and 4.4.
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}","take":5000} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}","take":1000} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
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
            .report(model, at, format!("found a page of {number}, SessionM gives {MAX} at most"))
            .help(format!("write {MAX}, or ask for the next page with `skip`"));
        if let Some(at) = written {
            let title = format!("replace {number} by {MAX}");
            report.fix(Fix::replace(title, Safety::Unsafe, at.span, MAX.to_string()));
        }
    }
}
