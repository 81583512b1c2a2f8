use crate::diagnostic::Severity;
use crate::rules::reading::templates::templates;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Node;
use crate::syntax::{Template, Visitor, walk_nodes};
use crate::text::Span;

rule! {
    /// Liquid inside of an HTML comment.
    ///
    /// Braze removes `<!-- … -->` before Liquid runs: an `assign` in it sets nothing, a call is not
    /// made. Conditional comments for Outlook are left alone here, as no page tells of them.
    ///
    /// Source: the reference's sections 2.8 and 7.3.
    ///
    /// ```liquid bad
    /// <!-- {% assign colour = '#7A1F3D' %} --><h1>Hello</h1>
    /// ```
    ///
    /// ```liquid good
    /// <!-- the colour of the week --><h1>Hello</h1>
    /// {% comment %} {% assign colour = '#7A1F3D' %} {% endcomment %}
    /// ```
    name: "liquid-in-html-comment", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for template in templates(subject) {
        if template.source.text().contains("<!--") {
            walk_nodes(&mut Look { template, findings }, &template.nodes);
        }
    }
}

struct Look<'l, 'k> {
    template: &'l Template,
    findings: &'l mut Findings<'k>,
}

impl Visitor for Look<'_, '_> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::HtmlComment(span) => self.comment(*span),
            Node::Tag(tag) => {
                tag.branches.iter().for_each(|branch| walk_nodes(self, &branch.body));
            }
            _ => {}
        }
    }
}

impl Look<'_, '_> {
    fn comment(&mut self, span: Span) {
        let text = self.template.source.slice(span);
        let inner = text.strip_prefix("<!--").map(str::trim_start);
        // Front matter is removed, too; conditional comments are for Outlook.
        let Some(inner) = inner.filter(|inner| !inner.starts_with("[if")) else { return };
        if inner.starts_with("<![endif]") {
            return;
        }
        let Some((at, close)) = found(text, "{%", "%}").or_else(|| found(text, "{{", "}}")) else {
            return;
        };
        let start = span.start as usize + at;
        let length = text[at..].find(close).map_or(2, |length| length + 2);
        let is_tag = close == "%}";
        let what = if is_tag { "a tag" } else { "an output" };
        let message = format!("found {what} inside of an HTML comment: it never runs");
        let report = self.findings.report_in(
            &self.template.source,
            Span::new(start, start + length),
            message,
        );
        let report = report
            .label("never runs")
            .help("take it out of the comment, or write `{% comment %}` around what is not needed");
        if !is_tag {
            // Nothing but its own text is lost: somebody may have meant just that.
            report.at_most(Severity::Info);
        }
    }
}

fn found(text: &str, open: &str, close: &'static str) -> Option<(usize, &'static str)> {
    Some((text.find(open)?, close))
}
