use crate::rules::Check;
use crate::rules::rule::rule;

rule! {
    /// A comment that allows a rule that reports nothing there.
    ///
    /// ## What it does
    ///
    /// Reports a rule in a `meniscus: allow` comment that has nothing to report there.
    ///
    /// ## Why it matters
    ///
    /// The mistake that it was written for is gone. Left in place, the comment would hide the next
    /// mistake of the same kind.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% comment %} meniscus: allow cache-age — the partner asked for it {% endcomment %}
    /// Hello
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% comment %} meniscus: allow cache-age — the partner asked for it {% endcomment %}
    /// {% connected_content https://api.larkspur.example/news :cache_max_age 60 :save news %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is safe: it removes the comment, which customers never see. It is unsafe if the
    /// comment trims whitespace (`{%-` or `-%}`). It isn't offered if the comment allows several
    /// rules.
    ///
    /// ## Source
    ///
    /// meniscus itself: it has run the rule where the comment applies.
    name: "unused-suppression", level: Warn, check: Check::Suppression,
}
