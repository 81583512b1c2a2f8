use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::outgoing::urls;
use crate::rules::reading::url::Url;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A second `?` in the URL of a call or webhook.
    ///
    /// Parameters behind the first are set off by `&`: what follows a second `?` becomes a part of
    /// the value before it, and the other system finds neither. A URL that is itself a value is
    /// left alone.
    ///
    /// Source: the reference's section 7.3.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news?shop=7?limit=2 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news?shop=7&limit=2 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "two-question-marks", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for flat in urls(subject) {
        let Some(query) = Url::of(&flat.text, flat.trimmed()).query else { continue };
        let text = &flat.text[query.clone()];
        let Some(second) = text.find('?') else { continue };
        if text[..second].contains("://") {
            continue;
        }
        let at = query.start + second;
        let name = text[second + 1..].find(['=', '&']).unwrap_or_default();
        let site = flat.site(at..at + 1 + name);
        let mark = flat.written(at..at + 1);
        let report = findings
            .report(flat.model, site, "found a second `?` in the URL, expected `&`")
            .help("set the parameters off by `&`");
        if let Some(mark) = mark {
            report.fix(Fix::replace("replace `?` by `&`", Safety::Unsafe, mark.span, "&"));
        }
    }
}
