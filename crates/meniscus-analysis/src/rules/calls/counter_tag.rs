use crate::analyze::TextPart;
use crate::endpoint::{CallPattern, Piece};
use crate::project::Channel;
use crate::rules::reading::flat::Flat;
use crate::rules::reading::outgoing::{bodies, urls};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A webhook that sends SessionM tags without `ttl`.
    ///
    /// ## What it does
    ///
    /// Reports a webhook that posts `tags` to SessionM without a `ttl`.
    ///
    /// ## Why it matters
    ///
    /// Without `ttl`, a tag is a counter, and every request increments it. If a response is lost or
    /// late, Braze sends the webhook again, and the count is too high. With `ttl`, the tag is set
    /// for that time, however often it is sent.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "webhook"
    /// [headers]
    /// Content-Type = "application/json"
    /// ```
    ///
    /// ```liquid bad url
    /// https://api-h.ent-sessionm.com/priv/v1/apps/{{'EXAMPLE'}}/users/{{${user_id}}}/tags
    /// ```
    ///
    /// ```liquid bad
    /// {"tags":["opened_festival"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {"tags":["opened_festival"],"ttl":2592000}
    /// ```
    ///
    /// ## Source
    ///
    /// SessionM: Tags (reference, section 6.3).
    name: "counter-tag", level: Warn, check: Check::Message(check),
}

/// Endpoints that accept tags.
const TAGS: [&str; 2] = ["add_tags", "add_tags_by_external_id"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::Webhook) {
        return;
    }
    let own = |flat: &Flat<'_, '_>| flat.call.is_none();
    let (Some(url), Some(body)) = (urls(subject).find(own), bodies(subject).find(own)) else {
        return;
    };
    let asked = subject.known.endpoints.answer(&pattern_of(&url));
    let takes_tags = asked.endpoint.is_some_and(|endpoint| TAGS.contains(&&*endpoint.name));
    // If branches or loops build the body, search its text for `ttl`.
    if !takes_tags || body.model.template.source.text().contains("ttl") {
        return;
    }
    if let Some(start) = body.text.find("\"tags\"") {
        let at = body.site(start..start + "\"tags\"".len());
        findings
            .report(
                body.model,
                at,
                "tags without `ttl` are counters, and a webhook may be sent twice",
            )
            .help("add `\"ttl\":2592000`, the number of seconds to keep the tags");
    }
}

/// Returns a webhook's request as a pattern for endpoints.
fn pattern_of(url: &Flat<'_, '_>) -> CallPattern {
    let trimmed = url.trimmed();
    let parts = url.parts().iter().filter_map(|(start, part)| match part {
        TextPart::Text { text, .. } => {
            let end = (start + text.len()).min(trimmed.end);
            let start = (*start).max(trimmed.start);
            Some(Piece::Text(url.text.get(start..end)?.to_owned()))
        }
        // A branch that aborts the message adds nothing to the URL of one that is sent.
        TextPart::Interpolation(interpolation) => {
            interpolation.pipeline.is_some().then_some(Piece::Placeholder)
        }
    });
    CallPattern { method: "POST".to_owned(), url: parts.collect(), body: None }
}
