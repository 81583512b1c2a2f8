use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};

rule! {
    /// A content block that includes itself.
    ///
    /// Braze refuses to save a block that names itself; by way of another block, the inner text
    /// vanishes from the message.
    ///
    /// Source: the reference's section 5.
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
    /// ```liquid good
    /// {{content_blocks.${line}}}
    /// ```
    name: "block-recursion", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for inclusion in model.inclusions.iter().filter(|inclusion| inclusion.recursive) {
            let message = format!("`{}` includes itself", inclusion.name);
            findings
                .report(model, inclusion.at, message)
                .label("vanishes")
                .help("remove it, or repeat the text in a loop");
        }
    }
}
