use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::outgoing::urls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A no-break space in the URL of a call or webhook.
    ///
    /// It looks like a blank, or like nothing, and comes along when a URL is copied from a page or
    /// a chat. Braze takes it out of a call's URL before the call; elsewhere the URL fails.
    ///
    /// Source: the reference's section 2.1.7.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/ news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "nbsp-in-url", level: Warn, check: Check::Message(check),
}

const NO_BREAK_SPACE: char = '\u{a0}';

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for flat in urls(subject) {
        let Some(start) = flat.text.find(NO_BREAK_SPACE) else { continue };
        let length = NO_BREAK_SPACE.len_utf8();
        let Some(at) = flat.written(start..start + length) else { continue };
        let title = "remove the no-break space";
        findings
            .report(flat.model, at, "found a no-break space (U+00A0) in the URL")
            .help("remove it")
            .fix(Fix::replace(title, Safety::Safe, at.span, ""));
    }
}
