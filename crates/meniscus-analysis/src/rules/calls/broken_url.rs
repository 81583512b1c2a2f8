use crate::rules::reading::outgoing::{calls, url_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// The URL of a call that breaks off: at a line break, or at braces that are left open.
    ///
    /// The URL ends where the line does, and what follows isn't part of it. Braces without their
    /// end go out as they stand. In both cases the call asks for something that isn't there.
    ///
    /// Source: the reference's sections 2.1.1 and 7.1.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news?shop=7&
    /// limit=2 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news?shop=7&limit=2 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "broken-url", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let url = url_of(model, call);
        let range = url.trimmed();
        let text = &url.text[range.clone()];
        if let Some(at) = text.find(['\n', '\r']) {
            let end = range.start + text[..at].trim_end().len();
            let last = url.text[..end].char_indices().next_back().map_or(end, |(at, _)| at);
            findings
                .report(model, url.site(last..end), "the URL breaks off at the end of this line")
                .label("what follows isn't part of it")
                .help("write the URL in one line");
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
                .report(model, site, "braces in the URL are opened or closed only once")
                .label("goes out as it stands")
                .help("write a value as `{{ … }}`, with two braces on each side");
        }
    }
}
