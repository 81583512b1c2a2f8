use crate::rules::reading::implied::is_order;
use crate::rules::reading::values::bare;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Comparison, Condition, Connective, Markup, Operator};
use crate::text::{Source, Span};

/// Most comparisons in a condition that is still checked.
const MAX: usize = 64;

rule! {
    /// A value checked for `blank` only after it's compared.
    ///
    /// ## What it does
    ///
    /// Reports a value compared with `<`, `>`, `<=`, or `>=` before the same condition checks that
    /// it isn't `blank`.
    ///
    /// ## Why it matters
    ///
    /// Braze asks you to check for `blank` first: comparing a missing value may cause a processing
    /// error. People who read the condition also expect that order.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${points} > 900 and custom_attribute.${points} != blank %}A ticket is yours.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${points} != blank and custom_attribute.${points} > 900 %}A ticket is yours.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Operators and truth; Data and logic (reference, sections 4 and 7.3).
    name: "blank-after-comparison", level: Info, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for tag in &model.tags {
            let branches = tag.tag.branches.iter().map(|branch| &branch.markup);
            for markup in std::iter::once(&tag.tag.markup).chain(branches) {
                let Markup::Condition(condition) = markup else { continue };
                let Some((span, what)) = late(condition, tag.at.source) else { continue };
                let message = format!("`{what}` is compared before the check for `blank`");
                findings
                    .report(model, tag.at.at(span), message)
                    .help("check for `blank` first, or in an `if` around this one");
            }
        }
    }
}

/// Returns the check for `blank` that comes too late, and the value it checks.
fn late<'s>(condition: &Condition, source: &'s Source) -> Option<(Span, &'s str)> {
    let all = &condition.comparisons;
    if !(2..=MAX).contains(&all.len()) || condition.connectives.contains(&Connective::Or) {
        return None;
    }
    for (index, one) in all.iter().enumerate() {
        let Some((Operator::NotEqual, operator, right)) = &one.rest else { continue };
        if !right.kind.is_nothing() {
            continue;
        }
        let what = bare(&one.left, source);
        let early =
            all[..index].iter().any(|other| is_ordered(other) && bare(&other.left, source) == what);
        if early {
            return Some((operator.to(right.span), what));
        }
    }
    None
}

fn is_ordered(comparison: &Comparison) -> bool {
    comparison.rest.as_ref().is_some_and(|(operator, ..)| is_order(*operator))
}
