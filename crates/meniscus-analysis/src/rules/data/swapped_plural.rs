use crate::rules::reading::implied::number;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Branch, BranchKind, Condition, Markup, Node, Operator};
use crate::text::Source;

rule! {
    /// A plural for one, and a singular for several.
    ///
    /// ## What it does
    ///
    /// Reports a condition for the number 1 with two branches, if the branch for 1 is the other one
    /// with an `s` added.
    ///
    /// ## Why it matters
    ///
    /// Customers read "1 vouchers" and "5 voucher".
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign left = custom_attribute.${vouchers} | default: 0 %}
    /// {{left}} {% if left == 1 %}vouchers{% else %}voucher{% endif %} left
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign left = custom_attribute.${vouchers} | default: 0 %}
    /// {{left}} {% if left == 1 %}voucher{% else %}vouchers{% endif %} left
    /// ```
    ///
    /// ## Source
    ///
    /// meniscus itself.
    name: "swapped-plural", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for used in &model.tags {
            let Markup::Condition(Condition { comparisons, .. }) = &used.tag.markup else {
                continue;
            };
            let ([one], [first, second]) = (&comparisons[..], &used.tag.branches[..]) else {
                continue;
            };
            let Some((operator, _, right)) = &one.rest else { continue };
            let (Some(bound), BranchKind::Else) = (number(right), second.kind) else { continue };
            let source = used.at.source;
            // Behind the number comes a noun, elsewhere perhaps a verb: "1 expires".
            let before = &source.text()[..used.tag.open.start as usize];
            if !before.trim_end().ends_with("}}") {
                continue;
            }
            let (first, second) = (text(first, source), text(second, source));
            let (if_one, if_more) = match (operator, bound as i64, used.name) {
                (Operator::Equal, 1, "if")
                | (Operator::NotEqual | Operator::Greater, 1, "unless") => (first, second),
                (Operator::NotEqual | Operator::Greater, 1, "if")
                | (Operator::GreaterOrEqual, 2, "if")
                | (Operator::Equal, 1, "unless") => (second, first),
                _ => continue,
            };
            let (Some(if_one), Some(if_more)) = (if_one, if_more) else { continue };
            let is_swapped = if_one.len() > 3 && if_one.strip_suffix('s') == Some(if_more);
            if is_swapped && if_more.ends_with(char::is_alphabetic) {
                findings
                    .report(
                        model,
                        used.at.at(used.tag.open),
                        format!("`{if_one}` is for 1, and `{if_more}` for others"),
                    )
                    .help("swap the branches");
            }
        }
    }
}

/// Returns the words of a branch that has nothing else.
fn text<'s>(branch: &Branch, source: &'s Source) -> Option<&'s str> {
    match &branch.body[..] {
        [Node::Text(text)] => Some(source.slice(text.span).trim()),
        _ => None,
    }
}
