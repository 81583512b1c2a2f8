use crate::rules::reading::implied::same;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Comparison, Condition, Connective, ExprKind, Markup, Operator};
use crate::text::{Source, Span};

rule! {
    /// A condition that no value meets, or that every value meets.
    ///
    /// ## What it does
    ///
    /// Reports comparisons of one value that contradict each other with `and`, or that cover every
    /// value with `or`.
    ///
    /// ## Why it matters
    ///
    /// No value is `'US'` and `'CA'` at once, and every value differs from one of the two. With
    /// `and` instead of `or`, the branch never runs. With `or` instead of `and`, it always runs,
    /// and customers get text meant for others.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if ${country} != 'US' or ${country} != 'CA' %}Duties may apply.{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${points} < 100 and custom_attribute.${points} > 500 %}Almost there.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if ${country} != 'US' and ${country} != 'CA' %}Duties may apply.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${points} > 100 and custom_attribute.${points} < 500 %}Almost there.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5.
    name: "contradictory-condition", level: Warn, check: Check::Message(check),
}

/// Most comparisons of a condition that are checked against each other.
const MAX_COMPARED: usize = 32;

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for tag in &model.tags {
            let markups = tag.tag.branches.iter().map(|branch| &branch.markup);
            for markup in std::iter::once(&tag.tag.markup).chain(markups) {
                let Markup::Condition(condition) = markup else { continue };
                let source = tag.at.source;
                let Some((first, second, holds)) = contradiction(source, condition) else {
                    continue;
                };
                let span = Span { start: first.span.start, end: second.span.end };
                let at = tag.at.trimmed(span);
                let shown = source.slice(first.left.span);
                let (message, label, help) = match holds {
                    true => (
                        format!("every value of `{shown}` meets this condition"),
                        "always true",
                        "join the comparisons with `and`",
                    ),
                    false => (
                        format!("no value of `{shown}` meets this condition"),
                        "never true",
                        "join the comparisons with `or`, or correct a value",
                    ),
                };
                findings.report(model, at, message).label(label).help(help);
            }
        }
    }
}

/// Returns two comparisons of the same value that are always true together, or never.
fn contradiction<'c>(
    source: &Source,
    condition: &'c Condition,
) -> Option<(&'c Comparison, &'c Comparison, bool)> {
    let Condition { comparisons, connectives, .. } = condition;
    let connective = *connectives.first()?;
    if comparisons.len() > MAX_COMPARED || connectives.iter().any(|one| *one != connective) {
        return None;
    }
    let holds = connective == Connective::Or;
    for (index, first) in comparisons.iter().enumerate() {
        for second in &comparisons[index + 1..] {
            let (Some(one), Some(other)) = (asked(source, first), asked(source, second)) else {
                continue;
            };
            let found = match holds {
                true => one.covers_all_with(&other),
                false => one.excludes(&other),
            };
            if found && same(source, &first.left, &second.left) {
                return Some((first, second, holds));
            }
        }
    }
    None
}

/// What a comparison requires of its left side.
enum Asked<'s> {
    Is(&'s str),
    IsNot(&'s str),
    Nothing,
    Below(f64, bool),
    Above(f64, bool),
}

fn asked<'s>(source: &'s Source, comparison: &Comparison) -> Option<Asked<'s>> {
    let (operator, _, right) = comparison.rest.as_ref()?;
    let text = source.slice(right.span).trim();
    let number = || match right.kind {
        ExprKind::Int(_) | ExprKind::Float(_) => text.parse::<f64>().ok(),
        _ => None,
    };
    // Quoted digits differ from a number, and `1.0` equals `1`.
    let is_text = matches!(right.kind, ExprKind::Str(span) if !span.is_empty());
    let is_value = is_text || matches!(right.kind, ExprKind::Int(_) | ExprKind::Bool(_));
    let value = match right.kind {
        ExprKind::Str(span) => source.slice(span),
        _ => text,
    };
    match operator {
        Operator::Equal if is_value => Some(Asked::Is(value)),
        Operator::NotEqual if is_value => Some(Asked::IsNot(value)),
        Operator::Equal if matches!(right.kind, ExprKind::Blank | ExprKind::Nil) => {
            Some(Asked::Nothing)
        }
        Operator::Less => Some(Asked::Below(number()?, false)),
        Operator::LessOrEqual => Some(Asked::Below(number()?, true)),
        Operator::Greater => Some(Asked::Above(number()?, false)),
        Operator::GreaterOrEqual => Some(Asked::Above(number()?, true)),
        _ => None,
    }
}

impl Asked<'_> {
    /// Whether no value satisfies both.
    fn excludes(&self, other: &Asked<'_>) -> bool {
        match (self, other) {
            (Asked::Is(one), Asked::Is(other)) => one != other,
            (Asked::Is(one), Asked::IsNot(other)) | (Asked::IsNot(one), Asked::Is(other)) => {
                one == other
            }
            (Asked::Nothing, Asked::Is(value)) | (Asked::Is(value), Asked::Nothing) => {
                *value != "false"
            }
            (Asked::Below(most, with_most), Asked::Above(least, with_least))
            | (Asked::Above(least, with_least), Asked::Below(most, with_most)) => {
                least > most || (least == most && !(*with_most && *with_least))
            }
            _ => false,
        }
    }

    /// Whether every value satisfies at least one.
    fn covers_all_with(&self, other: &Asked<'_>) -> bool {
        match (self, other) {
            (Asked::IsNot(one), Asked::IsNot(other)) => one != other,
            // A missing value is neither below nor above.
            (Asked::Below(most, _), Asked::Above(least, _))
            | (Asked::Above(least, _), Asked::Below(most, _)) => least < most,
            _ => false,
        }
    }
}
