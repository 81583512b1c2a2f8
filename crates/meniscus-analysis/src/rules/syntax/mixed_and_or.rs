use crate::rules::reading::implied::same;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Comparison, Condition, Connective, ExprKind, Markup, Operator};
use crate::text::Source;

rule! {
    /// A condition that mixes `and` with `or` in a misleading order.
    ///
    /// ## What it does
    ///
    /// Reports conditions in which Liquid groups `and` and `or` differently than people do, if that
    /// changes the result. A condition that means the same either way isn't reported, nor is one in
    /// which `or` joins two values of the same thing.
    ///
    /// ## Why it matters
    ///
    /// Liquid has no precedence and evaluates from the right. It reads `a and b or c` as
    /// `a and (b or c)`, while most people read `(a and b) or c`. Customers for whom only `c` is
    /// true are left out.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if ${country} == 'DE' and custom_attribute.${member} or custom_attribute.${guest_pass} %}Come in.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Parentheses aren't allowed. Nested `if` tags or `elsif` make the grouping clear.
    ///
    /// ```liquid good
    /// {% if custom_attribute.${guest_pass} %}Come in.{% elsif ${country} == 'DE' and custom_attribute.${member} %}Come in.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${member} and ${country} == 'DE' or ${country} == 'AT' %}Come in.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: operators (reference, section 4). Shopify Liquid 5.
    name: "mixed-and-or", level: Warn, check: Check::Message(check),
}

/// Most comparisons of a condition whose truth values are enumerated.
const MAX_TRIED: usize = 8;

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for tag in &model.tags {
            let others = tag.tag.branches.iter().map(|branch| &branch.markup);
            for markup in std::iter::once(&tag.tag.markup).chain(others) {
                let Markup::Condition(condition) = markup else { continue };
                if !is_misleading(tag.at.source, condition) {
                    continue;
                }
                let at = tag.at.trimmed(condition.span);
                let message =
                    format!("this condition means `{}`", grouped(tag.at.source, condition));
                findings.report(model, at, message).label("evaluated from the right").help(
                    "nest one `if` inside another, or use `elsif`, to make the grouping clear",
                );
            }
        }
    }
}

/// Whether Ruby's reading differs from a person's, with different results.
fn is_misleading(source: &Source, condition: &Condition) -> bool {
    let Condition { comparisons, connectives, .. } = condition;
    let Some(first_and) = connectives.iter().position(|one| *one == Connective::And) else {
        return false;
    };
    let ors = connectives.iter().enumerate().skip(first_and + 1);
    let ors = ors.filter(|(_, one)| **one == Connective::Or).map(|(at, _)| at);
    let ors = ors.collect::<Vec<_>>();
    // `a and x == 1 or x == 2` is parsed as intended.
    let joins_values = |at: usize| {
        let (left, right) = (&comparisons[at], &comparisons[at + 1]);
        left.rest.is_some() && right.rest.is_some() && same(source, &left.left, &right.left)
    };
    if ors.is_empty() || ors.iter().all(|at| joins_values(*at)) || comparisons.len() > MAX_TRIED {
        return false;
    }
    (0..1u32 << comparisons.len()).any(|truth| {
        let holds = |at: usize| truth & (1 << at) != 0;
        let values = (0..comparisons.len()).map(holds).collect::<Vec<_>>();
        is_possible(source, comparisons, &values)
            && from_the_right(&values, connectives) != with_precedence(&values, connectives)
    })
}

/// Whether these truth values can occur together: equal comparisons agree, and a value equals at
/// most one of two literals.
fn is_possible(source: &Source, comparisons: &[Comparison], values: &[bool]) -> bool {
    let equals = |one: &Comparison| {
        let rest = one.rest.as_ref();
        rest.is_some_and(|(operator, _, right)| {
            *operator == Operator::Equal && matches!(right.kind, ExprKind::Str(_))
        })
    };
    for (index, one) in comparisons.iter().enumerate() {
        for (other_index, other) in comparisons.iter().enumerate().skip(index + 1) {
            let text = |one: &Comparison| source.slice(one.span).trim().to_owned();
            if text(one) == text(other) {
                if values[index] != values[other_index] {
                    return false;
                }
            } else if equals(one)
                && equals(other)
                && same(source, &one.left, &other.left)
                && values[index]
                && values[other_index]
            {
                return false;
            }
        }
    }
    true
}

fn from_the_right(values: &[bool], connectives: &[Connective]) -> bool {
    let mut all = values.last().copied().unwrap_or_default();
    for (value, connective) in values.iter().zip(connectives).rev() {
        all = match connective {
            Connective::And => *value && all,
            Connective::Or => *value || all,
        };
    }
    all
}

fn with_precedence(values: &[bool], connectives: &[Connective]) -> bool {
    let (mut any, mut all) = (false, true);
    for (index, value) in values.iter().enumerate() {
        all &= value;
        if connectives.get(index) != Some(&Connective::And) {
            any |= all;
            all = true;
        }
    }
    any
}

/// Returns the condition with parentheses as Liquid groups it.
fn grouped(source: &Source, condition: &Condition) -> String {
    let text = |one: &Comparison| source.slice(one.span).trim().to_owned();
    let mut comparisons = condition.comparisons.iter().rev();
    let mut shown = comparisons.next().map(text).unwrap_or_default();
    let mut outer: Option<Connective> = None;
    for (one, connective) in comparisons.zip(condition.connectives.iter().rev()) {
        let word = if *connective == Connective::And { "and" } else { "or" };
        shown = match outer {
            Some(inner) if inner != *connective => format!("{} {word} ({shown})", text(one)),
            _ => format!("{} {word} {shown}", text(one)),
        };
        outer = Some(*connective);
    }
    shown
}
