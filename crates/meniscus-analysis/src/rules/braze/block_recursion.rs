use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A content block that includes itself.
    ///
    /// ## What it does
    ///
    /// Reports a content block that includes itself, directly or through another block.
    ///
    /// ## Why it matters
    ///
    /// Braze refuses to save a block that names itself. If a block includes itself through another
    /// block, the inner text disappears from the message.
    ///
    /// ## Example
    ///
    /// ```liquid block circle
    /// Round and round: {{content_blocks.${circle}}}
    /// ```
    ///
    /// ```liquid block line
    /// Once
    /// ```
    ///
    /// ```liquid bad
    /// {{content_blocks.${circle}}}
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
    /// Braze: Content Blocks (reference, section 5).
    name: "block-recursion", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for inclusion in model.inclusions.iter().filter(|inclusion| inclusion.recursive) {
            let message = format!("`{}` includes itself", inclusion.name);
            findings
                .report(model, inclusion.at, message)
                .label("renders as blank")
                .help("remove it, or repeat the text in a loop");
        }
    }
}
