use crate::analyze::Site;
use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::outgoing::urls;
use crate::rules::reading::url::Url;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// A second `?` in the URL of a call, a webhook, or a link.
    ///
    /// ## What it does
    ///
    /// Reports a second `?` in a URL. A URL that is itself the value of a query parameter is
    /// ignored.
    ///
    /// ## Why it matters
    ///
    /// Query parameters after the first one start with `&`. What follows a second `?` becomes part
    /// of the value before it, and the other system finds neither parameter.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news?shop=7?limit=2 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news?shop=7&limit=2 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it replaces `?` with `&`, which changes the query parameters.
    ///
    /// ## Source
    ///
    /// Braze: Data and logic (reference, section 7.3).
    name: "two-question-marks", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    links(subject, findings);
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
            .report(flat.model, site, "the URL has a second `?` where `&` belongs")
            .help("separate query parameters with `&`");
        if let Some(mark) = mark {
            report.fix(Fix::replace("replace `?` with `&`", Safety::Unsafe, mark.span, "&"));
        }
    }
}

/// Checks links in HTML.
fn links(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for part in &subject.parts {
        let source = &part.template.source;
        for (start, _) in source.text().match_indices("href=") {
            let start = start + "href=".len();
            let Some(quote) = source.text()[start..].chars().next() else { continue };
            if !matches!(quote, '"' | '\'') {
                continue;
            }
            let value = &source.text()[start + 1..];
            let value = value.split([quote, '<', '\n']).next().unwrap_or_default();
            let Some(at) = second_mark(value) else { continue };
            let name = value[at + 1..].find(['=', '&']).unwrap_or_default();
            let span = Span::new(start + 1 + at, start + 2 + at + name);
            let site = Site { source, span, via: None };
            let mark = Span::new(start + 1 + at, start + 2 + at);
            findings
                .report(&part.model, site, "the link has a second `?` where `&` belongs")
                .help("separate query parameters with `&`")
                .fix(Fix::replace("replace `?` with `&`", Safety::Unsafe, mark, "&"));
        }
    }
}

/// Finds a second `?` before a parameter, ignoring Liquid.
fn second_mark(value: &str) -> Option<usize> {
    let (mut at, mut marks) = (0, 0);
    while at < value.len() {
        let rest = &value[at..];
        let close = match () {
            () if rest.starts_with("{{") => Some("}}"),
            () if rest.starts_with("{%") => Some("%}"),
            () => None,
        };
        if let Some(close) = close {
            at += rest.find(close)? + close.len();
            continue;
        }
        let c = rest.chars().next()?;
        if c == '?' {
            marks += 1;
            let name = rest[1..].bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_');
            let length = name.count();
            if marks > 1 && length > 0 && rest[1 + length..].starts_with('=') {
                // A URL used as a value may have its own query.
                return (!value[8.min(value.len())..at].contains("://")).then_some(at);
            }
        }
        at += c.len_utf8();
    }
    None
}
