use crate::diagnostic::{Fix, Safety};
use crate::dialect::filters::FILTERS;
use crate::render::Support;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A filter that Braze lists as not supported.
    ///
    /// Shopify's documentation has it, Braze's says that it does not work: the value comes through
    /// unchanged, or the message is not sent.
    ///
    /// Source: the reference's section 3.10.
    ///
    /// ```liquid bad
    /// {{ ' summer' | lstrip }}
    /// ```
    ///
    /// ```liquid good
    /// {{ ' summer' | strip }}
    /// ```
    ///
    /// ```liquid bad
    /// {% assign seats = 2 %}{{ seats }} {{ seats | pluralize: 'seat', 'seats' }}
    /// ```
    ///
    /// ```liquid good
    /// {% assign seats = 2 %}{{ seats }} {% if seats == 1 %}seat{% else %}seats{% endif %}
    /// ```
    name: "unsupported-filter", level: Error, check: Check::Message(check),
}

/// Those that this program knows; of the others, the parser tells.
fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for one in &model.filters {
            let Some(filter) = one.filter.and_then(|id| FILTERS.get(usize::from(id.0))) else {
                continue;
            };
            let Support::Unsupported(reason) = filter.support else { continue };
            let name = one.call.name;
            let message = format!("unsupported filter `{}`", filter.name);
            let report = findings.report(model, one.at.at(name), message).help(reason);
            if matches!(filter.name, "lstrip" | "rstrip") {
                report.fix(Fix::replace("write `strip`", Safety::Unsafe, name, "strip"));
            }
        }
    }
}
