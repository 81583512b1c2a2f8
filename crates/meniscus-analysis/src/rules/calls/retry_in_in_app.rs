use crate::project::Channel;
use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// `:retry` in an in-app message.
    ///
    /// ## What it does
    ///
    /// Reports `:retry` in a message whose channel is `in_app`.
    ///
    /// ## Why it matters
    ///
    /// Braze renders an in-app message while the customer waits, and doesn't retry its calls. If a
    /// call fails, the message has a blank.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "in_app"
    /// ```
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :retry :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Options (reference, section 2.1.2).
    name: "retry-in-in-app", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::InApp) {
        return;
    }
    for (model, call) in calls(subject) {
        let Some(retry) = call.option("retry") else { continue };
        findings
            .report(model, call.at.at(retry.span), "`:retry` isn't available in in-app messages")
            .label("has no effect")
            .help("remove it, and add text for a call that fails");
    }
}
