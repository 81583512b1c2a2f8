use crate::project::Channel;
use crate::rules::reading::outgoing::{calls, tag_name};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// `connected_content` in a Banner.
    ///
    /// Banners make no calls: the message is not shown, with `connected_content_not_supported` in
    /// the log.
    ///
    /// Source: the reference's section 2.1.10.
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
    /// ```liquid good
    /// News of the week
    /// ```
    name: "call-not-available", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::Banner) {
        return;
    }
    for (model, call) in calls(subject) {
        findings
            .report(model, tag_name(call), "a Banner makes no calls")
            .label("the message is not shown")
            .help("keep what is shown in an attribute of the customer, or use another channel");
    }
}
