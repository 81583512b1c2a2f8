use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Shape, Values};
use crate::syntax::ast::Operator;
use crate::text::nearest;
use crate::value::{Value, View};

rule! {
    /// A comparison with a value that isn't one of the documented ones.
    ///
    /// ## What it does
    ///
    /// Reports `==` and `!=` with a value that a schema or Braze's documentation doesn't list.
    /// Values that were only recorded aren't a complete list, so they aren't used.
    ///
    /// ## Why it matters
    ///
    /// The branch is never taken, or always taken with `!=`, so customers get the wrong text.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'success' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% connected_content https://h.ent-sessionm.com/offers/api/2.0/offers/get_user_offers :method post :body {"user_id":"{{${user_id}}}"} :content_type application/json :save wallet %}
    /// {% if wallet.status == 'ok' %}{{ wallet.payload.available_points }}{% endif %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the most similar value may not be the one that was meant.
    ///
    /// ## Source
    ///
    /// SessionM: Enumerations (reference, section 4.3). Braze: Platforms (reference, section 1.4).
    name: "value-outside-enumeration", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for comparison in &model.comparisons {
            if !matches!(comparison.operator, Operator::Equal | Operator::NotEqual) {
                continue;
            }
            let sides = [
                (
                    &comparison.left_shape,
                    comparison.left,
                    &comparison.right_shape,
                    comparison.right,
                ),
                (
                    &comparison.right_shape,
                    comparison.right,
                    &comparison.left_shape,
                    comparison.left,
                ),
            ];
            for (shape, expr, other, literal) in sides {
                if let Some(outside) = outside(shape, other) {
                    let at = comparison.at.at(literal.span);
                    let name = comparison.at.at(expr.span).text();
                    report(model, at, name, &outside, findings);
                }
            }
        }
    }
}

/// A value outside the documented ones.
struct Outside<'s> {
    found: &'s str,
    /// The closest documented value.
    near: Option<&'s str>,
    documented: &'s Shape,
}

fn outside<'s>(shape: &'s Shape, other: &'s Shape) -> Option<Outside<'s>> {
    let scalar = shape.scalar.as_ref().filter(|scalar| scalar.known == Values::Documented)?;
    let Some(View::Str(found)) = other.as_constant().map(Value::view) else { return None };
    let texts = scalar.values.iter().filter_map(|value| match value.view() {
        View::Str(text) => Some(text),
        _ => None,
    });
    let texts = texts.collect::<Vec<_>>();
    // `platform-case` covers a value in another case.
    let known = texts.iter().any(|text| text.eq_ignore_ascii_case(found));
    if texts.is_empty() || known || found.is_empty() {
        return None;
    }
    Some(Outside { found, near: nearest(found, texts), documented: shape })
}

fn report(
    model: &crate::analyze::Model<'_>,
    at: crate::analyze::Site<'_>,
    name: &str,
    outside: &Outside<'_>,
    findings: &mut Findings<'_>,
) {
    let Outside { found, near, documented } = *outside;
    let values = documented.examples().filter_map(|value| match value {
        View::Str(text) => Some(format!("`{text}`")),
        _ => None,
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let report = findings.report(model, at, format!("`{name}` is never `{found}`"));
    match near {
        Some(near) => {
            let quote =
                at.text().chars().next().filter(|c| matches!(c, '\'' | '"')).unwrap_or('\'');
            let title = format!("replace `{found}` with `{near}`");
            let text = format!("{quote}{near}{quote}");
            report.help(format!("use one of {values}; did you mean `{near}`?")).fix(Fix::replace(
                title,
                Safety::Unsafe,
                at.span,
                text,
            ));
        }
        None => {
            report.help(format!("use one of {values}"));
        }
    }
}
