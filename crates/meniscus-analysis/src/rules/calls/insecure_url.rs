use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::outgoing::urls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A call or webhook that uses `http://`.
    ///
    /// ## What it does
    ///
    /// Reports a URL that starts with `http://` in a call or webhook.
    ///
    /// ## Why it matters
    ///
    /// Others can read and change the request and the response on the way: customers' IDs,
    /// credentials, balances. SessionM accepts only `https`.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content http://api.larkspur.example/news :save news %}
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
    /// The fix is unsafe: it assumes that the server also accepts `https`.
    ///
    /// ## Source
    ///
    /// Braze: Tags (reference, section 7.2). SessionM: API families (reference, section 1).
    name: "insecure-url", level: Info, check: Check::Message(check),
}

const INSECURE: &str = "http://";

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for flat in urls(subject) {
        let trimmed = flat.trimmed();
        let begin = flat.text.get(trimmed.start..trimmed.start + INSECURE.len());
        if !begin.is_some_and(|begin| begin.eq_ignore_ascii_case(INSECURE)) {
            continue;
        }
        let range = trimmed.start..trimmed.start + INSECURE.len();
        let written = flat.written(range.clone());
        let report = findings
            .report(flat.model, flat.site(range), "requests over `http://` aren't encrypted")
            .help("use `https://`");
        // The fix changes only the reported text.
        if let Some(at) = written {
            let title = "replace `http://` with `https://`";
            report.fix(Fix::replace(title, Safety::Unsafe, at.span, "https://"));
        }
    }
}
