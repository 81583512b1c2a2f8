use crate::diagnostic::{Fix, Safety};
use crate::dialect::tags::{CONNECTED_CONTENT_OPTIONS, nearest_option, option_help};
use crate::rules::reading::outgoing::calls;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

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
            if CONNECTED_CONTENT_OPTIONS.iter().any(|known| known.name == option.name) {
                continue;
            }
            // The parser ends a name at a hyphen.
            let source = call.at.source;
            let rest = &source.text()[option.name_span.end as usize..];
            let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            let length = match rest.starts_with('-') {
                true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                false => 0,
            };
            let span =
                Span::new(option.name_span.start as usize, option.name_span.end as usize + length);
            let name = source.slice(span);
            let report = findings
                .report(
                    model,
                    call.at.at(span),
                    format!("`connected_content` has no option `:{name}`"),
                )
                .label("has no effect")
                .help(option_help(name));
            if let Some(near) = nearest_option(name) {
                let title = format!("replace `:{name}` with `:{near}`");
                report.fix(Fix::replace(title, Safety::Unsafe, span, near));
            }
        }
    }
}
