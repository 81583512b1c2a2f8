use crate::project::Channel;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Node, Tag};
use crate::text::Span;

rule! {
    /// A tag on a line of its own that leaves an empty line in the message.
    ///
    /// In text messages, notifications and plain text the line break behind the tag is printed.
    /// `{%-` and `-%}` take it away. Off unless the workspace asks for it: many people like to see
    /// their templates in lines, and do not mind.
    ///
    /// Source: the reference's sections 2.8 and 5.
    ///
    /// ```toml meniscus
    /// [rules]
    /// blank-lines = "info"
    /// ```
    ///
    /// ```toml message
    /// channel = "sms"
    /// ```
    ///
    /// ```liquid bad
    /// Marlowick
    /// {% if custom_attribute.${is_member} %}
    /// Members come in first.
    /// {% endif %}
    /// ```
    ///
    /// ```liquid good
    /// Marlowick
    /// {%- if custom_attribute.${is_member} %}
    /// Members come in first.
    /// {%- endif -%}
    /// ```
    name: "blank-lines", level: Off, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let plain = matches!(
        subject.channel(),
        Some(Channel::Sms | Channel::Push | Channel::WhatsApp | Channel::InApp)
    );
    for part in &subject.parts {
        let name = part.part.name.as_str();
        if !plain && !matches!(name, "subject" | "preheader" | "plain_text") {
            continue;
        }
        if let Some(span) = first(&part.template.nodes, part.template.source.text()) {
            findings
                .report_in(&part.template.source, span, "this line is empty in the message")
                .help("write `{%-` or `-%}` for the side of the line break");
        }
    }
}

/// Returns the first tag alone on its line that doesn't trim the line.
fn first(nodes: &[Node], text: &str) -> Option<Span> {
    for node in nodes {
        let Node::Tag(tag) = node else { continue };
        if leaves_line(tag, tag.open, text) {
            return Some(tag.open);
        }
        let inner = tag.branches.iter().find_map(|branch| first(&branch.body, text));
        if inner.is_some() {
            return inner;
        }
    }
    None
}

fn leaves_line(tag: &Tag, span: Span, text: &str) -> bool {
    let own = &text[span.range()];
    let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
    let line_start = before.trim_end_matches([' ', '\t']);
    let line_end = after.trim_start_matches([' ', '\t']);
    let alone = (line_start.is_empty() || line_start.ends_with('\n'))
        && (line_end.starts_with('\n') || line_end.starts_with("\r\n"));
    // Line breaks at the ends of the message aren't visible.
    let inside = !before.trim().is_empty() && !after.trim().is_empty();
    let prints = matches!(tag.name.len(), 0);
    alone && inside && !prints && !own.starts_with("{%-") && !own.ends_with("-%}")
}
