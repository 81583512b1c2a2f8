use crate::project::Channel;
use crate::rules::reading::rendered::{Rendered, longest_place, sent};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// What the push services of the platforms take, in bytes.
const ANDROID: usize = 3_930;
const IOS: usize = 3_960;

rule! {
    /// A push notification of more bytes than the platforms take, once rendered.
    ///
    /// The service refuses it, and the customer gets none. All parts count: title, message, links
    /// and key-value pairs; the message is rendered for its scenarios. Web push takes a little less
    /// (3,807 bytes), Kindle more (5,985).
    ///
    /// Source: the reference's section 6.
    ///
    /// ```toml message
    /// channel = "push"
    /// ```
    ///
    /// ```liquid bad
    /// {% for day in (1..90) %}Day {{ day }}: the films of the festival are shown in all houses. {% endfor %}
    /// ```
    ///
    /// ```liquid good
    /// {% for day in (1..3) %}Day {{ day }}: the films of the festival are shown in all houses. {% endfor %}
    /// ```
    name: "push-payload", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.channel() != Some(Channel::Push) {
        return;
    }
    let worst = sent(subject).max_by_key(Rendered::bytes);
    let Some(rendered) = worst.filter(|rendered| rendered.bytes() > ANDROID) else { return };
    let (part, at) = longest_place(subject, &rendered);
    let message = format!(
        "found {} bytes {}, expected {ANDROID} at most for Android and {IOS} for iOS",
        rendered.bytes(),
        rendered.for_whom()
    );
    findings
        .report(&subject.parts[part].model, at, message)
        .label("the notification is refused")
        .help("say it in fewer words, or link to it");
}
