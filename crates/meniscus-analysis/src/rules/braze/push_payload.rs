use crate::project::Channel;
use crate::rules::reading::rendered::{Rendered, longest_place, sent};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// The largest notification that each push service accepts, in bytes.
const ANDROID: usize = 3_930;
const IOS: usize = 3_960;

rule! {
    /// A push notification larger than the platforms accept once rendered.
    ///
    /// ## What it does
    ///
    /// Reports a push notification that has more than 3,930 bytes when it's rendered for one of its
    /// scenarios. That's the limit for Android; iOS accepts 3,960 bytes, web push 3,807, and Kindle
    /// 5,985. All parts count: title, message, links, and key-value pairs.
    ///
    /// ## Why it matters
    ///
    /// The push service refuses the notification, so the customer doesn't get it.
    ///
    /// ## Example
    ///
    /// ```toml message
    /// channel = "push"
    /// ```
    ///
    /// ```liquid bad
    /// {% for day in (1..90) %}Day {{ day }}: the films of the festival are shown in all houses. {% endfor %}
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
    /// Braze: Limits (reference, section 6).
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
        "the notification has {} bytes {}; the limit is {ANDROID} for Android, {IOS} for iOS",
        rendered.bytes(),
        rendered.for_whom()
    );
    findings
        .report(&subject.parts[part].model, at, message)
        .label("the push service refuses it")
        .help("shorten the text, or link to it");
}
