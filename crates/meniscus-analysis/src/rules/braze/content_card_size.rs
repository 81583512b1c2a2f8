use crate::project::Channel;
use crate::rules::reading::rendered::{Rendered, longest_place, sent};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// What a card may have, in bytes.
const MAX: usize = 2 * 1024;

rule! {
    /// A Content Card of more than 2 KB, once rendered.
    ///
    /// Braze does not send it (`content_card_size_exceeded`). Title, message, links, the picture's
    /// URL and key-value pairs count together; the message is rendered for its scenarios.
    ///
    /// Source: the reference's sections 6 and 9A.
    ///
    /// ```toml message
    /// channel = "content_card"
    /// ```
    ///
    /// ```liquid bad
    /// {% for day in (1..60) %}Day {{ day }}: the films of the festival are shown in all houses. {% endfor %}
    /// ```
    ///
    /// ```liquid good
    /// {% for day in (1..3) %}Day {{ day }}: the films of the festival are shown in all houses. {% endfor %}
    /// ```
    name: "content-card-size", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::ContentCard) {
        return;
    }
    let worst = sent(subject).max_by_key(Rendered::bytes);
    let Some(rendered) = worst.filter(|rendered| rendered.bytes() > MAX) else { return };
    let (part, at) = longest_place(subject, &rendered);
    let message =
        format!("found {} bytes {}, expected {MAX} at most", rendered.bytes(), rendered.for_whom());
    findings
        .report(&subject.parts[part].model, at, message)
        .label("the card is not sent")
        .help("say it in fewer words, or link to it");
}
