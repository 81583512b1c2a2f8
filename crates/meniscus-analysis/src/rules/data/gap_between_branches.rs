use crate::rules::reading::implied::number;
use crate::rules::reading::ranges::ranges;
use crate::rules::reading::values::bare;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{BranchKind, Markup, Node, Operator};

rule! {
    /// A number between two branches that has no branch.
    ///
    /// ## What it does
    ///
    /// Reports an `if` with `elsif` that compares a value with numbers and leaves out exactly one
    /// number between two branches. With an `else`, nothing is reported, nor is the number 0.
    ///
    /// ## Why it matters
    ///
    /// With `< 100` and `> 100`, customers who have exactly 100 points get neither text.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${points} < 100 %}Bronze{% elsif custom_attribute.${points} > 100 %}Silver{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${points} < 100 %}Bronze{% elsif custom_attribute.${points} >= 100 %}Silver{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Operators (reference, section 4).
    name: "gap-between-branches", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for used in &model.tags {
            let has_else = used.tag.branches.iter().any(|one| one.kind == BranchKind::Else);
            if used.name != "if" || has_else || used.tag.branches.len() < 2 {
                continue;
            }
            let Some(found) = ranges(used.at.source, used.tag) else { continue };
            let is_asked = |bound: f64| {
                let value = used.at.at(found.value.span).text();
                model.comparisons.iter().any(|one| {
                    one.operator == Operator::Equal
                        && one.at.at(one.left.span).text() == value
                        && number(one.right) == Some(bound)
                })
            };
            // Branches that only change a variable keep its value for the rest.
            let only_sets = used.tag.branches.iter().all(|branch| {
                branch.body.iter().all(|node| match node {
                    Node::Tag(tag) => matches!(tag.markup, Markup::Assign { .. }),
                    Node::Text(text) => used.at.at(text.span).text().trim().is_empty(),
                    _ => false,
                })
            });
            if only_sets {
                continue;
            }
            let gap = found.bounds.iter().find(|(bound, _)| *bound != 0.0 && found.is_gap(*bound));
            let Some((bound, comparison)) = gap.filter(|(bound, _)| !is_asked(*bound)) else {
                continue;
            };
            let value = bare(found.value, used.at.source);
            findings
                .report(
                    model,
                    used.at.trimmed(comparison.span),
                    format!("no branch is taken if `{value}` is exactly {bound}"),
                )
                .help("use `<=` or `>=` on one side, or add an `else`");
        }
    }
}
