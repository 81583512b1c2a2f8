use crate::analyze::Site;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

/// Most characters in a name.
const MAX: usize = 100;

rule! {
    /// A content block name that Braze doesn't allow.
    ///
    /// ## What it does
    ///
    /// Reports an included content block whose name is longer than 100 characters, or contains
    /// anything but letters, digits, `-`, and `_`.
    ///
    /// ## Why it matters
    ///
    /// Braze turns a space into `_` when the block is created. No block then has the name that the
    /// message uses, so nothing appears in its place.
    ///
    /// ## Example
    ///
    /// ```liquid block opening_hours
    /// Ten to six
    /// ```
    ///
    /// ```liquid bad
    /// Open: {{content_blocks.${opening hours}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// Open: {{content_blocks.${opening_hours}}}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Content Blocks (reference, section 5).
    name: "block-name", level: Error, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for inclusion in &model.inclusions {
            let name = inclusion.name;
            // A computed name can't be checked; an empty one is a syntax error.
            if name.is_empty() || name.contains('{') {
                continue;
            }
            let Some(wrong) = wrong(name) else { continue };
            let at = name_of(inclusion.at, name);
            let report = findings.report(model, at, wrong);
            let fixed = name.trim().replace(' ', "_");
            if fixed != name && subject.known.blocks.contains_key(&fixed) {
                report.did_you_mean(Some(&fixed));
            } else {
                report.help("use the name that Braze lists: letters, digits, `-`, and `_`");
            }
        }
    }
}

fn wrong(name: &str) -> Option<String> {
    let count = name.chars().count();
    if count > MAX {
        return Some(format!("this name has {count} characters; the limit is {MAX}"));
    }
    let odd = name.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))?;
    let odd = if odd == ' ' { "spaces".to_owned() } else { format!("`{odd}`") };
    Some(format!("the name of a content block can't contain {odd}"))
}

/// Returns the span of the name in `content_blocks.${name}`.
fn name_of<'a>(at: Site<'a>, name: &str) -> Site<'a> {
    match at.text().find(name) {
        Some(start) => {
            let start = at.span.start as usize + start;
            at.at(Span::new(start, start + name.len()))
        }
        None => at,
    }
}
