use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::outgoing::urls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A call or webhook by `http://`.
    ///
    /// What goes out and what comes back can be read and changed on the way: customers' ids,
    /// credentials, balances. SessionM takes `https` only.
    ///
    /// Source: the reference's section 7.2; SessionM's reference, section 1.
    ///
    /// ```liquid bad
    /// {% connected_content http://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
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
            .report(
                flat.model,
                flat.site(range),
                "the URL is not encrypted: it begins with `http://`",
            )
            .help("write `https://`");
        // The fix changes only the reported text.
        if let Some(at) = written {
            let title = "replace `http://` by `https://`";
            report.fix(Fix::replace(title, Safety::Unsafe, at.span, "https://"));
        }
    }
}
