use crate::diagnostic::{Fix, Safety, Severity};
use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

rule! {
    /// An option of `connected_content` without its value.
    ///
    /// ## What it does
    ///
    /// Reports an option that needs a value and has none, such as `:save` or `:method`, and a colon
    /// between an option and its value, as in `:save: news`.
    ///
    /// ## Why it matters
    ///
    /// `:save` without a name doesn't save the response under the name that the message reads, so
    /// the message shows blanks. `:method` without a value leaves the call a GET. No page says what
    /// `:cache_max_age` does without a value.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :save %}
    /// {{ connected.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: without the second colon, the option starts to work.
    ///
    /// ## Source
    ///
    /// Braze: Options (reference, sections 2.1.2 and 7.2).
    name: "option-without-value", level: Error, check: Check::Message(check),
}

/// Options that take a value, with a description of it.
const VALUES: [(&str, &str); 9] = [
    ("method", "`:method post`, or remove it for a GET"),
    ("headers", "`:headers {\"Name\": \"value\"}`, or remove it"),
    ("body", "`:body {{name}}` with a captured body, or remove it"),
    ("content_type", "`:content_type application/json`, or remove it"),
    ("save", "`:save NAME` with the name of a variable for the response"),
    ("basic_auth", "`:basic_auth NAME` with the name of a stored credential"),
    ("auth_credentials", "`:auth_credentials NAME` with the name of a stored credential"),
    ("cache_max_age", "`:cache_max_age SECONDS` with 300 to 14400 seconds"),
    ("accept", "`:accept application/json`, or remove it"),
];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        for option in &call.options {
            let known = VALUES.iter().any(|(name, _)| *name == option.name);
            let rest = Span { start: option.name_span.end, end: option.span.end };
            if known && call.at.source.slice(rest).starts_with(':') {
                let name = &option.name;
                let colon = Span { end: rest.start + 1, ..rest };
                let title = format!("remove the colon after `:{name}`");
                findings
                    .report(
                        model,
                        call.at.at(colon),
                        format!("the colon after `:{name}` becomes part of its value"),
                    )
                    .help(format!("write `:{name}` and the value, without a colon in between"))
                    .fix(Fix::replace(title, Safety::Unsafe, colon, ""));
            }
        }
        for option in call.options.iter().filter(|option| option.value.is_none()) {
            let known = VALUES.iter().find(|(name, _)| *name == option.name);
            let Some((name, wanted)) = known else { continue };
            let report = findings
                .report(model, call.at.at(option.span), format!("`:{name}` has no value"))
                .help(format!("use {wanted}"));
            if *name == "cache_max_age" {
                // A partner's page shows it like this; whether it caches is unknown.
                report.at_most(Severity::Warning);
            }
        }
    }
}
