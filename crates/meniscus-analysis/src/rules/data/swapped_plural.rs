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
            // After the number comes a noun, elsewhere perhaps a verb: "1 expires".
            if !follows(source, used.tag.open.start as usize, source.slice(one.left.span)) {
                continue;
            }
            let (is_one, is_two) = (bound == 1.0, bound == 2.0);
            let (first, second) = (text(first, source), text(second, source));
            let (if_one, if_more) = match (operator, used.name) {
                (Operator::Equal, "if") | (Operator::NotEqual | Operator::Greater, "unless")
                    if is_one =>
                {
                    (first, second)
                }
                (Operator::NotEqual | Operator::Greater, "if") | (Operator::Equal, "unless")
                    if is_one =>
                {
                    (second, first)
                }
                (Operator::GreaterOrEqual, "if") if is_two => (second, first),
                _ => continue,
            };
            let (Some(if_one), Some(if_more)) = (if_one, if_more) else { continue };
            let is_swapped = if_one.len() > 3 && if_one.strip_suffix('s') == Some(if_more);
            if is_swapped && !VERBS.contains(&if_one) && if_more.ends_with(char::is_alphabetic) {
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

/// Verbs that follow a number: "1 remains".
const VERBS: [&str; 12] = [
    "arrives", "awaits", "begins", "comes", "ends", "expires", "needs", "remains", "runs",
    "starts", "waits", "works",
];

/// Whether an output of a value comes right before a place.
fn follows(source: &Source, place: usize, value: &str) -> bool {
    let before = source.text()[..place].trim_end();
    let output = before.strip_suffix("}}").and_then(|before| {
        let start = before.rfind("{{")?;
        before.get(start + 2..)
    });
    output.is_some_and(|output| {
        let output = output.trim_matches(|c: char| c == '-' || c.is_whitespace());
        output
            .strip_prefix(value)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '|']))
    })
}

/// Returns the words of a branch that has nothing else.
fn text<'s>(branch: &Branch, source: &'s Source) -> Option<&'s str> {
    match &branch.body[..] {
        [Node::Text(text)] => Some(source.slice(text.span).trim()),
        _ => None,
    }
}
