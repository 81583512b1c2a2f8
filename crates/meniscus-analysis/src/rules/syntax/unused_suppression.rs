use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A comment that allows what is not reported.
    ///
    /// What it was for is gone; left in place, it would hide the next fault of the same kind.
    ///
    /// ```liquid bad
    /// {% comment %} meniscus: allow cache-age — the partner asked for it {% endcomment %}
    /// Hello
    /// ```
    ///
    /// ```liquid good
    /// {% comment %} meniscus: allow cache-age — the partner asked for it {% endcomment %}
    /// {% connected_content https://api.larkspur.example/news :cache_max_age 60 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    name: "unused-suppression", level: Warn, check: Check::Suppression,
}
