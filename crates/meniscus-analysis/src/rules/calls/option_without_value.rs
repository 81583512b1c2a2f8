use crate::diagnostic::Severity;
use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// An option of `connected_content` that lacks its value.
    ///
    /// `:save` alone saves nothing under the name that the message reads, `:method` alone leaves it
    /// a GET. What `:cache_max_age` alone does, no page says.
    ///
    /// Source: the reference's sections 2.1.2 and 7.2.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :save %}
    /// {{ connected.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "option-without-value", level: Error, check: Check::Message(check),
}

/// Options that take a value, with a description of it.
const VALUES: [(&str, &str); 9] = [
    ("method", "`:method post`, or leave it out for a GET"),
    ("headers", "`:headers {\"Name\": \"value\"}`, or leave it out"),
    ("body", "`:body {{name}}`, a captured text, or leave it out"),
    ("content_type", "`:content_type application/json`, or leave it out"),
    ("save", "`:save NAME`, the variable that the answer goes to"),
    ("basic_auth", "`:basic_auth NAME`, the name of a stored credential"),
    ("auth_credentials", "`:auth_credentials NAME`, the name of a stored credential"),
    ("cache_max_age", "`:cache_max_age SECONDS`, 300 to 14400"),
    ("accept", "`:accept application/json`, or leave it out"),
];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        for option in call.options.iter().filter(|option| option.value.is_none()) {
            let known = VALUES.iter().find(|(name, _)| *name == option.name);
            let Some((name, wanted)) = known else { continue };
            let report = findings
                .report(model, call.at.at(option.span), format!("found `:{name}` without a value"))
                .help(format!("write {wanted}"));
            if *name == "cache_max_age" {
                // A partner's page shows it like this; whether it caches is unknown.
                report.at_most(Severity::Warning);
            }
        }
    }
}
