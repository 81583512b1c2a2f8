use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// What Braze takes, in seconds.
const LEAST: i64 = 300;
const MAX: i64 = 14_400;

rule! {
    /// A `:cache_max_age` outside of 300 to 14400 seconds.
    ///
    /// Braze keeps an answer for five minutes at least and four hours at most; what is asked for
    /// beyond that is not what happens.
    ///
    /// Source: the reference's sections 2.1.2 and 2.1.6.
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :cache_max_age 60 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :cache_max_age 600 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "cache-age", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for call in &model.calls {
            let options = call.options.iter();
            for option in options.filter(|option| matches!(option.name, "cache_max_age" | "cache"))
            {
                let text = option.value.as_ref().and_then(|value| value.as_text());
                let Some(seconds) = text.and_then(|text| text.trim().parse::<i64>().ok()) else {
                    continue;
                };
                if (LEAST..=MAX).contains(&seconds) {
                    continue;
                }
                let at = call.at.at(option.value_span.unwrap_or(option.span));
                let message = format!("found {seconds} s, expected {LEAST} to {MAX} s");
                findings.report(model, at, message).help(format!(
                    "write {}, the {} that Braze keeps an answer",
                    seconds.clamp(LEAST, MAX),
                    if seconds < LEAST { "least" } else { "most" }
                ));
            }
        }
    }
}
