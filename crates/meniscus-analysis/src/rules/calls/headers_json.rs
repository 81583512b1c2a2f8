use crate::diagnostic::{Fix, Safety};
use crate::dialect::tags::HEADERS_HELP;
use crate::rules::reading::outgoing::{calls, option_of};
use crate::rules::reading::partial_json;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// Headers that aren't a JSON object.
    ///
    /// ## What it does
    ///
    /// Reports `:headers` that isn't a valid JSON object. JSON uses straight double quotes, and no
    /// comma after the last member.
    ///
    /// ## Why it matters
    ///
    /// Braze sends none of the headers, not even the credential, and the other system rejects the
    /// call.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :headers {"Accept": "application/json",} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :headers {"Accept": "application/json"} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it removes a trailing comma, so Braze sends the headers.
    ///
    /// ## Source
    ///
    /// Braze: Options (reference, sections 2.1.2 and 7.2).
    name: "headers-json", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let Some(flat) = option_of(model, call, "headers") else { continue };
        let json = partial_json::read(&flat.text);
        if let Some(fault) = json.fault {
            let message = format!("the headers aren't a JSON object: {}", fault.message);
            let report = findings
                .report(model, flat.site(fault.at), message)
                .label("no headers are sent")
                .help(HEADERS_HELP);
            let comma = fault.comma.and_then(|comma| flat.written(comma));
            if let Some(comma) = comma {
                report.fix(Fix::replace("remove the comma", Safety::Safe, comma.span, ""));
            }
        } else if !json.is_object
            && json.unknown_from.is_none()
            && json.bare_interpolations.is_empty()
        {
            findings
                .report(model, flat.whole, "the headers aren't a JSON object")
                .label("no headers are sent")
                .help(HEADERS_HELP);
        }
    }
}
