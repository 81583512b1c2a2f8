use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::outgoing::urls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A no-break space in the URL of a call or webhook.
    ///
    /// ## What it does
    ///
    /// Reports a no-break space (U+00A0) in the URL of a call or webhook. It looks like a space, or
    /// like nothing, and often comes from a URL copied from a page or a chat.
    ///
    /// ## Why it matters
    ///
    /// Braze removes it from the URL of a call. In any other URL, it breaks the request.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/ news :save news %}
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
    /// ## Fix safety
    ///
    /// The fix counts as unsafe, because it changes the URL. It removes only the no-break space,
    /// which Braze removes from the URL of a call anyway.
    ///
    /// ## Source
    ///
    /// Braze: Unhealthy hosts and URLs (reference, section 2.1.7).
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
            .report(flat.model, at, "the URL contains a no-break space (U+00A0)")
            .help("remove it")
            .fix(Fix::replace(title, Safety::Safe, at.span, ""));
    }
}
