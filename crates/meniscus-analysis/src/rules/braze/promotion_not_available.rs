use super::promotion_in_branches::inner;
use crate::project::Channel;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A promotion code in a message that can't have one.
    ///
    /// ## What it does
    ///
    /// Reports a promotion code in a Banner, and in an in-app message in a Canvas.
    ///
    /// ## Why it matters
    ///
    /// Braze stops these messages if they ask for a code, so nobody sees them.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "banner"
    /// ```
    ///
    /// ```liquid bad
    /// Popcorn with the code {% promotion('kiosk') %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// Popcorn for every member
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `promotion`; Limits (reference, sections 2.5 and 6).
    name: "promotion-not-available", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let what = match subject.channel() {
        Some(Channel::Banner) => "a Banner",
        Some(Channel::InApp) if is_canvas(subject) => "an in-app message in a Canvas",
        _ => return,
    };
    for model in subject.models() {
        for tag in model.tags.iter().filter(|tag| tag.name == "promotion") {
            let at = tag.at.at(inner(tag.tag, tag.at.source));
            findings
                .report(model, at, format!("{what} can't have promotion codes"))
                .label("the message isn't shown")
                .help("send the code by email or push, or print a code from an attribute");
        }
    }
}

fn is_canvas(subject: &Subject<'_>) -> bool {
    subject.models().flat_map(|model| &model.reads).any(|read| {
        matches!(
            subject.family_of(&read.root),
            Some("context" | "canvas_entry_properties" | "canvas")
        )
    })
}
