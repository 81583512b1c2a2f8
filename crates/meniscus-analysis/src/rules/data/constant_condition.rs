use std::collections::HashSet;

use crate::analyze::{Definition, DefinitionKind, Model, Read, ReadRoot, Site};
use crate::diagnostic::Severity;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Comparison, Expr, ExprKind, Markup, Operator, Pipeline, Tag};

rule! {
    /// A condition on a variable that was just set to one fixed value.
    ///
    /// ## What it does
    ///
    /// Reports a condition on a variable that the template sets to a literal, or that is never
    /// blank: it has a `default`, or comes from `capture`. A switch that an author sets at the top
    /// of a template is reported as info.
    ///
    /// ## Why it matters
    ///
    /// The same branch runs for every customer, and the others never do. Often the value was set
    /// for a test and never removed.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign tier = 'gold' %}
    /// {% case tier %}{% when 'gold' %}A drink is on us.{% when 'silver' %}A cake is on us.{% endcase %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign tier = custom_attribute.${tier} | default: 'silver' %}
    /// {% case tier %}{% when 'gold' %}A drink is on us.{% when 'silver' %}A cake is on us.{% endcase %}
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5.
    name: "constant-condition", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let mut said = HashSet::new();
        for tag in &model.tags {
            let tested: Vec<&Expr> = match &tag.tag.markup {
                Markup::Condition(condition) => {
                    // A value that varies by recipient may also be on the right.
                    let fixed = condition.comparisons.iter().filter(|one| {
                        one.rest.as_ref().is_none_or(|(_, _, right)| is_literal(&right.kind))
                    });
                    fixed.map(|one| &one.left).collect()
                }
                Markup::Subject(subject) if has_fixed_branches(tag.tag) => vec![subject],
                _ => continue,
            };
            for expr in tested {
                look(model, tag.at, expr, &mut said, findings);
            }
            if let Markup::Condition(condition) = &tag.tag.markup {
                for comparison in &condition.comparisons {
                    never_blank(model, tag.at, comparison, findings);
                }
            }
        }
    }
}

/// Reports a test whether a string is there that always is: one from `capture`, which may be blank, or
/// one with a `default`.
fn never_blank<'a>(
    model: &Model<'a>,
    at: Site<'a>,
    comparison: &'a Comparison,
    findings: &mut Findings<'_>,
) {
    let Some((_, name)) = variable(model, at, &comparison.left) else { return };
    let mut all = model.definitions_of(name);
    let (Some(set), None) = (all.next(), all.next()) else { return };
    if !is_unconditional(model, set) {
        return;
    }
    let (what, label, help) = match (&comparison.rest, set.kind, set.value) {
        (None, DefinitionKind::Capture, _) => {
            let what = format!("`{name}` is a captured string, which is true even if it is blank");
            (what, "always true", format!("use `{name} != blank`"))
        }
        (Some((operator, _, right)), DefinitionKind::Assign, Some(value))
            if matches!(right.kind, ExprKind::Blank | ExprKind::Nil)
                && matches!(operator, Operator::Equal | Operator::NotEqual) =>
        {
            let Some(default) = value.filters.last() else { return };
            let argument = default.arguments.first().map(|argument| &argument.value);
            let is_filled = argument.is_some_and(|argument| match argument.kind {
                ExprKind::Str(span) => !set.at.source.slice(span).trim().is_empty(),
                ExprKind::Int(_) | ExprKind::Float(_) => true,
                _ => false,
            });
            if set.at.source.slice(default.name) != "default" || !is_filled {
                return;
            }
            let label = if *operator == Operator::Equal { "never true" } else { "always true" };
            let help = "test the attribute itself, or leave out the `default`";
            (format!("`{name}` is never blank, because it has a `default`"), label, help.to_owned())
        }
        _ => return,
    };
    findings
        .report(model, at.at(comparison.span), what)
        .label(label)
        .related(set.at.at(set.tag), "set here")
        .help(help);
}

fn look<'a>(
    model: &Model<'a>,
    at: Site<'a>,
    expr: &'a Expr,
    said: &mut HashSet<&'a str>,
    findings: &mut Findings<'_>,
) {
    let Some((read, name)) = variable(model, at, expr) else { return };
    let ReadRoot::Variable { definition: Some(place), .. } = read.root else { return };
    let Some(definition) = model.definitions.get(place) else { return };
    // Set exactly once, outside every branch and loop, in this source.
    let only = model.definitions_of(name).count() == 1;
    let value = definition.value.filter(|_| definition.kind == DefinitionKind::Assign);
    let Some(value) = value.filter(|value| is_written_out(value)) else { return };
    let is_certain = read.shape.as_constant().is_some() || is_nil(value);
    let is_plain = is_unconditional(model, definition);
    let is_own = std::ptr::eq(definition.at.source, at.source) && definition.at.via == at.via;
    if !is_certain || !is_own || !is_plain || !said.insert(name) {
        return;
    }
    let shown = definition.at.source.slice(value.span).trim();
    let between = &at.source.text()[definition.tag.end as usize..at.span.start as usize];
    let is_next = between.trim().is_empty();
    let is_switch = matches!(value.subject.kind, ExprKind::Bool(_));
    let overrides = !only;
    let report = findings
        .report(model, at.at(expr.span), format!("`{name}` is always `{shown}` here"))
        .label("every customer gets the same branch")
        .related(definition.at.at(definition.tag), "set here")
        .help("set it to a value that varies, or remove the branches that never run");
    if !(is_next || overrides) || is_switch {
        report.at_most(Severity::Info);
    }
}

/// Returns the read of a variable that is set, outside of loops, and its name.
fn variable<'m, 'a>(
    model: &'m Model<'a>,
    at: Site<'a>,
    expr: &Expr,
) -> Option<(&'m Read<'a>, &'a str)> {
    let read = model.read_at(at, expr.span)?;
    let ReadRoot::Variable { name, set: true, .. } = read.root else { return None };
    let is_whole = read.path.segments.is_empty() && read.loops == 0;
    (is_whole && !model.is_in_broken_markup(name)).then_some((read, name))
}

/// Whether a definition is outside of every branch and loop.
fn is_unconditional(model: &Model<'_>, set: &Definition<'_>) -> bool {
    let tag = model.tag_at(set.at.source, set.tag);
    tag.is_some_and(|tag| tag.conditions == 0 && tag.loops == 0)
}

/// Whether every `when` of a `case` lists only literals.
fn has_fixed_branches(tag: &Tag) -> bool {
    tag.branches.iter().all(|branch| match &branch.markup {
        Markup::Alternatives(values) => values.iter().all(|value| is_literal(&value.kind)),
        _ => true,
    })
}

fn is_written_out(value: &Pipeline) -> bool {
    is_literal(&value.subject.kind) && value.filters.is_empty()
}

fn is_literal(kind: &ExprKind) -> bool {
    matches!(
        kind,
        ExprKind::Str(_)
            | ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::Bool(_)
            | ExprKind::Nil
            | ExprKind::Blank
            | ExprKind::Empty
    )
}

fn is_nil(value: &Pipeline) -> bool {
    matches!(value.subject.kind, ExprKind::Nil)
}
