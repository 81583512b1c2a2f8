use crate::diagnostic::{Edit, Fix, Safety};
use crate::dialect::BRAZE;
use crate::rules::reading::templates::templates;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Node, Output};
use crate::syntax::{Grammar, Template, Visitor, walk_nodes};
use crate::text::Span;

rule! {
    /// A filter after the closing braces of an output.
    ///
    /// ## What it does
    ///
    /// Reports a filter that directly follows the `}}` of an output. A lone word that people also
    /// write after a `|` in text, such as `first` or `size`, isn't reported.
    ///
    /// ## Why it matters
    ///
    /// There, a filter is text: customers read `| plus: 1`.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign seats = 2 %}{{ seats }} | plus: 1
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write filters inside the braces.
    ///
    /// ```liquid good
    /// {% assign seats = 2 %}{{ seats | plus: 1 }} | Row 7
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: it moves the filter inside the braces, which changes what is sent.
    ///
    /// ## Source
    ///
    /// Braze: Liquid syntax (reference, section 7.1).
    name: "filter-outside-output", level: Warn, check: Check::Message(check),
}

/// Filter names that aren't ordinary words.
const NO_WORDS: [&str; 3] = ["downcase", "upcase", "uniq"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for template in templates(subject) {
        look(template, &template.nodes, findings);
        walk_nodes(&mut Bodies { template, findings }, &template.nodes);
    }
}

struct Bodies<'l, 'k> {
    template: &'l Template,
    findings: &'l mut Findings<'k>,
}

impl Visitor for Bodies<'_, '_> {
    fn node(&mut self, node: &Node) {
        let Node::Tag(tag) = node else { return };
        for branch in &tag.branches {
            look(self.template, &branch.body, self.findings);
            walk_nodes(self, &branch.body);
        }
    }
}

fn look(template: &Template, nodes: &[Node], findings: &mut Findings<'_>) {
    for pair in nodes.windows(2) {
        let [Node::Output(output), Node::Text(text)] = pair else { continue };
        let behind = template.source.slice(text.span);
        let Some(length) = filters(behind) else { continue };
        let start = text.span.start as usize;
        let shown = behind[..length].trim();
        let at = start + behind.len() - behind.trim_start().len();
        let message = format!("`{shown}` is outside the braces, so customers see it as written");
        let report = findings
            .report_in(&template.source, Span::new(at, start + length), message)
            .label("shown as written")
            .help("move it inside the braces");
        // A second pair of braces was meant to close the first.
        let rest = behind[length..].trim_start();
        let braces = rest.strip_prefix("}}").map_or(length, |rest| behind.len() - rest.len());
        if let Some(fix) = moved(template, output, shown, Span::new(start, start + braces)) {
            report.fix(fix);
        }
    }
}

fn moved(template: &Template, output: &Output, filters: &str, from: Span) -> Option<Fix> {
    let inner = template.source.slice(output.span).strip_suffix("}}")?;
    let inner = inner.strip_suffix('-').unwrap_or(inner).trim_end();
    let to = Span::empty(output.span.start as usize + inner.len());
    Some(Fix {
        title: "move it inside the braces".to_owned(),
        safety: Safety::Unsafe,
        edits: vec![
            Edit { span: to, text: format!(" {filters}") },
            Edit { span: from, text: String::new() },
        ],
    })
}

/// Returns how much of a text is filters: `| name: argument | name`, if it starts with one.
fn filters(text: &str) -> Option<usize> {
    let mut end = 0;
    while let Some(length) = filter(&text[end..]) {
        end += length;
    }
    (end > 0).then_some(end)
}

fn filter(text: &str) -> Option<usize> {
    let rest = text.trim_start().strip_prefix('|')?.trim_start_matches(' ');
    let length = rest.bytes().take_while(|b| b.is_ascii_lowercase() || b"_0123456789".contains(b));
    let length = length.count();
    let (name, behind) = rest.split_at(length);
    let id = BRAZE.filter(name)?;
    let end = text.len() - behind.len();
    if let Some(behind) = behind.strip_prefix(':')
        && BRAZE.most_arguments(id) > 0
        && let Some(length) = arguments(name, behind)
    {
        return Some(end + 1 + length);
    }
    // `first`, `size`, and others are words that people write after a bar.
    let no_word = name.contains('_') || NO_WORDS.contains(&name);
    (no_word && !behind.starts_with(|c: char| c.is_alphanumeric() || c == '-')).then_some(end)
}

/// Returns the length of the arguments after a colon: quoted strings, or numbers if the filter
/// accepts them.
fn arguments(name: &str, text: &str) -> Option<usize> {
    let takes_numbers = matches!(
        name,
        "at_least"
            | "at_most"
            | "divided_by"
            | "minus"
            | "modulo"
            | "plus"
            | "round"
            | "slice"
            | "times"
            | "truncate"
            | "truncatewords"
    );
    let value = text.trim_start_matches(' ');
    let first = value.chars().next()?;
    let length = if matches!(first, '\'' | '"') {
        value[1..].find(first)? + 2
    } else if takes_numbers && first.is_ascii_digit() {
        let digits = value.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
        value[..digits].trim_end_matches('.').len()
    } else {
        return None;
    };
    let end = text.len() - value.len() + length;
    let more = text[end..].strip_prefix(',').and_then(|rest| Some(arguments(name, rest)? + 1));
    Some(end + more.unwrap_or(0))
}
