use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// An option of `connected_content` before the URL.
    ///
    /// The URL comes first, and options follow it. Braze takes the first word for the URL, and no
    /// call is made (`unverified`: no page shows what happens exactly).
    ///
    /// Source: the reference's section 2.1.1.
    ///
    /// ```liquid bad
    /// {% connected_content :method get https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :method get :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "misplaced-option", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let early = call.options.iter().find(|option| option.span.start < call.url_span.start);
        if let Some(option) = early {
            let span = crate::text::Span { start: option.span.start, end: option.name_span.end };
            findings
                .report(
                    model,
                    call.at.at(span),
                    format!("`:{}` stands before the URL", option.name),
                )
                .help("write the URL first, and options after it");
        }
    }
}
