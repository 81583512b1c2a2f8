use crate::analyze::{Model, Site};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Expr, ExprKind, Markup, Pipeline};
use crate::text::Span;

rule! {
    /// Liquid inside a quoted string of a tag or an output.
    ///
    /// ## What it does
    ///
    /// Reports `{{ }}`, `{% %}`, and `${ }` inside a quoted string that is set, compared, or added
    /// to text.
    ///
    /// ## Why it matters
    ///
    /// Liquid uses a string as written: it doesn't replace `{{${first_name}}}` in quotes with a
    /// name, so customers see the braces.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign greeting = 'Hi {{${first_name}}}' %}{{ greeting }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Use `append` to join strings and values, or `capture` for text with Liquid in it.
    ///
    /// ```liquid good
    /// {% capture greeting %}Hi {{${first_name} | default: 'there'}}{% endcapture %}{{ greeting }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: the `${…}` form and tags (reference, sections 1.1 and 2.8). Shopify Liquid 5.
    name: "liquid-in-string", level: Error, check: Check::Message(check),
}

/// Filters whose arguments become part of the output.
const JOINING: [&str; 3] = ["append", "prepend", "default"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for tag in &model.tags {
            match &tag.tag.markup {
                Markup::Assign { value, .. } => set(model, tag.at, value, findings),
                Markup::Condition(condition) => {
                    compared(model, tag.at, condition, findings);
                }
                _ => {}
            }
            for branch in &tag.tag.branches {
                if let Markup::Condition(condition) = &branch.markup {
                    compared(model, tag.at, condition, findings);
                }
            }
        }
        for output in &model.outputs {
            arguments(model, output.at, output.pipeline, findings);
        }
    }
}

/// Checks what a variable is set to.
fn set(model: &Model<'_>, at: Site<'_>, value: &Pipeline, findings: &mut Findings<'_>) {
    if let Some(span) = liquid_in(at, &value.subject) {
        report(
            model,
            at.at(span),
            "set the variable with `{% capture %}`, which runs Liquid",
            findings,
        );
    }
    arguments(model, at, value, findings);
}

fn arguments(model: &Model<'_>, at: Site<'_>, value: &Pipeline, findings: &mut Findings<'_>) {
    let joining =
        |call: &&crate::syntax::ast::FilterCall| JOINING.contains(&at.source.slice(call.name));
    for call in value.filters.iter().filter(joining) {
        for argument in &call.arguments {
            if let Some(span) = liquid_in(at, &argument.value) {
                let help = "write the value without quotes: `| append: ${name}`";
                report(model, at.at(span), help, findings);
            }
        }
    }
}

fn compared(
    model: &Model<'_>,
    at: Site<'_>,
    condition: &crate::syntax::ast::Condition,
    findings: &mut Findings<'_>,
) {
    for comparison in &condition.comparisons {
        let right = comparison.rest.as_ref().map(|(_, _, right)| right);
        for side in std::iter::once(&comparison.left).chain(right) {
            if let Some(span) = liquid_in(at, side) {
                report(
                    model,
                    at.at(span),
                    "compare with the value itself, without quotes",
                    findings,
                );
            }
        }
    }
}

/// Returns the Liquid inside a string literal.
fn liquid_in(at: Site<'_>, expr: &Expr) -> Option<Span> {
    let ExprKind::Str(span) = expr.kind else { return None };
    let text = at.source.slice(span);
    let whole = |open: &str, close: &str| {
        let start = text.find(open)?;
        let end = start + text[start..].find(close)? + close.len();
        // `'{{' | append: name | append: '}}'` writes braces on purpose, and so does `{{ }}`.
        let inner = text[start + open.len()..end - close.len()].trim();
        (!inner.is_empty()).then_some((start, end))
    };
    let (start, mut end) =
        whole("{{", "}}").or_else(|| whole("{%", "%}")).or_else(|| whole("${", "}"))?;
    end += text[end..].bytes().take_while(|byte| *byte == b'}').count();
    let base = span.start as usize;
    Some(Span::new(base + start, base + end))
}

fn report(model: &Model<'_>, at: Site<'_>, help: &str, findings: &mut Findings<'_>) {
    let message = format!("`{}` is in a string, where Liquid doesn't run", at.text());
    findings.report(model, at, message).label("taken as written").help(help);
}
