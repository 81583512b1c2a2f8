use crate::diagnostic::Severity;
use crate::rules::reading::templates::templates;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Node;
use crate::syntax::{Template, Visitor, walk_nodes};
use crate::text::Span;

rule! {
    /// Liquid inside an HTML comment.
    ///
    /// ## What it does
    ///
    /// Reports Liquid inside `<!-- … -->`. It's a warning if the rest of the template depends on
    /// the comment, and info if the Liquid is only commented out. Conditional comments for Outlook
    /// aren't reported, since no page mentions them.
    ///
    /// ## Why it matters
    ///
    /// Braze's pages say that `<!-- … -->` is removed before Liquid runs: an `assign` in it sets
    /// nothing, and no call is made. This is `unverified`, since some senders rely on the opposite.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// <!-- {% assign color = '#7A1F3D' %} --><h1 style="color:{{ color }}">Hello</h1>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// <!-- the color of the week -->{% assign color = '#7A1F3D' %}<h1 style="color:{{ color }}">Hello</h1>
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: HTML comments (reference, sections 2.8 and 7.3).
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
        // Front matter is removed too; conditional comments are for Outlook.
        let Some(inner) = inner.filter(|inner| !inner.starts_with("[if")) else { return };
        if inner.starts_with("<![endif]") {
            return;
        }
        let Some((at, close)) = found(text, "{%", "%}").or_else(|| found(text, "{{", "}}")) else {
            return;
        };
        let missed = self.missed(span);
        let at = missed.unwrap_or(at);
        let start = span.start as usize + at;
        let length = text[at..].find(close).map_or(2, |length| length + 2);
        let what = if close == "%}" { "a tag" } else { "an output" };
        let message = format!("{what} in an HTML comment never runs, according to Braze");
        let place = Span::new(start, start + length);
        let report = self.findings.report_in(&self.template.source, place, message);
        let report = report
            .label("never runs")
            .help("move it out of the comment, or use `{% comment %}` for what you don't need");
        if missed.is_none() {
            // Only its own text is lost, which may be intended.
            report.at_most(Severity::Info);
        }
    }

    /// Returns the first tag in a comment that the rest of the template depends on: it aborts the
    /// message, or sets a variable that is read outside.
    fn missed(&self, comment: Span) -> Option<usize> {
        let text = self.template.source.slice(comment);
        let tags = text.match_indices("{%").take(MAX_TAGS);
        tags.map(|(at, _)| at).find(|at| {
            let rest = text[at + 2..].trim_start_matches(['-', ' ', '\n', '\t']);
            let rest = rest.split("%}").next().unwrap_or_default();
            let (word, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let name = match word {
                "assign" | "capture" => rest.trim_start(),
                "connected_content" => match rest.split_once(":save") {
                    Some((_, name)) => name.trim_start(),
                    None => "connected",
                },
                "catalog_items" | "catalog_selection_items" => "items",
                _ => return word.starts_with("abort_message"),
            };
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            let name = name[..end].trim();
            !name.is_empty() && self.reads_outside(comment, name)
        })
    }

    /// Whether a name occurs in the template outside a comment.
    fn reads_outside(&self, comment: Span, name: &str) -> bool {
        let text = self.template.source.text();
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let outside = [&text[..comment.start as usize], &text[comment.end as usize..]];
        outside.into_iter().any(|text| {
            text.match_indices(name).any(|(at, _)| {
                !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part)
            })
        })
    }
}

/// Most tags in a comment that are checked.
const MAX_TAGS: usize = 32;

fn found(text: &str, open: &str, close: &'static str) -> Option<(usize, &'static str)> {
    Some((text.find(open)?, close))
}
