use crate::analyze::Site;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

/// The most characters of a name.
const MAX: usize = 100;

rule! {
    /// A content block under a name that Braze cannot have given it.
    ///
    /// Names have letters, digits, `-` and `_`, a hundred at most; a space becomes `_` when the
    /// block is made. No block answers to another name, so nothing comes in its place.
    ///
    /// Source: the reference's section 5.
    ///
    /// ```liquid block opening_hours
    /// Ten to six
    /// ```
    ///
    /// ```liquid bad
    /// Open: {{content_blocks.${opening hours}}}
    /// ```
    ///
    /// ```liquid good
    /// Open: {{content_blocks.${opening_hours}}}
    /// ```
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
                report.help("write the name as Braze lists it: letters, digits, `-` and `_`");
            }
        }
    }
}

fn wrong(name: &str) -> Option<String> {
    let count = name.chars().count();
    if count > MAX {
        return Some(format!("found a name of {count} characters, expected {MAX} at most"));
    }
    let odd = name.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))?;
    let odd = if odd == ' ' { "a space".to_owned() } else { format!("`{odd}`") };
    Some(format!("found {odd} in the name of a content block, expected letters, digits, `-`, `_`"))
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
