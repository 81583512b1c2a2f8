use std::ops::Range;

use crate::rules::reading::flat::INTERPOLATION;
use crate::rules::reading::outgoing::urls;
use crate::rules::reading::placeholder;
use crate::rules::reading::url::Url;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A URL without a host, or with a scheme other than `http` or `https`.
    ///
    /// ## What it does
    ///
    /// Reports a URL in a call or webhook that has no host, or doesn't start with `http://` or
    /// `https://`.
    ///
    /// ## Why it matters
    ///
    /// Braze doesn't make the call (`missing_hostname` in its log). Nothing is saved, and a webhook
    /// isn't sent.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https:/api.larkspur.example/news :save news %}
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
    /// Braze: Availability and abort types (reference, sections 2.1.10 and 9A).
    name: "url-scheme", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for flat in urls(subject) {
        let trimmed = flat.trimmed();
        let Some((range, found)) = fault(&flat.text, trimmed.clone()) else { continue };
        // Report a placeholder at the start as one problem, not two.
        let is_first = |found: Range<usize>| found.start == 0;
        if placeholder::find(&flat.text[trimmed]).is_some_and(is_first) {
            continue;
        }
        findings
            .report(flat.model, flat.site(range), found)
            .label("the call isn't made")
            .help("start it with `https://` and a host");
    }
}

/// Returns what is wrong with the start of a URL, and its span.
fn fault(text: &str, range: Range<usize>) -> Option<(Range<usize>, &'static str)> {
    let start = range.start;
    let url = &text[range.clone()];
    if url.is_empty() {
        return Some((range, "the URL is empty"));
    }
    if url.starts_with(INTERPOLATION) {
        return None;
    }
    let parts = Url::of(text, range.clone());
    let host_end = start + url.find(['/', '?', INTERPOLATION]).unwrap_or(url.len());
    let Some(scheme) = parts.scheme.clone() else {
        for name in ["https:", "http:"] {
            if url.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name)) {
                let rest = url[name.len()..].trim_start_matches('/');
                let end = rest.find(['/', '?', INTERPOLATION]).unwrap_or(rest.len());
                let end = start + url.len() - rest.len() + end;
                return Some((start..end, "the URL needs two slashes after the scheme"));
            }
        }
        if url.starts_with('/') || url.starts_with('?') {
            return Some((range, "the URL has no host (`missing_hostname`)"));
        }
        return Some((start..host_end, "the URL has no scheme such as `https://`"));
    };
    let name = &text[scheme.clone()];
    if name.contains(INTERPOLATION) {
        return None;
    }
    if !name.eq_ignore_ascii_case("http") && !name.eq_ignore_ascii_case("https") {
        return Some((scheme, "the URL's scheme isn't `http` or `https`"));
    }
    let host = parts.host_and_port(text);
    let empty = host.is_empty() || text[host].starts_with(':');
    empty
        .then_some((start..parts.authority.end + 1, "the URL has no host (`missing_hostname`)"))
        .map(|(found, message)| (found.start..found.end.min(range.end), message))
}
