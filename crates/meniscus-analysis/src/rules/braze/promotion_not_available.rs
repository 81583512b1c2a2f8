use super::promotion_in_branches::inner;
use crate::project::Channel;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A promotion code where the channel has none.
    ///
    /// Braze stops a Banner that asks for a code, and an in-app message of a Canvas: nobody sees
    /// the message.
    ///
    /// Source: the reference's sections 2.5 and 6.
    ///
    /// ```toml message
    /// channel = "banner"
    /// ```
    ///
    /// ```liquid bad
    /// Popcorn with the code {% promotion('kiosk') %}
    /// ```
    ///
    /// ```liquid good
    /// Popcorn for every member
    /// ```
    name: "promotion-not-available", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let what = match subject.channel() {
        Some(Channel::Banner) => "a Banner",
        Some(Channel::InApp) if is_canvas(subject) => "an in-app message of a Canvas",
        _ => return,
    };
    for model in subject.models() {
        for tag in model.tags.iter().filter(|tag| tag.name == "promotion") {
            let at = tag.at.at(inner(tag.tag, tag.at.source));
            findings
                .report(model, at, format!("{what} cannot have promotion codes"))
                .label("the message is not shown")
                .help("send the code by e-mail or push, or print a code from an attribute");
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
