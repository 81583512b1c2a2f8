use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::nearest;

rule! {
    /// A content block that is not in the workspace.
    ///
    /// Nothing comes in its place, or the message is not sent: no page says which. A workspace that
    /// has no content blocks at all is taken to keep them elsewhere, and nothing is said.
    ///
    /// Source: the reference's sections 5 and 11.
    ///
    /// ```liquid block footer
    /// Bye
    /// ```
    ///
    /// ```liquid bad
    /// {{content_blocks.${foter}}}
    /// ```
    ///
    /// ```liquid good
    /// {{content_blocks.${footer}}}
    /// ```
    name: "missing-block", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.known.blocks.is_empty() {
        return;
    }
    for model in subject.models() {
        for inclusion in model.inclusions.iter().filter(|inclusion| !inclusion.known) {
            let near = nearest(inclusion.name, subject.known.blocks.keys().map(String::as_str));
            let folder = &subject.known.config.paths.content_blocks;
            let message = format!("there is no content block `{}` in `{folder}`", inclusion.name);
            let report = findings.report(model, inclusion.at, message);
            match near {
                Some(near) => report.help(format!("did you mean `{near}`?")),
                None => report.help(format!("add `{folder}/{}.liquid`", inclusion.name)),
            };
        }
    }
}
