use crate::project::Channel;
use crate::rules::reading::rendered::{Rendered, longest_place, sent};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// The largest card that Braze sends, in bytes.
const MAX: usize = 2 * 1024;

rule! {
    /// A Content Card larger than 2 KB once rendered.
    ///
    /// ## What it does
    ///
    /// Reports a Content Card that has more than 2 KB (2,048 bytes) when it's rendered for one of
    /// its scenarios. Title, message, links, the image URL, and key-value pairs count together.
    ///
    /// ## Why it matters
    ///
    /// Braze doesn't send a larger card (`content_card_size_exceeded`).
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "content_card"
    /// ```
    ///
    /// ```liquid bad
    /// {% for day in (1..60) %}Day {{ day }}: the films of the festival are shown in all houses. {% endfor %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% for day in (1..3) %}Day {{ day }}: the films of the festival are shown in all houses. {% endfor %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Limits; Abort types (reference, sections 6 and 9A).
    name: "content-card-size", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::ContentCard) {
        return;
    }
    let worst = sent(subject).max_by_key(Rendered::bytes);
    let Some(rendered) = worst.filter(|rendered| rendered.bytes() > MAX) else { return };
    let (part, at) = longest_place(subject, &rendered);
    let message = format!(
        "the card has {} bytes {}; the limit is {MAX}",
        rendered.bytes(),
        rendered.for_whom()
    );
    findings
        .report(&subject.parts[part].model, at, message)
        .label("Braze doesn't send this card")
        .help("shorten the text, or link to it");
}
