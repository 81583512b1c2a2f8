use crate::rules::reading::filters::facts_of;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{ExprKind, FilterCall, Pipeline};

rule! {
    /// A `default` after a filter that always returns something.
    ///
    /// ## What it does
    ///
    /// Reports a `default` after a filter that returns something even if its input is missing.
    ///
    /// ## Why it matters
    ///
    /// If `x` is missing, `'Hi ' | append: x` is `'Hi '`, which isn't blank. The `default` is never
    /// used, and customers read `Hi ` without a name. Move it before the filter, to the value that
    /// may be missing.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {{ ${first_name} | prepend: 'Hi ' | default: 'Hi there' }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{ ${first_name} | default: 'there' | prepend: 'Hi ' }}
    /// ```
    ///
    /// ```liquid good
    /// {{ ${first_name} | append: ${last_name} | default: 'there' }}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5.
    name: "unreachable-default", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let outputs = model.outputs.iter().map(|output| (output.at, output.pipeline));
        let sets = model.definitions.iter().filter_map(|set| Some((set.at, set.value?)));
        for (at, pipeline) in outputs.chain(sets) {
            let name = |call: &FilterCall| at.source.slice(call.name);
            for (place, pair) in pipeline.filters.windows(2).enumerate() {
                let (before, call) = (&pair[0], &pair[1]);
                if name(call) == "default" && always_returns_value(pipeline, place, name(before)) {
                    let message = format!("`{}` always returns something here", name(before));
                    findings
                        .report(model, at.at(call.span), message)
                        .label("never used")
                        .related(
                            at.at(before.span),
                            "returns something even if the value is missing",
                        )
                        .help(format!("move the `default` before `{}`", name(before)));
                }
            }
        }
    }
}

/// Whether the filter at an index returns something for a missing input.
fn always_returns_value(pipeline: &Pipeline, place: usize, name: &str) -> bool {
    let is_text = |kind: &ExprKind| matches!(kind, ExprKind::Str(span) if !span.is_empty());
    if facts_of(name).calculates {
        return true;
    }
    let argument = pipeline.filters[place].arguments.first();
    matches!(name, "append" | "prepend")
        && (argument.is_some_and(|one| is_text(&one.value.kind))
            || (place == 0 && is_text(&pipeline.subject.kind)))
}
