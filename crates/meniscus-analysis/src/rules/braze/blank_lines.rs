use crate::project::Channel;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Node, Tag};
use crate::text::Span;

rule! {
    /// A tag on its own line that leaves a blank line in the message.
    ///
    /// ## What it does
    ///
    /// Reports a tag that is alone on its line and has neither `{%-` nor `-%}`. Only text messages,
    /// push notifications, WhatsApp and in-app messages, and the plain-text parts of emails are
    /// checked.
    ///
    /// This rule is off by default. Many people like to spread a template over several lines, and
    /// don't mind the blank lines.
    ///
    /// ## Why it matters
    ///
    /// In text messages, notifications, and plain text, Braze prints the line break after the tag.
    /// `{%-` and `-%}` remove it.
    ///
    /// ## Example
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
    /// ## Use instead
    ///
    /// ```liquid good
    /// Marlowick
    /// {%- if custom_attribute.${is_member} %}
    /// Members come in first.
    /// {%- endif -%}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Shopify tags; Content Blocks (reference, sections 2.8 and 5).
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
                .report_in(&part.template.source, span, "this line is blank in the message")
                .help("use `{%-` or `-%}` on the side of the line break");
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
