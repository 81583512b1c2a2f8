use crate::analyze::Site;
use crate::diagnostic::{Edit, Fix, Safety};
use crate::rules::reading::templates::templates;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Node;
use crate::text::{Source, Span};

rule! {
    /// A `{# … #}`, which is a comment in Jinja but not in Liquid.
    ///
    /// ## What it does
    ///
    /// Reports `{# … #}` in the text of a template.
    ///
    /// ## Why it matters
    ///
    /// Braze sends it to customers as written, and runs the Liquid inside it.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {# spring sale, version 2 #}
    /// Our spring sale has begun.
    /// ```
    ///
    /// ## Use instead
    ///
    /// Write comments as `{% comment %} … {% endcomment %}`.
    ///
    /// ```liquid good
    /// {% comment %} spring sale, version 2 {% endcomment %}
    /// Our spring sale has begun.
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: customers no longer see the text of the comment. It isn't offered for a
    /// comment that contains tags, since one of them may open a block that ends elsewhere.
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5. Braze: comments (reference, section 2.8).
    name: "jinja-comment", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let Some(model) = subject.models().next() else { return };
    for template in templates(subject) {
        let source = &template.source;
        if !source.text().contains("{#") {
            continue;
        }
        let ends = source.text().match_indices("#}").map(|(at, _)| at).collect::<Vec<_>>();
        let mut found = Vec::new();
        comments(source, &template.nodes, &ends, &mut found);
        for span in found {
            let inner = source.slice(span).trim_matches(['{', '}', '#']).trim_matches('-');
            let comment = format!("{{% comment %}}{inner}{{% endcomment %}}");
            let fix = Fix {
                title: "replace it with `{% comment %}`".to_owned(),
                safety: Safety::Unsafe,
                edits: vec![Edit { span, text: comment }],
            };
            let at = Site { source, span, via: None };
            let report = findings
                .report(model, at, "`{# … #}` isn't a comment in Liquid, so customers see it")
                .help("use `{% comment %} … {% endcomment %}`");
            // A tag inside it may open a block that ends elsewhere.
            if !inner.contains("{%") {
                report.fix(fix);
            }
        }
    }
}

/// Adds what looks like a Jinja comment with a printed start; `ends` are the offsets of `#}`.
fn comments(source: &Source, nodes: &[Node], ends: &[usize], found: &mut Vec<Span>) {
    for node in nodes {
        match node {
            Node::Text(text) => {
                let start = text.span.start as usize;
                for (at, _) in source.slice(text.span).match_indices("{#") {
                    let start = start + at;
                    let end = ends.get(ends.partition_point(|end| *end < start + 2));
                    let is_first = found.last().is_none_or(|last| last.end as usize <= start);
                    // `${#field}` in JavaScript has no `#}`.
                    let is_script = source.text()[..start].ends_with('$');
                    if let Some(end) = end.filter(|_| is_first && !is_script) {
                        found.push(Span::new(start, end + 2));
                    }
                }
            }
            Node::Tag(tag) if !matches!(source.slice(tag.name), "comment" | "raw" | "doc") => {
                tag.branches.iter().for_each(|branch| comments(source, &branch.body, ends, found));
            }
            _ => {}
        }
    }
}
