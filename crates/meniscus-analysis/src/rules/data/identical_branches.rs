use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Branch, BranchKind, Node};
use crate::text::Source;

rule! {
    /// Branches with the same text.
    ///
    /// ## What it does
    ///
    /// Reports an `if`, `unless`, or `case` with an `else`, all of whose branches are the same.
    ///
    /// ## Why it matters
    ///
    /// The condition has no effect. A copied branch was probably meant to be changed.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${vip} == true %}10% off with SAVE10{% else %}10% off with SAVE10{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${vip} == true %}20% off with SAVE20{% else %}10% off with SAVE10{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// meniscus itself.
    name: "identical-branches", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for used in &model.tags {
            if !matches!(used.name, "if" | "unless" | "case") {
                continue;
            }
            let source = used.at.source;
            let branches = used.tag.own_branches().collect::<Vec<_>>();
            let has_else = branches.iter().any(|branch| branch.kind == BranchKind::Else);
            let texts = branches.iter().map(|branch| body(branch, source)).collect::<Vec<_>>();
            let is_same = texts.windows(2).all(|pair| pair[0] == pair[1]);
            if has_else && texts.len() > 1 && is_same && !texts[0].is_empty() {
                findings
                    .report(model, used.at.at(used.tag.open), "all branches are the same")
                    .label("has no effect")
                    .help("change one of them, or remove the condition");
            }
        }
    }
}

/// Returns the source of a branch's body.
fn body<'s>(branch: &Branch, source: &'s Source) -> &'s str {
    let start = branch.body.first().map(Node::span);
    let end = branch.body.last().map(Node::span);
    match (start, end) {
        (Some(start), Some(end)) => source.text()[start.start as usize..end.end as usize].trim(),
        _ => "",
    }
}
