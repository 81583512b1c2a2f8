use crate::analyze::Site;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::semantics::{Effect, Semantics};
use crate::syntax::ast::{
    BranchKind, Comparison, Condition, Expr, ExprKind, Loop, Markup, Node, Operator, Path, Root,
    Tag,
};
use crate::syntax::{Visitor, walk_expr, walk_nodes};
use crate::text::{Source, Span};

rule! {
    /// An `abort_message` that stops more messages than intended.
    ///
    /// ## What it does
    ///
    /// Reports `abort_message` inside a `capture`, and in the `else` of a condition that looks for
    /// an item in a loop.
    ///
    /// ## Why it matters
    ///
    /// In the `else` of such a search, the message is aborted at the first item that doesn't match,
    /// even if a later one would. One of Braze's own samples has this mistake. Inside a `capture`,
    /// the abort is easy to miss: the block looks as if it only builds a string.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign seen = false %}
    /// {% for title in custom_attribute.${titles} %}
    /// {% if title == 'Mill Race' %}{% assign seen = true %}{% else %}{% abort_message('not seen') %}{% endif %}
    /// {% endfor %}
    /// {% if seen %}Mill Race has a sequel.{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// {% capture tip %}{% if ${city} == 'Bristol' %}Harbourside{% else %}{% abort_message('no tip') %}{% endif %}{% endcapture %}
    /// Our tip: {{ tip | strip }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// Search first, then abort after the loop. Abort before a `capture`, not inside it.
    ///
    /// ```liquid good
    /// {% assign seen = false %}
    /// {% for title in custom_attribute.${titles} %}
    /// {% if title == 'Mill Race' %}{% assign seen = true %}{% break %}{% endif %}
    /// {% endfor %}
    /// {% if seen %}Mill Race has a sequel.{% else %}{% abort_message('not seen') %}{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if ${city} != 'Bristol' %}{% abort_message('no tip') %}{% endif %}
    /// {% capture tip %} Harbourside {% endcapture %}
    /// Our tip: {{ tip | strip }}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `abort_message`, and its own samples (reference, sections 2.2 and 7.4).
    name: "abort-misplaced", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let semantics = subject.known.semantics();
    for model in subject.models() {
        for one in &model.tags {
            if let (Effect::Stops, Some(name)) = (semantics.effect(one.tag.id), one.capture) {
                let message = format!("`{}` is inside the `capture` of `{name}`", one.name);
                let report = findings.report(model, one.at, message);
                report.label("aborts the message").help("move it before the `capture`");
            }
            let Markup::Loop(markup) = &one.tag.markup else { continue };
            if one.name != "for" {
                continue;
            }
            let main = one.tag.branches.iter().find(|branch| branch.kind == BranchKind::Main);
            for node in main.iter().flat_map(|branch| &branch.body) {
                let Some((abort, test)) = aborting_search(node, markup, one.at, semantics) else {
                    continue;
                };
                let item = one.at.at(markup.variable).text();
                let message = format!(
                    "the message is aborted at the first `{item}` that doesn't match, even if a \
                     later one would"
                );
                findings
                    .report(model, one.at.at(abort), message)
                    .related(one.at.at(test), "each item is compared here")
                    .help("remember a match in a variable, and abort after the loop");
            }
        }
    }
}

/// Returns an abort in the `else` of a condition that searches for an item, and the condition.
fn aborting_search(
    node: &Node,
    markup: &Loop,
    at: Site<'_>,
    semantics: &dyn Semantics,
) -> Option<(Span, Span)> {
    let Node::Tag(tag) = node else { return None };
    let Markup::Condition(condition) = &tag.markup else { return None };
    let item = at.source.slice(markup.variable);
    if at.source.slice(tag.name) != "if" || !tests_item(condition, item, at.source) {
        return None;
    }
    let (last, others) = tag.branches.split_last()?;
    let stops = last.body.iter().find_map(|node| stopping(node, semantics))?;
    // If something is printed for each item, the abort may be intended for each too.
    let silent = others.iter().all(|branch| {
        !prints(&branch.body, item, at.source)
            && !branch.body.iter().any(|node| stopping(node, semantics).is_some())
    });
    (last.kind == BranchKind::Else && silent).then_some((stops, condition.span))
}

fn stopping(node: &Node, semantics: &dyn Semantics) -> Option<Span> {
    match node {
        Node::Tag(tag) if semantics.effect(tag.id) == Effect::Stops => Some(tag.open),
        _ => None,
    }
}

/// Whether a condition compares the item or one of its fields.
fn tests_item(condition: &Condition, item: &str, source: &Source) -> bool {
    let compares = |one: &Comparison| match &one.rest {
        Some((Operator::Equal | Operator::Contains, _, right)) => {
            let sides = [&one.left, right];
            sides.iter().any(|side| reads(side, item, source))
                && !matches!(right.kind, ExprKind::Bool(_) | ExprKind::Blank | ExprKind::Nil)
        }
        _ => false,
    };
    condition.comparisons.iter().any(compares)
}

fn reads(expr: &Expr, item: &str, source: &Source) -> bool {
    let mut finds = Finds { item, source, found: false };
    finds.expr(expr);
    finds.found
}

fn prints(nodes: &[Node], item: &str, source: &Source) -> bool {
    let mut finds = Finds { item, source, found: false };
    walk_nodes(&mut finds, nodes);
    finds.found
}

/// Searches for outputs that read a variable.
struct Finds<'l> {
    item: &'l str,
    source: &'l Source,
    found: bool,
}

impl Visitor for Finds<'_> {
    fn tag(&mut self, tag: &Tag) {
        tag.branches.iter().for_each(|branch| walk_nodes(self, &branch.body));
    }

    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Path(Path { root: Root::Name(name), .. }) = &expr.kind {
            self.found |= self.source.slice(*name) == self.item;
        }
        walk_expr(self, expr);
    }
}
