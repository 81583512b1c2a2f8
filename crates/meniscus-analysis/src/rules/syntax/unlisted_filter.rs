use crate::dialect::filters::FILTERS;
use crate::render::Support;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A Liquid filter that Braze's list of filters doesn't have.
    ///
    /// ## What it does
    ///
    /// Reports filters that Liquid has and Braze's documentation doesn't list.
    ///
    /// ## Why it matters
    ///
    /// Braze says that its list may be incomplete, so the filter may work. Try it in a test message
    /// before you send it to customers.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ 'c3VtbWVy' | base64_decode }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{ 'summer' | base64_encode }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: how complete its lists are, and filters (reference, sections 0 and 3).
    name: "unlisted-filter", level: Info, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for one in &model.filters {
            let filter = one.filter.and_then(|id| FILTERS.get(usize::from(id.0)));
            let Some(filter) = filter.filter(|filter| filter.support == Support::Unlisted) else {
                continue;
            };
            let message =
                format!("Braze's documentation doesn't list the filter `{}`", filter.name);
            findings
                .report(model, one.at.at(one.call.name), message)
                .help("send a test message first");
        }
    }
}
