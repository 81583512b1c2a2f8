use crate::analyze::{Call, Model};
use crate::endpoint::Access;
use crate::rules::reading::outgoing::{calls, tag_name, url_of};
use crate::rules::reading::same_call::is_same;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// An uncached POST that reads, made by several parts of a message.
    ///
    /// ## What it does
    ///
    /// Reports a POST that only reads data, if several parts of a message make it without
    /// `:cache_max_age`. Also reports an uncached call for an access token, even in one part.
    ///
    /// ## Why it matters
    ///
    /// Braze caches the response to a GET for five minutes, and to a POST only with
    /// `:cache_max_age`. Without it, the title and the body each request the same wallet from
    /// SessionM, and may get different responses.
    ///
    /// A token is the same for all recipients. Requesting a new one for each recipient slows down
    /// the send.
    ///
    /// Braze's page says that responses are cached by URL, and doesn't mention bodies
    /// (`unverified`). If the body names the customer, ask Braze first: one customer may get the
    /// wallet of another.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "push"
    /// ```
    ///
    /// ```liquid block wallet
    /// {% capture body %}{"user_id":"{{${user_id}}}"}{% endcapture %}
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :content_type application/json :body {{body}} :save wallet %}
    /// ```
    ///
    /// ```liquid block cached_wallet
    /// {% capture body %}{"user_id":"{{${user_id}}}"}{% endcapture %}
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :content_type application/json :body {{body}} :cache_max_age 600 :save wallet %}
    /// ```
    ///
    /// ```liquid bad title
    /// {{content_blocks.${wallet}}}{% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// {{content_blocks.${wallet}}}{% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good title
    /// {{content_blocks.${cached_wallet}}}{% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {{content_blocks.${cached_wallet}}}{% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Caching (reference, section 2.1.6).
    name: "uncached-post", level: Info, check: Check::Message(check),
}

/// Reports a call for a token, which is the same for every recipient.
fn tokens(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let is_cached = call.option("cache_max_age").is_some() || call.option("cache").is_some();
        let url = url_of(model, call);
        let path = url.text.split(['?', '#']).next().unwrap_or_default();
        let last = path.trim().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        if call.method.as_deref() != Some("POST") || is_cached || last != "token" {
            continue;
        }
        findings
            .report(model, tag_name(call), "this call requests a new token for every recipient")
            .label("the response isn't cached")
            .help("add `:cache_max_age` with fewer seconds than the token lasts");
    }
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    tokens(subject, findings);
    if subject.parts.len() < 2 {
        return;
    }
    let posts = calls(subject).filter(|(_, call)| is_uncached_read(subject, call));
    let posts = posts.collect::<Vec<_>>();
    for (index, (model, call)) in posts.iter().enumerate() {
        let same = |(other_model, other): &&(&Model<'_>, &Call<'_>)| {
            !std::ptr::eq(*other_model, *model) && is_same((model, call), (other_model, other))
        };
        // Report a call only in the part that makes it first.
        if posts[..index].iter().any(|other| same(&other)) {
            continue;
        }
        let mut others = posts[index + 1..].iter().filter(same);
        let Some((_, other)) = others.next() else { continue };
        findings
            .report(
                model,
                tag_name(call),
                "another part of the message makes the same call, and the response isn't cached",
            )
            .related(tag_name(other), "also called here")
            .help(
                "add `:cache_max_age 300` to both, if Braze confirms that it caches each body \
                 separately",
            );
    }
}

fn is_uncached_read(subject: &Subject<'_>, call: &Call<'_>) -> bool {
    call.method.as_deref() == Some("POST")
        && call.option("cache_max_age").is_none()
        && call.option("cache").is_none()
        && call.endpoint.as_deref().is_some_and(|name| {
            let endpoint = subject.known.endpoints.get(name);
            endpoint.is_some_and(|endpoint| endpoint.access == Access::Read)
        })
}
