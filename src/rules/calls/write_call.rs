use crate::endpoint::Access;
use crate::rules::reading::outgoing::{calls, url_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A call that changes something in the other system.
    ///
    /// Braze makes a call each time it puts the message together: for previews and tests, for each
    /// part of an email, and again where it retries. Every time points are given or spent, or an
    /// offer is issued. A webhook, or a campaign of the other system, does so once.
    ///
    /// Source: SessionM's reference, sections 4.5 and 5; the reference's section 2.1.6.
    ///
    /// ```liquid bad
    /// {% capture body %}{"user_id":"{{${user_id}}}","amount":50}{% endcapture %}
    /// {% connected_content https://h.ent-sessionm.com/incentives/api/1.0/user_points/deposit :method post :content_type application/json :body {{body}} :save given %}
    /// {% if given.status == 'ok' %}50 points for you{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% capture body %}{"user_id":"{{${user_id}}}"}{% endcapture %}
    /// {% connected_content https://h.ent-sessionm.com/incentives/api/1.0/user_points/all_balances :method post :content_type application/json :body {{body}} :save balances %}
    /// {% if balances.status == 'ok' %}Your balances are up to date{% endif %}
    /// ```
    name: "write-call", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let Some(name) = call.endpoint.as_deref() else { continue };
        let Some(endpoint) = subject.known.endpoints.get(name) else { continue };
        if endpoint.access != Access::Write {
            continue;
        }
        let url = url_of(model, call);
        // The last two names of the path say what is done.
        let mut names = endpoint.path.rsplit('/').take_while(|name| !name.starts_with('{'));
        let last = names.next().unwrap_or_default();
        let both = names.next().map(|before| format!("{before}/{last}"));
        let find = |words: &str| url.text.rfind(words).map(|at| at..at + words.len());
        let range = both.as_deref().and_then(find).or_else(|| find(last));
        let at = range.and_then(|range| url.written(range)).unwrap_or(url.whole);
        findings
            .report(
                model,
                at,
                format!("{} changes something ({}): {}", endpoint.system, endpoint.title, TIMES),
            )
            .help("send a webhook, or let the other system do it before it triggers the message");
    }
}

const TIMES: &str = "Braze makes the call each time it puts the message together";
