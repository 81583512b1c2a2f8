use crate::analyze::{Call, Model};
use crate::diagnostic::Severity;
use crate::endpoint::Access;
use crate::rules::reading::flat::INTERPOLATION;
use crate::rules::reading::outgoing::{calls, url_of};
use crate::rules::reading::url::Url;
use crate::rules::reading::values::words_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A call that changes something in the other system.
    ///
    /// ## What it does
    ///
    /// Reports a call that gives or spends points, issues an offer, or makes another change.
    /// SessionM's endpoints are known.
    ///
    /// For other services, the path decides: a POST to `/orders` or `/redeem` creates an order or
    /// redeems something. With `:retry` or in a loop, that may happen twice. Without either, a path
    /// that only names a thing is reported as info.
    ///
    /// ## Why it matters
    ///
    /// Braze makes a call each time it renders the message: for previews and tests, for each part
    /// of an email, and again when it retries. Every time, points are given or spent, or an offer
    /// is issued. A webhook, or a campaign in the other system, does so only once.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% capture body %}{"user_id":"{{${user_id}}}","amount":50}{% endcapture %}
    /// {% connected_content https://h.ent-sessionm.com/incentives/api/1.0/user_points/deposit :method post :content_type application/json :body {{body}} :save given %}
    /// {% if given.status == 'ok' %}50 points for you{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% capture body %}{"user_id":"{{${user_id}}}"}{% endcapture %}
    /// {% connected_content https://h.ent-sessionm.com/incentives/api/1.0/user_points/all_balances :method post :content_type application/json :body {{body}} :save balances %}
    /// {% if balances.status == 'ok' %}Your balances are up to date{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// SessionM: Endpoints that write (reference, sections 4.5 and 5). Braze: Timing and volume
    /// (reference, section 2.1.6).
    name: "write-call", level: Warn, check: Check::Message(check),
}

/// Words in a path that suggest an action.
const DOING: [&str; 26] = [
    "activate",
    "add",
    "award",
    "burn",
    "cancel",
    "claim",
    "create",
    "credit",
    "debit",
    "deposit",
    "earn",
    "enroll",
    "enrol",
    "grant",
    "issue",
    "purchase",
    "redeem",
    "register",
    "reserve",
    "spend",
    "subscribe",
    "unsubscribe",
    "transfer",
    "withdraw",
    "checkout",
    "redemptions",
];

/// Words in a path for resources that a POST creates.
const MADE: [&str; 16] = [
    "points",
    "orders",
    "order",
    "coupons",
    "vouchers",
    "transactions",
    "bookings",
    "booking",
    "reservations",
    "rewards",
    "events",
    "subscriptions",
    "tickets",
    "redemption",
    "payments",
    "enrollments",
];

/// Words in a path that suggest a query.
const ASKING: [&str; 28] = [
    "search",
    "query",
    "lookup",
    "list",
    "get",
    "find",
    "balance",
    "balances",
    "status",
    "history",
    "graphql",
    "token",
    "oauth",
    "auth",
    "login",
    "recommend",
    "recommendations",
    "calculate",
    "quote",
    "validate",
    "check",
    "preview",
    "estimate",
    "eligibility",
    "availability",
    "fetch",
    "read",
    "summary",
];

/// Returns what a POST to a path does, and whether its words make that certain.
fn does(path: &str) -> Option<(bool, &str)> {
    let words = |part: &str| -> Vec<String> { words_of(part).collect() };
    let parts = path.split('/').filter(|part| !part.is_empty() && !part.contains(INTERPOLATION));
    let mut parts = parts.collect::<Vec<_>>();
    let is_version = |part: &str| {
        part.trim_start_matches(['v', 'V']).chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    parts.retain(|part| !is_version(part));
    let has = |part: &str, list: &[&str]| words(part).iter().any(|word| list.contains(&&**word));
    if parts.iter().any(|part| has(part, &ASKING)) {
        return None;
    }
    let last = *parts.last()?;
    if has(last, &DOING) {
        return Some((true, last));
    }
    has(last, &MADE).then_some((false, last))
}

/// Reports calls to unknown services, judging by their paths.
fn by_its_path(model: &Model<'_>, call: &Call<'_>, findings: &mut Findings<'_>) {
    if call.method.as_deref() != Some("POST") {
        return;
    }
    let url = url_of(model, call);
    let path = Url::of(&url.text, url.trimmed()).path;
    let Some((is_certain, word)) = does(&url.text[path.clone()]) else { return };
    let again = match (call.option("retry"), call.loops > 0) {
        (_, true) => Some("in a loop"),
        (Some(_), _) => Some("with `:retry`"),
        (None, false) => None,
    };
    let start = path.start + url.text[path].rfind(word).unwrap_or_default();
    let at = match call.option("retry").filter(|_| call.loops == 0) {
        Some(option) => call.at.at(option.span),
        None => url.site(start..start + word.len()),
    };
    let message = match again {
        Some(how) => {
            format!("a POST to `{word}` likely changes something, and may run twice {how}")
        }
        None => format!("a POST to `{word}` likely changes something, and {TIMES}"),
    };
    let report = findings.report(model, at, message).help(
        "use a webhook, which is sent once, or let the other system do it before it triggers the \
         message",
    );
    if again.is_none() && !is_certain {
        report.at_most(Severity::Info);
    }
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let known = call.endpoint.as_deref().and_then(|name| subject.known.endpoints.get(name));
        let Some(endpoint) = known else {
            by_its_path(model, call, findings);
            continue;
        };
        if endpoint.access != Access::Write {
            continue;
        }
        let url = url_of(model, call);
        // The last two names of the path describe the action.
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
                format!(
                    "this call changes something in {} ({}), and {}",
                    endpoint.system, endpoint.title, TIMES
                ),
            )
            .help("use a webhook, or let the other system do it before it triggers the message");
    }
}

const TIMES: &str = "Braze makes it each time it renders the message";
