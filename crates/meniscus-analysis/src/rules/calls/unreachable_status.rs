use crate::analyze::{ComparisonUse, Model};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Expr, ExprKind, Operator, Segment};

rule! {
    /// `__http_status_code__` compared with an error status.
    ///
    /// ## What it does
    ///
    /// Reports a comparison of `__http_status_code__` that only a failed call could meet.
    ///
    /// ## Why it matters
    ///
    /// Braze saves a response and its status only if the call succeeds. After a failed call, there
    /// is no status. A comparison with 404 or 500 is never true, and the message goes out as if the
    /// call had succeeded.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {% if news.__http_status_code__ == 404 %}{% abort_message('no news') %}{% endif %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://api.larkspur.example/news :save news %}
    /// {% if news.__http_status_code__ != 200 %}{% abort_message('no news') %}{% endif %}
    /// {{ news.title | default: 'News' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `__http_status_code__` (reference, section 2.1.5, the stricter of the two pages it
    /// quotes).
    name: "unreachable-status", level: Warn, check: Check::Message(check),
}

const STATUS: &str = "__http_status_code__";

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for comparison in &model.comparisons {
            let sides = [
                (comparison.left, comparison.right, comparison.operator),
                (comparison.right, comparison.left, swapped(comparison.operator)),
            ];
            for (status, literal, operator) in sides {
                let ExprKind::Int(number) = literal.kind else { continue };
                if !never_holds(operator, number) || !is_status(model, comparison, status) {
                    continue;
                }
                let message = format!(
                    "{} never occurs, because a failed call has no status",
                    words(operator, number)
                );
                findings
                    .report(model, comparison.at.at(literal.span), message)
                    .help("use `!= 200`, which is true for every failed call");
            }
        }
    }
}

fn never_holds(operator: Operator, number: i64) -> bool {
    match operator {
        Operator::Equal => !(200..300).contains(&number),
        Operator::Greater => number >= 299,
        Operator::GreaterOrEqual => number >= 300,
        _ => false,
    }
}

fn words(operator: Operator, number: i64) -> String {
    match operator {
        Operator::Greater => format!("a status above {number}"),
        Operator::GreaterOrEqual => format!("a status of {number} or more"),
        _ => format!("a status of {number}"),
    }
}

fn swapped(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater | Operator::GreaterOrEqual => Operator::Less,
        same => same,
    }
}

/// Whether an expression is the status of a response, directly or through a variable.
fn is_status(model: &Model<'_>, comparison: &ComparisonUse<'_>, expr: &Expr) -> bool {
    let mut expr = expr;
    while let ExprKind::Nested(inner) = &expr.kind {
        expr = &inner.subject;
    }
    let ExprKind::Path(path) = &expr.kind else { return false };
    match path.segments.last() {
        Some(Segment::Field(span)) => comparison.at.source.slice(*span) == STATUS,
        Some(_) => false,
        None => {
            let read = model.read_at(comparison.at, expr.span);
            let definition = read.and_then(|read| match read.root {
                crate::analyze::ReadRoot::Variable { definition, .. } => {
                    model.definitions.get(definition?)
                }
                _ => None,
            });
            let value = definition.and_then(|definition| Some((definition, definition.value?)));
            value.is_some_and(|(definition, value)| {
                let text = definition.at.source.slice(value.subject.span);
                text.trim_end_matches(['}', ' ']).ends_with(STATUS)
            })
        }
    }
}
