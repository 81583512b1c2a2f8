use std::collections::HashMap;

use crate::analyze::{Model, Site};
use crate::diagnostic::{Fix, Safety};
use crate::rules::reading::constant::{Constant, constant};
use crate::rules::reading::implied::{Covering, covering};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::semantics::Effect;
use crate::syntax::ast::{Branch, BranchKind, Condition, ExprKind, Markup, Node, Tag};
use crate::text::Span;

rule! {
    /// A branch that is always taken, never taken, or taken twice.
    ///
    /// ## What it does
    ///
    /// Reports conditions that are always or never true as written, branches that an earlier
    /// condition covers, and values that two `when` branches list. It also reports what follows
    /// `abort_message` or `break`, and what comes before the first `when`.
    ///
    /// ## Why it matters
    ///
    /// Customers get a different text than the author expects. A string alone, as in
    /// `tier == 'a' or 'b'`, is always true. What an earlier branch already tests isn't tested
    /// again. What follows `abort_message` or `break` is never reached. If two `when` branches of a
    /// `case` list the same value, both are sent.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${tier} == 'gold' or 'silver' %}A drink is on us.{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// {% assign visits = custom_attribute.${visits} | plus: 0 %}
    /// {% if visits > 5 %}Welcome back.{% elsif visits > 10 %}Welcome home.{% endif %}
    /// ```
    ///
    /// ```liquid bad
    /// {% case ${language} %}{% when 'de' %}Hallo{% when 'fr' %}Salut{% when 'de' %}Servus{% endcase %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${tier} == 'gold' or custom_attribute.${tier} == 'silver' %}A drink is on us.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% assign visits = custom_attribute.${visits} | plus: 0 %}
    /// {% if visits > 10 %}Welcome home.{% elsif visits > 5 %}Welcome back.{% endif %}
    /// ```
    ///
    /// ```liquid good
    /// {% case ${language} %}{% when 'de' %}Hallo{% when 'fr' %}Salut{% else %}Hello{% endcase %}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it compares the string with the value before it, so fewer customers get
    /// the branch.
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: conditions (reference, section 7.3).
    name: "unreachable-branch", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for one in &model.tags {
            let mut look = Look { subject, model, at: one.at, findings };
            match &one.tag.markup {
                Markup::Condition(_) => look.chain(one.tag),
                Markup::Subject(_) => look.case(one.tag),
                _ => {}
            }
            // Without its end, a block takes what wasn't meant for it.
            for branch in one.tag.branches.iter().filter(|_| one.tag.close.is_some()) {
                look.unreachable_after(branch);
            }
        }
    }
}

struct Look<'l, 'a, 'k> {
    subject: &'l Subject<'a>,
    model: &'l Model<'a>,
    at: Site<'a>,
    findings: &'l mut Findings<'k>,
}

impl<'a> Look<'_, 'a, '_> {
    fn text(&self, span: Span) -> &'a str {
        self.at.source.slice(span)
    }

    /// Checks `if`, `elsif`, …: literals, and earlier conditions.
    fn chain(&mut self, tag: &'a Tag) {
        let mut before: Vec<&Condition> = Vec::new();
        let negated = self.text(tag.name) == "unless";
        let main = Some((&tag.markup, !negated)).into_iter();
        let others = tag.branches.iter().filter(|branch| branch.kind == BranchKind::Elsif);
        for (markup, counts) in main.chain(others.map(|branch| (&branch.markup, true))) {
            let Markup::Condition(condition) = markup else { continue };
            if self.written_out(condition) {
                continue;
            }
            if let Some(earlier) = covering(self.at.source, &before, condition) {
                self.asked_before(earlier, condition);
            }
            if counts {
                before.push(condition);
            }
        }
    }

    fn asked_before(&mut self, earlier: Covering<'_>, later: &Condition) {
        let at = self.at.at(trimmed(self.at, later.span));
        let first = self.at.at(trimmed(self.at, earlier.first.span));
        let (message, help) = if first.text() == at.text() {
            (
                format!("`{}` is already tested above, so this branch is never taken", at.text()),
                "remove the branch, or test something else",
            )
        } else if !earlier.alone {
            (
                format!(
                    "each part of `{}` is already tested above, so this branch is never taken",
                    at.text()
                ),
                "remove the branch, or test something else",
            )
        } else {
            (
                format!(
                    "`{}` is true only when `{}` is, which is tested first, so this branch is \
                     never taken",
                    at.text(),
                    first.text()
                ),
                "put the narrower condition first",
            )
        };
        let report = self.findings.report(self.model, at, message);
        report.label("never taken").related(first, "tested here").help(help);
    }

    /// Reports which part of a condition is constant; returns whether there is one.
    fn written_out(&mut self, condition: &Condition) -> bool {
        let mut found = false;
        for (index, comparison) in condition.comparisons.iter().enumerate() {
            let Some(constant) = constant(self.at.source, condition, index) else { continue };
            found = true;
            let at = self.at.at(comparison.span);
            let shown = at.text();
            let holds = match constant {
                Constant::Holds => "always true",
                Constant::Fails => "never true",
            };
            let one_of_several = !condition.connectives.is_empty() && comparison.rest.is_none();
            let alone = if one_of_several { " by itself" } else { "" };
            let message = format!("`{shown}`{alone} is {holds}");
            let before = index.checked_sub(1).map(|index| &condition.comparisons[index]);
            let asked = before.and_then(|before| Some((before.left.span, before.rest.as_ref()?.1)));
            let is_text = matches!(comparison.left.kind, ExprKind::Str(_) | ExprKind::Int(_));
            let report = match asked.filter(|_| is_text && comparison.rest.is_none()) {
                Some((left, operator)) => {
                    let (left, operator) = (self.text(left), self.text(operator));
                    let written = format!("{left} {operator} {shown}");
                    let title = format!("replace `{shown}` with `{written}`");
                    let fix = Fix::replace(title, Safety::Unsafe, at.span, written.clone());
                    let report = self.findings.report(self.model, at, message);
                    report.help(format!("compare it too: `{written}`")).fix(fix)
                }
                None => {
                    let report = self.findings.report(self.model, at, message);
                    report.help("compare it with something, or remove the condition")
                }
            };
            report.label(holds);
        }
        found
    }

    /// Reports values listed by several `when`, and content before the first.
    fn case(&mut self, tag: &'a Tag) {
        let mut seen: HashMap<(bool, &str), Span> = HashMap::new();
        for branch in &tag.branches {
            if branch.kind == BranchKind::Main
                && let Some(first) = self.printing(&branch.body)
            {
                let message = "nothing between `case` and the first `when` is rendered";
                let at = self.at.at(first);
                self.findings.report(self.model, at, message).help("move it into a branch");
            }
            let Markup::Alternatives(values) = &branch.markup else { continue };
            for value in values {
                let key = match value.kind {
                    ExprKind::Str(span) => (true, self.text(span)),
                    _ => (false, self.text(value.span)),
                };
                let Some(first) = seen.insert(key, value.span) else { continue };
                let at = self.at.at(value.span);
                let message =
                    format!("`{}` is listed twice, so both branches are sent for it", at.text());
                let report = self.findings.report(self.model, at, message);
                report
                    .label("listed again")
                    .related(self.at.at(first), "first listed here")
                    .help("list each value once");
            }
        }
    }

    /// Reports content after a tag that ends the message, the loop, or the iteration.
    fn unreachable_after(&mut self, branch: &'a Branch) {
        let ends = |node| self.ending(node);
        let found = branch.body.iter().enumerate().find_map(|(at, node)| Some((at, ends(node)?)));
        let Some((index, end)) = found else { return };
        // A `break` after `abort_message` has no effect, but nothing is lost.
        let rest = branch.body[index + 1..].iter().filter(|node| ends(node).is_none());
        let Some(first) = self.printing(rest) else { return };
        let name = self.text(end.name);
        let end = end.open;
        let message = format!("nothing after `{name}` is reached");
        let report = self.findings.report(self.model, self.at.at(first), message);
        report
            .label("never reached")
            .related(self.at.at(end), "ends here")
            .help(format!("move it before `{name}`, or remove it"));
    }

    /// Returns the tag of a node, if it ends the message, the loop, or the iteration.
    fn ending(&self, node: &'a Node) -> Option<&'a Tag> {
        let Node::Tag(tag) = node else { return None };
        let effect = self.subject.known.semantics().effect(tag.id);
        matches!(effect, Effect::Stops | Effect::Breaks | Effect::Continues).then_some(&**tag)
    }

    /// Returns the first node that prints or does something.
    fn printing(&self, nodes: impl IntoIterator<Item = &'a Node>) -> Option<Span> {
        let semantics = self.subject.known.semantics();
        nodes.into_iter().find_map(|node| match node {
            Node::Text(text) => {
                let span = trimmed(self.at, text.span);
                (!span.is_empty()).then_some(span)
            }
            Node::Output(output) => Some(output.span),
            Node::Tag(tag) => {
                let comment = semantics.effect(tag.id) == Effect::Skips;
                (!comment && !self.text(tag.name).starts_with('#')).then_some(tag.open)
            }
            Node::HtmlComment(_) | Node::Error(_) => None,
        })
    }
}

fn trimmed(at: Site<'_>, span: Span) -> Span {
    let text = at.source.slice(span);
    let start = span.start as usize + text.len() - text.trim_start().len();
    Span::new(start, start + text.trim().len())
}
