use std::collections::HashMap;

use crate::analyze::{DefinitionKind, Model, Read, ReadRoot};
use crate::diagnostic::{Fix, Safety};
use crate::dialect::families::FAMILIES;
use crate::rules::reading::answers::has_unknown_blocks;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::Operator;
use crate::text::nearest;

rule! {
    /// A variable that is never set.
    ///
    /// ## What it does
    ///
    /// Reports a variable that neither the message nor Braze sets.
    ///
    /// Names such as `endpoint_connect`, which SessionM's guide uses, are placeholders. Declare
    /// them under `[variables]` in meniscus.toml: meniscus replaces them before the template is
    /// pasted into Braze.
    ///
    /// ## Why it matters
    ///
    /// The variable renders as blank, and customers see a gap. In a URL, the host is missing.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% assign points = 120 %}{{ point }}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% assign points = 120 %}{{ points }}
    /// ```
    ///
    /// ## Fix safety
    ///
    /// The fix is unsafe: the most similar name may not be the one that was meant.
    ///
    /// ## Source
    ///
    /// Braze: Namespaces, and the SessionM partner page (reference, sections 1.4 and 8.3).
    name: "undefined-variable", level: Warn, check: Check::Message(check),
}

/// Plain variables set by Braze: for localized messages, and on preference center pages.
const BRAZE_VARIABLES: [&str; 2] = ["accessibility_language", "preference_center_submit_url"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.is_block {
        return;
    }
    for model in subject.models() {
        // An unknown content block may set anything.
        if has_unknown_blocks(model) {
            continue;
        }
        // The same misspelling may occur in thousands of places.
        let mut near = HashMap::new();
        for read in &model.reads {
            let ReadRoot::Variable { name, span, set: false, .. } = read.root else { continue };
            if model.is_in_broken_markup(name) {
                continue;
            }
            let sets = |kind: fn(DefinitionKind) -> bool| {
                model.definitions_of(name).find(|one| kind(one.kind))
            };
            // `used-before-saved`, `variable-of-other-part` and `missing-dollar` say more.
            if sets(|kind| kind != DefinitionKind::Item).is_some()
                || is_braze_name(name)
                || is_set_elsewhere(subject, name)
            {
                continue;
            }
            let at = read.at.at(span);
            if sets(|kind| kind == DefinitionKind::Item).is_some() {
                findings
                    .report(model, at, format!("`{name}` exists only inside its loop"))
                    .label("renders as blank")
                    .help("save the value in another variable, inside the loop");
                continue;
            }
            let near =
                *near.entry(name).or_insert_with(|| nearest(name, known_names(subject, model)));
            let report = findings
                .report(model, at, format!("`{name}` is never set"))
                .label("renders as blank");
            match near {
                // The items of a catalog are a list.
                Some(near @ "items") if !read.path.segments.is_empty() => {
                    let first = format!("{near}[0]");
                    let title = format!("replace `{name}` with `{first}`");
                    let fix = Fix::replace(title, Safety::Unsafe, span, first.as_str());
                    report.help(format!("did you mean `{first}`?")).fix(fix);
                }
                Some(near) => {
                    let title = format!("replace `{name}` with `{near}`");
                    report.help(format!("did you mean `{near}`?")).fix(Fix::replace(
                        title,
                        Safety::Unsafe,
                        span,
                        near,
                    ));
                }
                None if is_word(model, read) => {
                    report.help(format!(
                        "put it in quotes if it is a word: `'{name}'`; otherwise, set it with `assign`"
                    ));
                }
                // Jinja and Twig call it so.
                None if name == "loop" && read.loops > 0 => {
                    report.help("use `forloop`, such as `forloop.index`");
                }
                None => {
                    report.help(format!(
                        "set it with `assign`, or declare `{name}` under `[variables]` in \
                         meniscus.toml"
                    ));
                }
            }
        }
    }
}

/// Whether a name stands where a word would: alone, on the right of `==`, `!=`, or `contains`.
fn is_word(model: &Model<'_>, read: &Read<'_>) -> bool {
    read.path.segments.is_empty()
        && model.comparisons.iter().any(|one| {
            std::ptr::eq(one.at.source, read.at.source)
                && one.right.span == read.at.span
                && matches!(one.operator, Operator::Equal | Operator::NotEqual | Operator::Contains)
        })
}

fn is_braze_name(name: &str) -> bool {
    BRAZE_VARIABLES.contains(&name)
        || FAMILIES.iter().any(|family| {
            family.name == name || (family.name.is_empty() && family.fields.contains(&name))
        })
}

fn is_set_elsewhere(subject: &Subject<'_>, name: &str) -> bool {
    subject
        .models()
        .any(|model| model.definitions_of(name).any(|one| one.kind != DefinitionKind::Item))
}

fn known_names<'s>(
    subject: &'s Subject<'_>,
    model: &'s Model<'_>,
) -> impl Iterator<Item = &'s str> {
    let own = model.definitions.iter().filter(|one| one.kind != DefinitionKind::Item);
    let is_name = |name: &&str| name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    own.map(|one| one.name)
        .filter(is_name)
        .chain(subject.known.variables.keys().map(|name| &**name))
}
