use crate::project::Channel;
use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// `:retry` in an in-app message.
    ///
    /// An in-app message is put together while the customer waits; Braze does not ask again there,
    /// and a call that fails leaves a hole in the message.
    ///
    /// Source: the reference's section 2.1.2.
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
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "retry-in-in-app", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::InApp) {
        return;
    }
    for (model, call) in calls(subject) {
        let Some(retry) = call.option("retry") else { continue };
        findings
            .report(model, call.at.at(retry.span), "`:retry` is not available for in-app messages")
            .label("has no effect")
            .help("remove it, and say what is shown without an answer");
    }
}
