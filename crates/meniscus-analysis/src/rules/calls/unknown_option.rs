use crate::diagnostic::{Fix, Safety};
use crate::dialect::tags::{CONNECTED_CONTENT_OPTIONS, option_help};
use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::nearest;

rule! {
    /// An option of `connected_content` that Braze doesn't know.
    ///
    /// ## What it does
    ///
    /// Reports an option that Braze doesn't have, such as a misspelled `:cache_max_age`.
    ///
    /// ## Why it matters
    ///
    /// The option has no effect, and no error says so: a misspelled `:cache_max_age` caches
    /// nothing. Braze waits two seconds for a response, whatever a template asks for.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :cache_maxage 600 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :cache_max_age 600 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the most similar option may not be the one that was meant.
    ///
    /// ## Source
    ///
    /// Braze: Options (reference, section 2.1.2).
    name: "unknown-option", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for (model, call) in calls(subject) {
        for option in &call.options {
            if CONNECTED_CONTENT_OPTIONS.contains(&option.name) {
                continue;
            }
            let name = option.name;
            let report = findings
                .report(
                    model,
                    call.at.at(option.name_span),
                    format!("`connected_content` has no option `:{name}`"),
                )
                .label("has no effect")
                .help(option_help(name));
            if let Some(near) = nearest(name, CONNECTED_CONTENT_OPTIONS) {
                let title = format!("replace `:{name}` with `:{near}`");
                report.fix(Fix::replace(title, Safety::Unsafe, option.name_span, near));
            }
        }
    }
}
