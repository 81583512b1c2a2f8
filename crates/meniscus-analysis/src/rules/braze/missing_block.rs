use crate::diagnostic::{Fix, Safety};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::{Span, nearest};

rule! {
    /// A content block that isn't in the workspace.
    ///
    /// ## What it does
    ///
    /// Reports an included content block that the workspace doesn't contain. If the workspace
    /// contains no content blocks at all, they're probably kept elsewhere, and nothing is reported.
    ///
    /// ## Why it matters
    ///
    /// The block renders as blank, or the message isn't sent: no Braze page says which.
    ///
    /// ## Example
    ///
    /// ```liquid block footer
    /// Bye
    /// ```
    ///
    /// ```liquid bad
    /// {{content_blocks.${foter}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {{content_blocks.${footer}}}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the most similar block may not be the one that was meant.
    ///
    /// ## Source
    ///
    /// Braze: Content Blocks; Unresolved by the documentation (reference, sections 5 and 11).
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
                Some(near) => {
                    let report = report.help(format!("did you mean `{near}`?"));
                    let text = inclusion.at.text();
                    match text.rfind(inclusion.name).filter(|_| inclusion.at.via.is_none()) {
                        Some(at) => {
                            let start = inclusion.at.span.start as usize + at;
                            let name = Span::new(start, start + inclusion.name.len());
                            let title = format!("replace `{}` with `{near}`", inclusion.name);
                            report.fix(Fix::replace(title, Safety::Unsafe, name, near))
                        }
                        None => report,
                    }
                }
                None => report.help(format!("add `{folder}/{}.liquid`", inclusion.name)),
            };
        }
    }
}
