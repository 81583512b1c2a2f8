use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::{Kinds, Shape};
use crate::syntax::ast::Operator;
use crate::value::{Value, View};

rule! {
    /// A list compared with a text by `==`.
    ///
    /// They are never equal: `contains` asks whether the text is among the items.
    ///
    /// Source: the reference's section 4.
    ///
    /// ```toml scenario
    /// [custom_attribute]
    /// favourites = ["rye", "spelt"]
    /// ```
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${favourites} == 'rye' %}Your rye is ready{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${favourites} contains 'rye' %}Your rye is ready{% endif %}
    /// ```
    name: "array-equals", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for comparison in &model.comparisons {
            let equal = comparison.operator == Operator::Equal;
            if !equal && comparison.operator != Operator::NotEqual {
                continue;
            }
            let (left, right) = (&comparison.left_shape, &comparison.right_shape);
            if !is_list(left) || !is_text(right) {
                continue;
            }
            let name = comparison.at.at(comparison.left.span).text();
            let message = format!("`{name}` is a list: it never equals a text");
            let at = comparison.at.at(comparison.right.span);
            let between = comparison.left.span.end..comparison.right.span.start;
            let mut report = findings
                .report(model, at, message)
                .help(format!("ask `{name} contains {}`", at.text()));
            let operator =
                comparison.at.source.text().get(between.start as usize..between.end as usize);
            // Of `when` the left side stands elsewhere.
            if let Some(place) = operator.and_then(|text| text.find("==")).filter(|_| equal) {
                let start = between.start as usize + place;
                let span = crate::text::Span::new(start, start + 2);
                report = report.fix(Fix::replace(
                    "replace `==` by `contains`",
                    Safety::Unsafe,
                    span,
                    "contains",
                ));
            }
            if let Some(place) = left.place.as_deref() {
                report.evidence(place, "a list stands here");
            }
        }
    }
}

fn is_list(shape: &Shape) -> bool {
    shape.kinds.without(Kinds::NIL) == Kinds::LIST
}

fn is_text(shape: &Shape) -> bool {
    matches!(shape.as_constant().map(Value::view), Some(View::Str(text)) if !text.is_empty())
}
