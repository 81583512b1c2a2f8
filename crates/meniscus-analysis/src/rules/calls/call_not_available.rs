use crate::project::Channel;
use crate::rules::reading::outgoing::{calls, tag_name};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// `connected_content` in a Banner.
    ///
    /// ## What it does
    ///
    /// Reports a `connected_content` tag in a message whose channel is `banner`.
    ///
    /// ## Why it matters
    ///
    /// Banners can't make calls. Braze doesn't show the message, and logs
    /// `connected_content_not_supported`.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "banner"
    /// ```
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// News of the week
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Where Connected Content isn't available (reference, section 2.1.10).
    name: "call-not-available", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::Banner) {
        return;
    }
    for (model, call) in calls(subject) {
        findings
            .report(model, tag_name(call), "`connected_content` isn't available in Banners")
            .label("the message isn't shown")
            .help("store the content in a custom attribute, or use another channel");
    }
}
