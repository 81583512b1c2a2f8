use crate::diagnostic::{Fix, Safety};
use crate::dialect::tags::HEADERS_HELP;
use crate::rules::reading::outgoing::{calls, option_of};
use crate::rules::reading::partial_json;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// Headers that are no JSON object.
    ///
    /// None of them is sent then, the credential among them, and the other system refuses the call.
    /// JSON has double quotes, straight ones, and no comma behind the last member.
    ///
    /// Source: the reference's sections 2.1.2 and 7.2.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :headers {"Accept": "application/json",} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :headers {"Accept": "application/json"} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "headers-json", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        let Some(flat) = option_of(model, call, "headers") else { continue };
        let json = partial_json::read(&flat.text);
        if let Some(fault) = json.fault {
            let message = format!("the headers are no JSON object: {}", fault.message);
            let report = findings
                .report(model, flat.site(fault.at), message)
                .label("no header is sent")
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
                .report(
                    model,
                    flat.whole,
                    "the headers are no JSON object: found another value, expected an object",
                )
                .label("no header is sent")
                .help(HEADERS_HELP);
        }
    }
}
