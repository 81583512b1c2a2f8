use crate::diagnostic::Severity;
use crate::rules::reading::outgoing::{calls, url_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A call's URL that is in quotes, or breaks off at a line break or unmatched braces.
    ///
    /// ## What it does
    ///
    /// Reports a URL that continues after a line break. Also reports `{{` without `}}`, and `}}`
    /// without `{{`, and a URL in quotes.
    ///
    /// ## Why it matters
    ///
    /// The URL ends where the line ends. Unmatched braces and quotes are sent as written. Either
    /// way, the call requests something that doesn't exist, and the message gets no data.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news?shop=7&
    /// limit=2 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid bad
    /// {% connected_content 'https://api.larkspur.example/news' :save news %}
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
    /// ## Source
    ///
    /// Braze: Shape of the tag (reference, sections 2.1.1 and 7.1).
    name: "broken-url", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let url = url_of(model, call);
        let range = url.trimmed();
        let text = &url.text[range.clone()];
        let quote = range.start.checked_sub(1);
        if let Some(at) = quote.filter(|at| url.text[*at..].starts_with(['\'', '"'])) {
            findings
                .report(model, url.site(at..at + 1), "the URL is in quotes")
                .label("part of the URL, which then has no host")
                .help("remove the quotes; `connected_content` takes the URL as it is written")
                .at_most(Severity::Warning);
            continue;
        }
        if let Some(at) = text.find(['\n', '\r']) {
            let end = range.start + text[..at].trim_end().len();
            let last = url.text[..end].char_indices().next_back().map_or(end, |(at, _)| at);
            findings
                .report(model, url.site(last..end), "the URL breaks off at the end of this line")
                .label("the next line isn't part of the URL")
                .help("write the URL on one line");
            continue;
        }
        let open = text.find("{{").or_else(|| {
            let stray = text.find("}}")?;
            (!text[..stray].contains('{')).then_some(stray)
        });
        if let Some(at) = open {
            let start = range.start + at;
            let site = url.site(start..start + 2);
            findings
                .report(model, site, "the URL contains unmatched braces")
                .label("sent as written")
                .help("write a value as `{{ … }}`, with two braces on each side");
        }
    }
}
