use crate::analyze::{FaultKind, Model, Usage};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// An index past the end of every known list.
    ///
    /// ## What it does
    ///
    /// Reports an index that no known value of the list reaches. A condition on the list or on the
    /// item is enough to allow it.
    ///
    /// ## Why it matters
    ///
    /// There is no item at that index, so customers see a blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign parts = 'rye,wheat,spelt' | split: ',' %}
    /// {{ parts[3] }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign parts = 'rye,wheat,spelt' | split: ',' %}
    /// {{ parts[2] }}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: indexes start at 0, and an index outside the list returns `nil`.
    name: "index-out-of-range", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for read in model.reads.iter().filter(|read| !read.defaulted) {
            let Some(fault) = &read.fault else { continue };
            let FaultKind::Index { index, longest } = fault.kind else { continue };
            let list = read.before(fault.span);
            if read.usage == Usage::Tested || is_measured(model, list) {
                continue;
            }
            let items = if longest == 1 { "1 item".to_owned() } else { format!("{longest} items") };
            let message = format!("`{list}` has at most {items}, so there is no index {index}");
            findings.report(model, read.at.at(fault.span), message).label("renders as blank").help(
                format!(
                    "use an index from 0 to {}, or check the item with `if` first",
                    longest - 1
                ),
            );
        }
    }
}

/// Whether a condition tests the length of a list.
fn is_measured(model: &Model<'_>, list: &str) -> bool {
    let size = format!("{list}.size");
    model.comparisons.iter().any(|comparison| comparison.at.text().contains(&size))
}
