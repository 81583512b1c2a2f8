use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// An option of `connected_content` before the URL.
    ///
    /// ## What it does
    ///
    /// Reports an option that comes before the URL. The URL comes first, and the options follow it.
    ///
    /// ## Why it matters
    ///
    /// Braze takes the first word as the URL, so no call is made and the message gets no data
    /// (`unverified`: no page says exactly what happens).
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content :method get https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :method get :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Shape of the tag (reference, section 2.1.1).
    name: "misplaced-option", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let early = call.options.iter().find(|option| option.span.start < call.url_span.start);
        if let Some(option) = early {
            let span = crate::text::Span { start: option.span.start, end: option.name_span.end };
            findings
                .report(model, call.at.at(span), format!("`:{}` comes before the URL", option.name))
                .help("write the URL first, then the options");
        }
    }
}
