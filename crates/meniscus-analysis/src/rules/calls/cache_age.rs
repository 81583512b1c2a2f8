use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// The limits of Braze, in seconds.
const LEAST: i64 = 300;
const MAX: i64 = 14_400;

rule! {
    /// A `:cache_max_age` outside 300 to 14400 seconds.
    ///
    /// ## What it does
    ///
    /// Reports a `:cache_max_age` or `:cache` below 300 seconds or above 14400 seconds.
    ///
    /// ## Why it matters
    ///
    /// Braze caches a response for at least five minutes and at most four hours. With any other
    /// value, customers may see older or newer data than you expect.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :cache_max_age 60 :save news %}
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
    /// ## Source
    ///
    /// Braze: Options and caching (reference, sections 2.1.2 and 2.1.6).
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
                let message =
                    format!("the cache time is {seconds} s, but Braze allows {LEAST} s to {MAX} s");
                findings.report(model, at, message).help(format!(
                    "use {}, the {} that Braze allows",
                    seconds.clamp(LEAST, MAX),
                    if seconds < LEAST { "minimum" } else { "maximum" }
                ));
            }
        }
    }
}
