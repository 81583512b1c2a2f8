use std::ops::Range;

use crate::rules::reading::flat::Flat;
use crate::rules::reading::outgoing::{bodies, calls, headers, option_of};
use crate::rules::reading::placeholder;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A placeholder of a guide in a header, a body or an option.
    ///
    /// `YOUR-RETAIL-ID` and `YOUR-BASE64-ENCODED-KEY` stand in SessionM's guide for what the brand
    /// gets from SessionM. Left in place they go out as they stand, and every answer is an error.
    ///
    /// Source: the reference's section 8.3; SessionM's reference, section 9.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :headers {"X-Api-Key": "YOUR-API-KEY"} :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :auth_credentials larkspur :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "unfilled-placeholder", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for header in headers(subject) {
        let text = &header.flat.text[header.value.clone()];
        let start = header.value.start;
        let found = placeholder::find(text).or_else(|| {
            // Behind `Basic` or `Bearer`, or alone.
            let value = text.rfind(' ').map_or(0, |space| space + 1);
            placeholder::is_whole(&text[value..]).then_some(value..text.len())
        });
        if let Some(found) = found {
            let place = format!("the header `{}`", header.name);
            report(&header.flat, start + found.start..start + found.end, &place, findings);
        }
    }
    for body in bodies(subject) {
        if let Some(found) = placeholder::find(&body.text) {
            report(&body, found, "the body", findings);
        }
    }
    for (model, call) in calls(subject) {
        for name in ["basic_auth", "auth_credentials", "content_type"] {
            let Some(value) = option_of(model, call, name) else { continue };
            if let Some(found) = placeholder::find(&value.text) {
                report(&value, found, &format!("`:{name}`"), findings);
            }
        }
    }
    for model in subject.models() {
        for output in &model.outputs {
            let text = output.at.text();
            let name = text.trim_matches(['{', '}', '-', ' ']);
            let shouts = |c: char| c.is_ascii_uppercase() || matches!(c, ' ' | '_' | '-');
            if name.contains(' ') && name.len() > 4 && name.chars().all(shouts) {
                findings
                    .report(model, output.at, format!("found the placeholder `{name}`"))
                    .help("write the value that belongs there");
            }
        }
    }
}

fn report(flat: &Flat<'_, '_>, range: Range<usize>, place: &str, findings: &mut Findings<'_>) {
    // The values of a workspace's variables are put in before a template goes out.
    let Some(at) = flat.written(range.clone()) else { return };
    let found = &flat.text[range];
    findings
        .report(flat.model, at, format!("found the placeholder `{found}` in {place}"))
        .label("goes out as it stands")
        .help("write the value that belongs there; credentials are stored in Braze and named");
}
