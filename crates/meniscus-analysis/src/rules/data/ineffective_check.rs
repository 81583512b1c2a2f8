use std::collections::HashSet;
use std::sync::Arc;

use crate::analyze::{DefinitionKind, Model, Read, ReadRoot, Site, Usage};
use crate::rules::reading::templates::aborts;
use crate::rules::reading::values::bare;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::shape::Kinds;
use crate::syntax::ast::{
    BranchKind, Comparison, Condition, Connective, Expr, ExprKind, Markup, Operator, Tag,
};

rule! {
    /// A check for a missing value that a missing value passes.
    ///
    /// ## What it does
    ///
    /// Reports a comparison with `''`, `0`, `nil`, or a string such as `'null'` that is meant to
    /// catch a missing value and doesn't. For a call, that is a comparison such as
    /// `status != 'error'`, which a failed call passes.
    ///
    /// ## Why it matters
    ///
    /// A missing attribute is `nil`, and `nil` differs from `''`, from `0`, and from `'null'`. The
    /// branch is taken, and the message goes out with a blank. `!= blank` is true only if there is
    /// something to print.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${tier} != '' %}You are a {{custom_attribute.${tier}}} member.{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${points} != 0 %}You have {{custom_attribute.${points}}} points.{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${tier} != blank %}You are a {{custom_attribute.${tier}}} member.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% if custom_attribute.${points} > 0 %}You have {{custom_attribute.${points}}} points.{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Operators (reference, section 4). Shopify Liquid 5.
    name: "ineffective-check", level: Warn, check: Check::Message(check),
}

/// Most comparisons of a condition that are checked against each other.
const MAX_COMPARED: usize = 32;

/// Most reads of a response that are looked through for a check.
const MAX_READS: usize = 500;

/// Words that systems write for missing values; in quotes they are strings.
const NOTHING: [&str; 3] = ["null", "nil", "undefined"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        let asked = compared_with_nil(model);
        for tag in &model.tags {
            let look = Look { model, at: tag.at, asked: &asked };
            let markups = tag.tag.branches.iter().map(|branch| &branch.markup);
            if let (Markup::Condition(condition), "if") = (&tag.tag.markup, tag.name) {
                look.of_call(tag.tag, condition, findings);
            }
            for (index, markup) in std::iter::once(&tag.tag.markup).chain(markups).enumerate() {
                let Markup::Condition(condition) = markup else { continue };
                if condition.comparisons.len() > MAX_COMPARED {
                    continue;
                }
                let negated = tag.name == "unless" && index == 0;
                for place in 0..condition.comparisons.len() {
                    look.comparison(condition, place, negated, findings);
                }
                if let ([only], "if") = (&condition.comparisons[..], tag.name) {
                    look.otherwise(only, tag.tag, findings);
                }
            }
        }
    }
}

/// A check of a tag's conditions.
struct Look<'l, 'a> {
    model: &'l Model<'a>,
    at: Site<'a>,
    /// Values that some comparison tests for being missing.
    asked: &'l HashSet<&'a str>,
}

impl Look<'_, '_> {
    /// Reports a check of a response that a failed call passes: nothing differs from `'error'`, and
    /// the size of nothing isn't 0.
    fn of_call(&self, tag: &Tag, condition: &Condition, findings: &mut Findings<'_>) {
        let ([one], [branch]) = (&condition.comparisons[..], &tag.branches[..]) else { return };
        let Some((operator, _, right)) = &one.rest else { return };
        let Some(read) = read_of(self.model, self.at, &one.left) else { return };
        let Some(call) = read.call else { return };
        let shown = read.at.text();
        let aborts = aborts(&branch.body, self.at.source);
        // Where the response is used: inside, or behind an abort.
        let (from, to, why) = match (operator, &right.kind) {
            (Operator::NotEqual, ExprKind::Str(span)) if !span.is_empty() && !aborts => {
                let why = format!("`{shown}` is missing if the call fails, and still differs");
                (tag.open.end, tag.span.end, why)
            }
            (Operator::Equal, ExprKind::Int(0)) if aborts && shown.ends_with(".size") => {
                let why = format!("`{shown}` is missing if the call fails, and isn't 0");
                (tag.span.end, u32::MAX, why)
            }
            _ => return,
        };
        let used = self.model.reads_of_call(call).take(MAX_READS).find(|read| {
            let (start, end) = (read.at.span.start, read.at.span.end);
            let is_there =
                std::ptr::eq(read.at.source, self.at.source) && from <= start && end <= to;
            let is_bare = read.usage == Usage::Printed && !read.defaulted && read.loops == 0;
            is_there && is_bare && read.unchecked
        });
        let Some(used) = used else { return };
        let name = self.model.calls[call].target;
        findings
            .report(self.model, self.at.at(one.span), why)
            .label("doesn't notice a failed call")
            .related(used.at, "renders as blank if the call fails")
            .help(format!("check `{name}.__http_status_code__`, too"));
    }

    fn comparison(
        &self,
        condition: &Condition,
        place: usize,
        negated: bool,
        findings: &mut Findings<'_>,
    ) {
        let comparison = &condition.comparisons[place];
        let Some((operator, _, right)) = &comparison.rest else { return };
        let Some(read) = read_of(self.model, self.at, &comparison.left) else { return };
        if is_asked_otherwise(self.at, condition, place, &comparison.left) {
            return;
        }
        // A condition around it asks for the value, or it comes from a list or from several places.
        let is_item_or_changes = match read.root {
            ReadRoot::Variable { name, .. } => {
                let mut all = self.model.definitions_of(name);
                let first = all.next();
                first.is_some_and(|set| set.kind == DefinitionKind::Item) || all.next().is_some()
            }
            _ => false,
        };
        if read.guarded || read.reach.asked || is_item_or_changes {
            return;
        }
        let asks = if negated { Operator::Equal } else { Operator::NotEqual };
        let (shown, at) = (read.at.text(), self.at.at(comparison.span));
        let value = match right.kind {
            ExprKind::Str(span) => self.at.source.slice(span),
            _ => "",
        };
        if NOTHING.iter().any(|word| value.eq_ignore_ascii_case(word)) {
            let (label, sign) = match operator {
                Operator::Equal => ("never true", "=="),
                Operator::NotEqual => ("also true for missing values", "!="),
                _ => return,
            };
            let message =
                format!("`'{value}'` in quotes is a string, which a missing value never equals");
            let report = findings.report(self.model, at, message).label(label);
            report.help(format!("use `{shown} {sign} blank`"));
            return;
        }
        if *operator != asks {
            return;
        }
        let kinds = read.shape.kinds;
        let may_be_nil = kinds.has(Kinds::NIL) || kinds.is_any();
        let is_defaulted = read.origin.as_ref().is_some_and(|origin| origin.defaulted);
        let (holds, what) = match right.kind {
            ExprKind::Nil => (kinds == Kinds::TEXT, "empty if it is missing, not `nil`"),
            ExprKind::Int(0) => (may_be_nil, "`nil` if it is missing"),
            ExprKind::Str(span) if span.is_empty() => (may_be_nil, "`nil` if it is missing"),
            _ => return,
        };
        let is_nil = matches!(right.kind, ExprKind::Nil);
        let is_asked = !is_nil && self.asked.contains(shown);
        if !holds || is_defaulted || is_asked || !is_printed_untested(self.model, read) {
            return;
        }
        let help = match right.kind {
            ExprKind::Int(_) if !negated => {
                format!("use `{shown} > 0`, which isn't true for a missing value")
            }
            _ => format!("use `{shown} {} blank`", if negated { "==" } else { "!=" }),
        };
        findings
            .report(self.model, at, format!("`{shown}` is {what}, and passes this check"))
            .label("also true for missing values")
            .help(help);
    }
}

impl Look<'_, '_> {
    /// Reports `== ''` before an `else` that prints the value: a missing value ends there, too.
    fn otherwise(&self, comparison: &Comparison, tag: &Tag, findings: &mut Findings<'_>) {
        let Some((Operator::Equal, _, right)) = &comparison.rest else { return };
        let is_empty = matches!(right.kind, ExprKind::Str(span) if span.is_empty());
        let [_, otherwise] = &tag.branches[..] else { return };
        if !is_empty || otherwise.kind != BranchKind::Else {
            return;
        }
        let Some(read) = read_of(self.model, self.at, &comparison.left) else { return };
        let kinds = read.shape.kinds;
        let may_be_nil = kinds.has(Kinds::NIL) || kinds.is_any();
        let shown = read.at.text();
        let end = tag.close.map_or(tag.span.end, |close| close.start);
        let prints = self.model.outputs.iter().any(|output| {
            let inside = otherwise.open.end <= output.at.span.start && output.at.span.end <= end;
            let printed = output.read.and_then(|read| self.model.reads.get(read));
            inside
                && Arc::ptr_eq(output.at.source, self.at.source)
                && printed.is_some_and(|one| one.at.text() == shown && !one.defaulted)
        });
        let is_defaulted = read.origin.as_ref().is_some_and(|origin| origin.defaulted);
        if !may_be_nil || is_defaulted || self.asked.contains(shown) || !prints {
            return;
        }
        let message = format!("`{shown}` is `nil` if it is missing, so the `else` applies");
        findings
            .report(self.model, self.at.at(comparison.span), message)
            .label("not true for missing values")
            .help(format!("use `{shown} == blank`"));
    }
}

/// Returns what a side reads, if the value may be missing.
fn read_of<'m, 'a>(model: &'m Model<'a>, at: Site<'a>, left: &Expr) -> Option<&'m Read<'a>> {
    let left = match &left.kind {
        ExprKind::Nested(pipeline) if pipeline.filters.is_empty() => &pipeline.subject,
        _ => left,
    };
    model.read_at(at, left.span)
}

/// Whether another required part of the condition tests the same value.
fn is_asked_otherwise(at: Site<'_>, condition: &Condition, place: usize, left: &Expr) -> bool {
    let text = |expr: &Expr| at.source.slice(expr.span).replace(['{', '}', ' '], "");
    let is_and = condition.connectives.iter().all(|one| *one == Connective::And);
    condition.comparisons.iter().enumerate().any(|(index, other)| {
        if index == place || text(&other.left) != text(left) {
            return false;
        }
        match &other.rest {
            None => is_and,
            Some((Operator::NotEqual, _, right)) => is_and && right.kind.is_nothing(),
            Some((Operator::Equal, _, right)) => !is_and && right.kind.is_nothing(),
            _ => is_and,
        }
    })
}

/// Whether the value, or a part of it, is printed somewhere without another test or a `default`.
fn is_printed_untested(model: &Model<'_>, tested: &Read<'_>) -> bool {
    match (&tested.origin, tested.root) {
        (Some(origin), _) => {
            let uses = model.uses(&origin.root, &origin.steps);
            uses.printed_below && !uses.defaulted
        }
        (None, ReadRoot::Variable { name, .. }) => {
            model.reads_of(name).any(|read| read.usage == Usage::Printed && !read.defaulted)
        }
        _ => false,
    }
}

/// Returns the values that are compared with a missing value.
fn compared_with_nil<'a>(model: &Model<'a>) -> HashSet<&'a str> {
    let asks = model.comparisons.iter().filter(|one| one.right.kind.is_nothing());
    asks.map(|one| bare(one.left, one.at.source)).collect()
}
