use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// Levels that Braze renders: a block, and a block in it.
const MAX: usize = 2;

rule! {
    /// A content block nested more than two levels deep.
    ///
    /// ## What it does
    ///
    /// Reports a content block on the third level: a block in a block in a block.
    ///
    /// ## Why it matters
    ///
    /// Braze renders a block inside another block. It drops anything deeper, both text and tags,
    /// without a warning.
    ///
    /// ## Example
    ///
    /// ```liquid block outer
    /// {{content_blocks.${middle}}}
    /// ```
    ///
    /// ```liquid block middle
    /// {{content_blocks.${inner}}}
    /// ```
    ///
    /// ```liquid block inner
    /// Bye
    /// ```
    ///
    /// ```liquid bad
    /// {{content_blocks.${outer}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{content_blocks.${middle}}}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Content Blocks (reference, section 5).
    name: "block-too-deep", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    // A standalone block is already the first level.
    let outer = usize::from(subject.is_block);
    for model in subject.models() {
        for inclusion in &model.inclusions {
            let depth = inclusion.depth + outer;
            // A block that includes itself is too deep only for that reason.
            let own = subject.is_block && inclusion.name == subject.message.name;
            if depth <= MAX || inclusion.recursive || own || !inclusion.known {
                continue;
            }
            let message = format!(
                "`{}` is on level {depth} of content blocks; Braze renders only {MAX}",
                inclusion.name
            );
            findings
                .report(model, inclusion.at, message)
                .label("renders as blank")
                .help("move its text into the block that includes it");
        }
    }
}
