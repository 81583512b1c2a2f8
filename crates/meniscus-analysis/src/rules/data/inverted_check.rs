use crate::analyze::{Call, Model, Site, Usage};
use crate::rules::reading::implied::same;
use crate::rules::reading::templates::aborts;
use crate::rules::reading::values::{bare, leaf, path_of, start_of};
use crate::rules::rule::rule;
use crate::rules::subject::PartModel;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{
    BranchKind, Comparison, Condition, Connective, Expr, ExprKind, Markup, Node, Operator, Tag,
};

rule! {
    /// A value that is printed where a condition says that it is missing.
    ///
    /// ## What it does
    ///
    /// Reports a value that is used inside a branch that runs only if the value is missing. Also
    /// reports a message that is aborted if a call succeeded, or if a value is there that the rest of
    /// it uses.
    ///
    /// ## Why it matters
    ///
    /// Inside `{% if x == blank %}`, `x` has nothing to print: either the check is inverted, or the
    /// branches are swapped. Customers who have a value don't get the text, and those without one
    /// see a blank.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${doctor} == blank %}You will see {{custom_attribute.${doctor}}}.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${doctor} != blank %}You will see {{custom_attribute.${doctor}}}.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Operators (reference, section 4).
    name: "inverted-check", level: Error, check: Check::Message(check),
}

/// Most comparisons of a condition whose values are searched for in its branch.
const MAX_COMPARED: usize = 16;

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for tag in &model.tags {
            if let Markup::Condition(condition) = &tag.tag.markup {
                chain(model, tag.at, tag.tag, condition, findings);
            }
        }
    }
    for part in &subject.parts {
        sent_without(part, findings);
    }
}

/// Reports a message that is aborted if a value is there, although what follows uses it.
fn sent_without(part: &PartModel<'_>, findings: &mut Findings<'_>) {
    let site = |span| Site { source: &part.template.source, span, via: None };
    let nodes = &part.template.nodes;
    for (index, node) in nodes.iter().enumerate() {
        let Node::Tag(tag) = node else { continue };
        let (Markup::Condition(condition), [branch]) = (&tag.markup, &tag.branches[..]) else {
            continue;
        };
        let at = site(tag.span);
        let negated = at.source.slice(tag.name) == "unless";
        if !aborts(&branch.body, at.source) {
            continue;
        }
        // Behind the tag, its condition has failed.
        for absent in missing(condition, !negated) {
            let Some(used) = printed(at, &nodes[index + 1..], absent) else { continue };
            let shown = at.source.slice(used.span);
            let message =
                format!("the message is aborted if `{shown}` has a value, but uses it later");
            findings
                .report(&part.model, site(condition.span).trimmed(condition.span), message)
                .label("true if it has a value")
                .related(site(used.span), "always renders as blank")
                .help("invert the condition");
            return;
        }
    }
}

/// Checks the branches of an `if` or `unless`.
fn chain(
    model: &Model<'_>,
    at: Site<'_>,
    tag: &Tag,
    condition: &Condition,
    findings: &mut Findings<'_>,
) {
    let negated = at.source.slice(tag.name) == "unless";
    if let Some(used) = printed_on_failure(model, at, tag, condition) {
        let shown = at.source.slice(used.span);
        findings
            .report(
                model,
                at.trimmed(condition.span),
                format!("`{shown}` is printed if the call fails, and the message is aborted if it succeeds"),
            )
            .label("true if the call fails")
            .related(at.at(used.span), "always renders as blank")
            .help("invert the condition, or swap the branches");
        return;
    }
    if aborts_on_success(model, at, tag, condition, negated) {
        findings
            .report(
                model,
                at.trimmed(condition.span),
                "the message is aborted if the call succeeds, and sent if it fails",
            )
            .label("true if the call succeeds")
            .help("invert the comparison");
        return;
    }
    let mut current = Some((condition, negated));
    for branch in &tag.branches {
        match (&branch.kind, &branch.markup) {
            (BranchKind::Elsif, Markup::Condition(next)) => current = Some((next, false)),
            // An `else` after several conditions means that all of them failed.
            (BranchKind::Else, _) => {
                let first = (condition, !negated);
                current = (tag.branches.len() == 2).then_some(first);
            }
            _ => {}
        }
        let Some((condition, negated)) = current else { continue };
        for absent in missing(condition, negated) {
            let found = printed(at, &branch.body, absent);
            if let Some(used) = found {
                let shown = at.source.slice(used.span);
                let message =
                    format!("`{shown}` is used where this condition says that it is missing");
                findings
                    .report(model, at.trimmed(condition.span), message)
                    .label("the branch below runs only if the value is missing")
                    .related(at.at(used.span), "always renders as blank")
                    .help("invert the condition, or swap the branches");
                return;
            }
        }
    }
}

/// Whether a message is aborted if a call succeeds, with nothing for failed ones.
fn aborts_on_success(
    model: &Model<'_>,
    at: Site<'_>,
    tag: &Tag,
    condition: &Condition,
    negated: bool,
) -> bool {
    let Condition { comparisons, connectives, .. } = condition;
    let joined = if negated { Connective::And } else { Connective::Or };
    let asks = if negated { Operator::NotEqual } else { Operator::Equal };
    let [branch] = &tag.branches[..] else { return false };
    let success = comparisons.iter().find(|one| is_success(model, at, one, asks));
    let Some(success) = success.filter(|_| aborts(&branch.body, at.source)) else { return false };
    // A lookup that only asks whether a customer exists may abort on success.
    let shown = bare(&success.left, at.source);
    let target = shown.split('.').next().unwrap_or(shown);
    let is_used = model.reads_of(target).any(|read| {
        let field = read.at.text();
        read.usage != Usage::Tested && !field.ends_with("__http_status_code__")
    });
    connectives.iter().all(|one| *one == joined) && is_used
}

/// Whether a comparison asks whether a call succeeded: by its status, or SessionM's.
fn is_success(model: &Model<'_>, at: Site<'_>, one: &Comparison, asks: Operator) -> bool {
    let Some((operator, _, right)) = &one.rest else { return false };
    let Some(path) = path_of(&one.left).filter(|_| *operator == asks) else { return false };
    match (leaf(path, at.source), &right.kind) {
        ("__http_status_code__", ExprKind::Int(200)) => true,
        ("status", ExprKind::Str(span)) => {
            let root = bare(&one.left, at.source);
            let is_answer = |call: &Call<'_>| root == format!("{}.status", call.target);
            at.source.slice(*span) == "ok" && model.calls.iter().any(is_answer)
        }
        _ => false,
    }
}

/// Returns the value of a call that is printed where its status isn't 200, while the message is
/// aborted otherwise.
fn printed_on_failure<'t>(
    model: &Model<'_>,
    at: Site<'_>,
    tag: &'t Tag,
    condition: &Condition,
) -> Option<&'t Expr> {
    let ([one], [failed, otherwise]) = (&condition.comparisons[..], &tag.branches[..]) else {
        return None;
    };
    let asks =
        if at.source.slice(tag.name) == "unless" { Operator::Equal } else { Operator::NotEqual };
    let is_else = otherwise.kind == BranchKind::Else && aborts(&otherwise.body, at.source);
    if !is_else || !is_success(model, at, one, asks) {
        return None;
    }
    let own = bare(&one.left, at.source);
    let target = own.rsplit_once('.')?.0;
    failed.body.iter().find_map(|node| {
        let Node::Output(output) = node else { return None };
        let start = start_of(&output.pipeline);
        let shown = at.source.slice(start.span);
        let is_field = shown.strip_prefix(target).is_some_and(|rest| rest.starts_with('.'));
        (is_field && shown != own).then_some(start)
    })
}

/// Returns the values that are missing if a condition holds or, if negated, if it fails.
fn missing(condition: &Condition, negated: bool) -> Vec<&Expr> {
    let Condition { comparisons, connectives, .. } = condition;
    let joined = if negated { Connective::Or } else { Connective::And };
    if comparisons.len() > MAX_COMPARED || !connectives.iter().all(|one| *one == joined) {
        return Vec::new();
    }
    let absent = comparisons.iter().filter_map(|comparison| match &comparison.rest {
        None => negated.then_some(&comparison.left),
        Some((operator, _, right)) => {
            let nothing = right.kind.is_nothing()
                || matches!(right.kind, ExprKind::Str(span) if span.is_empty());
            let says = match operator {
                Operator::Equal => !negated,
                Operator::NotEqual => negated,
                _ => return None,
            };
            (nothing && says).then_some(&comparison.left)
        }
    });
    absent.filter(|expr| path_of(expr).is_some()).collect()
}

/// Returns the first place that prints a value or a part of it; `None` if it is set before, or has
/// a `default`.
fn printed<'n>(at: Site<'_>, nodes: &'n [Node], absent: &Expr) -> Option<&'n Expr> {
    let source = at.source;
    for node in nodes {
        match node {
            Node::Output(output) => {
                let has_default =
                    output.pipeline.filters.iter().any(|call| source.slice(call.name) == "default");
                let start = start_of(&output.pipeline);
                if !has_default && same(source, start, absent) {
                    return Some(start);
                }
            }
            Node::Tag(tag) => {
                let target = match &tag.markup {
                    Markup::Assign { target, .. } | Markup::Target(target) => Some(*target),
                    _ => None,
                };
                if let Markup::Assign { value, .. } = &tag.markup {
                    let has_default =
                        value.filters.iter().any(|call| source.slice(call.name) == "default");
                    let start = start_of(value);
                    if !has_default && !value.filters.is_empty() && same(source, start, absent) {
                        return Some(start);
                    }
                }
                let sets = target.is_some_and(|target| {
                    let name = source.slice(target);
                    source.slice(absent.span).trim_matches(['{', ' ']).starts_with(name)
                });
                let is_call = matches!(tag.markup, Markup::Options(_));
                if sets || is_call {
                    return None;
                }
                if let Markup::Loop(one) = &tag.markup
                    && same(source, &one.collection, absent)
                {
                    return Some(&one.collection);
                }
                // A nested block may test something else.
                if matches!(tag.markup, Markup::None | Markup::Target(_)) {
                    for branch in &tag.branches {
                        if let Some(found) = printed(at, &branch.body, absent) {
                            return Some(found);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    None
}
