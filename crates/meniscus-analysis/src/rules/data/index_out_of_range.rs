use crate::analyze::{FaultKind, Model, Usage};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// An index past the end of every list that was ever seen.
    ///
    /// Nothing stands there, so nothing is printed. A condition that asks for the list or for the
    /// item makes it right.
    ///
    /// Source: Liquid counts from 0; what lies outside is `nil`.
    ///
    /// ```liquid bad
    /// {% assign parts = 'rye,wheat,spelt' | split: ',' %}
    /// {{ parts[3] }}
    /// ```
    ///
    /// ```liquid good
    /// {% assign parts = 'rye,wheat,spelt' | split: ',' %}
    /// {{ parts[2] }}
    /// ```
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
            let message = format!("`{list}` has {items} at most, found the index {index}");
            findings.report(model, read.at.at(fault.span), message).label("prints nothing").help(
                format!(
                    "write an index from 0 to {}, or ask for the item with `if` first",
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
