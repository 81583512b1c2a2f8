use crate::dialect::filters::FILTERS;
use crate::render::Support;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A filter of Liquid's that Braze's list of filters does not have.
    ///
    /// Braze says that its list may not be complete, so it may work; try it in a test message before
    /// customers get it.
    ///
    /// Source: the reference's sections 0 and 3.
    ///
    /// ```liquid bad
    /// {{ 'c3VtbWVy' | base64_decode }}
    /// ```
    ///
    /// ```liquid good
    /// {{ 'summer' | base64_encode }}
    /// ```
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
                format!("Braze's documentation does not list the filter `{}`", filter.name);
            findings
                .report(model, one.at.at(one.call.name), message)
                .help("send a test message before customers get it");
        }
    }
}
