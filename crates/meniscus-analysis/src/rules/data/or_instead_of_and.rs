use crate::analyze::{Model, Site};
use crate::rules::reading::implied::same;
use crate::rules::reading::templates::aborts;
use crate::rules::reading::values::{bare, has_filter, path_of, start_of};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{
    Comparison, Condition, Connective, Expr, ExprKind, Markup, Node, Operator, Output, Tag,
};

rule! {
    /// A condition that is true even if one of two printed values is missing.
    ///
    /// ## What it does
    ///
    /// Reports a condition that asks for several values with `or`, if the branch prints two of them
    /// with words between them. Also reports an abort that needs all of them to be missing, and one
    /// that needs two signs of a failed call, with `and`.
    ///
    /// ## Why it matters
    ///
    /// With one value missing, customers read "Your train to  leaves at 9:40".
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if event_properties.${from} != blank or event_properties.${to} != blank %}From {{event_properties.${from}}} to {{event_properties.${to}}}{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// {% if event_properties.${from} == blank and event_properties.${to} == blank %}{% abort_message('no trip') %}{% endif %}
    /// From {{event_properties.${from}}} to {{event_properties.${to}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if event_properties.${from} != blank and event_properties.${to} != blank %}From {{event_properties.${from}}} to {{event_properties.${to}}}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Operators (reference, section 4).
    name: "or-instead-of-and", level: Warn, check: Check::Message(check),
}

/// Most nodes after an abort in which its values are searched for.
const MAX_NEAR: usize = 200;

/// Most comparisons of a condition that are looked at.
const MAX_COMPARED: usize = 8;

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for used in &model.tags {
            inside(model, used.at, used.tag, findings);
        }
    }
    for part in &subject.parts {
        let nodes = &part.template.nodes;
        for (index, node) in nodes.iter().enumerate() {
            let Node::Tag(tag) = node else { continue };
            let at = Site { source: &part.template.source, span: tag.span, via: None };
            let rest = &nodes[index + 1..];
            after(&part.model, at, tag, &rest[..rest.len().min(MAX_NEAR)], findings);
        }
    }
}

/// Reports a branch that is taken if one of the values is there.
fn inside(model: &Model<'_>, at: Site<'_>, tag: &Tag, findings: &mut Findings<'_>) {
    let Markup::Condition(condition) = &tag.markup else { return };
    let Some(values) = values(at, tag, condition, true) else { return };
    let Some(branch) = tag.branches.first() else { return };
    if let Some((one, other)) = printed_together(at, &branch.body, &values) {
        report(model, at, condition, (one, other), "and", findings);
    }
}

/// Reports an abort that needs all values to be missing.
fn after(model: &Model<'_>, at: Site<'_>, tag: &Tag, rest: &[Node], findings: &mut Findings<'_>) {
    let (Markup::Condition(condition), [branch]) = (&tag.markup, &tag.branches[..]) else { return };
    if at.source.slice(tag.name) != "if" {
        return;
    }
    let aborts = aborts(&branch.body, at.source);
    if aborts && is_one_call(at, condition) {
        findings
            .report(
                model,
                at.trimmed(condition.span),
                "a call that fails in only one of these ways isn't noticed",
            )
            .help("join the conditions with `or`");
        return;
    }
    let Some(values) = values(at, tag, condition, false).filter(|_| aborts) else { return };
    if let Some((one, other)) = printed_together(at, rest, &values) {
        report(model, at, condition, (one, other), "or", findings);
    }
}

/// Whether a condition needs two signs that the same call failed: its HTTP status, and another one.
fn is_one_call(at: Site<'_>, condition: &Condition) -> bool {
    let ([one, other], [Connective::And]) =
        (&condition.comparisons[..], &condition.connectives[..])
    else {
        return false;
    };
    let fails = |one: &Comparison| {
        let (operator, _, right) = one.rest.as_ref()?;
        path_of(&one.left)?;
        let shown = bare(&one.left, at.source);
        let (target, field) = shown.split_once('.').unwrap_or((shown, ""));
        let is_sign = match (field, operator, &right.kind) {
            ("__http_status_code__", Operator::NotEqual, ExprKind::Int(200)) => true,
            ("status", Operator::NotEqual, ExprKind::Str(span)) => at.source.slice(*span) == "ok",
            (_, Operator::Equal, ExprKind::Blank | ExprKind::Nil) => true,
            _ => false,
        };
        is_sign.then_some((target, field == "__http_status_code__"))
    };
    match (fails(one), fails(other)) {
        (Some((one, is_http)), Some((other, other_is_http))) => {
            one == other && is_http != other_is_http
        }
        _ => false,
    }
}

fn report(
    model: &Model<'_>,
    at: Site<'_>,
    condition: &Condition,
    (one, other): (&Output, &Output),
    instead: &str,
    findings: &mut Findings<'_>,
) {
    let shown = |output: &Output| at.source.slice(start_of(&output.pipeline).span);
    let message = format!("`{}` may be missing if `{}` is there", shown(one), shown(other));
    findings
        .report(model, at.trimmed(condition.span), message)
        .related(at.at(one.span), "printed here")
        .related(at.at(other.span), "and here")
        .help(format!("join the conditions with `{instead}`"));
}

/// Returns the values that a condition asks for, one of which is enough; or, if not `present`, those
/// that must all be missing.
fn values<'t>(
    at: Site<'_>,
    tag: &Tag,
    condition: &'t Condition,
    present: bool,
) -> Option<Vec<&'t Expr>> {
    let Condition { comparisons, connectives, .. } = condition;
    let joined = if present { Connective::Or } else { Connective::And };
    let is_plain = at.source.slice(tag.name) == "if"
        && (2..=MAX_COMPARED).contains(&comparisons.len())
        && connectives.iter().all(|one| *one == joined);
    if !is_plain {
        return None;
    }
    comparisons.iter().map(|one| asked(one, present)).collect()
}

/// Returns the value that a comparison asks to be there, or to be missing.
fn asked(one: &Comparison, present: bool) -> Option<&Expr> {
    path_of(&one.left)?;
    match &one.rest {
        None => present.then_some(&one.left),
        Some((operator, _, right)) => {
            let is_nothing = right.kind.is_nothing()
                || matches!(right.kind, ExprKind::Str(span) if span.is_empty());
            let wanted = if present { Operator::NotEqual } else { Operator::Equal };
            (is_nothing && *operator == wanted).then_some(&one.left)
        }
    }
}

/// Returns two outputs of these values with words between them, and no `default`.
fn printed_together<'n>(
    at: Site<'_>,
    nodes: &'n [Node],
    values: &[&Expr],
) -> Option<(&'n Output, &'n Output)> {
    let source = at.source;
    let is_one = |output: &Output| {
        let has_default = has_filter(&output.pipeline, source, &|name| name == "default");
        let start = start_of(&output.pipeline);
        let found = values.iter().position(|value| same(source, start, value));
        found.filter(|_| !has_default)
    };
    nodes.windows(3).find_map(|three| {
        let [Node::Output(one), Node::Text(text), Node::Output(other)] = three else { return None };
        let words = source.slice(text.span);
        let is_sentence =
            words.chars().any(char::is_alphabetic) && !words.contains(['<', '\n', '.']);
        let differ = is_one(one)? != is_one(other)?;
        (is_sentence && differ).then_some((one, other))
    })
}
