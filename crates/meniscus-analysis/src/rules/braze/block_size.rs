use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::Template;
use crate::text::Span;

/// The largest block that Braze saves, in bytes.
const MAX: usize = 50 * 1024;

rule! {
    /// A content block larger than 50 KB.
    ///
    /// ## What it does
    ///
    /// Reports a content block of more than 50 KB (51,200 bytes).
    ///
    /// ## Why it matters
    ///
    /// Braze doesn't save a larger block, so the block in the workspace can't be the one that
    /// customers get.
    ///
    /// ## Example
    ///
    /// ```liquid block terms times 1200
    /// Terms and conditions are as long as anybody is patient.
    /// ```
    ///
    /// ```liquid block line
    /// Terms and conditions are as long as anybody is patient.
    /// ```
    ///
    /// ```liquid bad
    /// {{content_blocks.${terms}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{content_blocks.${line}}}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Content Blocks; Limits (reference, sections 5 and 6). One Braze page says 5 MB. The
    /// specification of content blocks and the API's own error text say 50 KB.
    name: "block-size", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.is_block {
        for part in &subject.parts {
            report(part.template, findings);
        }
    }
    for model in subject.models() {
        for inclusion in model.inclusions.iter().filter(|inclusion| inclusion.known) {
            if let Some(block) = subject.known.blocks.get(inclusion.name) {
                report(&block.template, findings);
            }
        }
    }
}

fn report(template: &Template, findings: &mut Findings<'_>) {
    let text = template.source.text();
    let start = own_start(template);
    let size = text.len() - start;
    if size <= MAX {
        return;
    }
    let limit = text.floor_char_boundary(start + MAX);
    let rest = &text[limit..];
    let length = rest.chars().next().map_or(0, char::len_utf8);
    let message = format!("this content block has {size} bytes; the limit is {MAX}");
    findings
        .report_in(&template.source, Span::new(limit, limit + length), message)
        .label("the limit is reached here")
        .help("split it into two blocks");
}

/// Returns where the block starts, after front matter.
fn own_start(template: &Template) -> usize {
    let front = template.nodes.first().map(crate::syntax::ast::Node::span);
    let front = front.filter(|span| span.start == 0);
    let text = template.source.text();
    match front {
        Some(span) if text.starts_with("---") && text[span.range()].trim_end().ends_with("---") => {
            span.end as usize
        }
        _ => template.nodes.first().map_or(0, |node| node.span().start as usize),
    }
}
