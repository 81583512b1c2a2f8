use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

/// Levels that Braze renders: a block, and a block in it.
const MAX: usize = 2;

rule! {
    /// A content block on the third level.
    ///
    /// A block may stand in a block; one in that is dropped, text and tag, and nobody is told.
    ///
    /// Source: the reference's section 5.
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
    /// ```liquid good
    /// {{content_blocks.${middle}}}
    /// ```
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
                "`{}` stands on level {depth} of content blocks, expected {MAX} at most",
                inclusion.name
            );
            findings
                .report(model, inclusion.at, message)
                .label("vanishes")
                .help("put its text into the block that includes it");
        }
    }
}
