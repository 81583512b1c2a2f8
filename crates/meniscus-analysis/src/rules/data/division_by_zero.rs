use crate::analyze::{FilterUse, Model};
use crate::diagnostic::Severity;
use crate::rules::reading::evidence::{is_customers, is_tested_anywhere, may_be_missing};
use crate::rules::reading::origin::origin_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;
use crate::value::{Value, View};

rule! {
    /// A division by zero, or by a value that some customers don't have.
    ///
    /// ## What it does
    ///
    /// Reports `divided_by` and `modulo` with the whole number 0, with a string that isn't a number,
    /// or with a customer's attribute that may be missing and that no condition tests.
    ///
    /// ## Why it matters
    ///
    /// Dividing by zero is an error, and Braze doesn't send the message. A missing value counts as
    /// 0, so customers without it get nothing.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ custom_attribute.${points} | default: 0 | divided_by: custom_attribute.${visits} }} points a visit
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign visits = custom_attribute.${visits} | default: 1 %}
    /// {{ custom_attribute.${points} | default: 0 | divided_by: visits }} points a visit
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: `divided by 0`. Braze: Math; abort type `template_parse_error` (reference,
    /// sections 3.2 and 9A).
    name: "division-by-zero", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for used in &model.filters {
            let filter = used.at.source.slice(used.call.name);
            let is_fraction = used.input.kinds == Kinds::FLOAT;
            if matches!(filter, "divided_by" | "modulo") && !is_fraction {
                divisor(model, used, filter, findings);
            }
        }
    }
}

fn divisor(model: &Model<'_>, used: &FilterUse<'_>, filter: &str, findings: &mut Findings<'_>) {
    let (Some(argument), Some(shape)) = (used.call.arguments.first(), used.arguments.first())
    else {
        return;
    };
    let at = used.at.at(argument.value.span);
    let shown = at.text();
    let zero = match shape.as_constant().map(Value::view) {
        Some(View::Int(0)) => Some(format!("`{filter}: {shown}` divides by zero")),
        Some(View::Str(text)) if text.trim().parse::<f64>().is_err() => {
            Some(format!("`{shown}` isn't a number, so `{filter}` divides by zero"))
        }
        _ => None,
    };
    if let Some(message) = zero {
        let report = findings.report(model, at, message);
        report.label("aborts the message").help("use a number other than 0");
        return;
    }
    let traced = origin_of(model, used.at, &argument.value);
    let lacks = traced.read.filter(|read| {
        traced.filters.is_empty()
            && is_customers(read)
            && may_be_missing(read)
            && !is_tested_anywhere(model, read)
    });
    if lacks.is_some() {
        let message = format!("`{shown}` may be missing, and then `{filter}` divides by zero");
        let value = traced.at.text();
        findings
            .report(model, at, message)
            .label("aborts the message if it is missing")
            .help(format!("use `{{% assign … = {value} | default: 1 %}}`, and divide by that"))
            .at_most(Severity::Warning);
    }
}
