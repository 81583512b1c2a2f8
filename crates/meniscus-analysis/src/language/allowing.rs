//! Comments that allow a rule: `{% # meniscus: allow RULE — why %}`.

use super::Writing;
use super::complete::{Completion, Item, ItemKind};
use crate::rules::RULES;

/// What may follow `meniscus:`, and what it means.
const VERBS: [(&str, &str); 6] = [
    ("allow", "Allows a rule in the next line."),
    ("allow-block", "Allows a rule in the rest of the block."),
    ("allow-file", "Allows a rule in the file."),
    ("uncovered", "Leaves the next line out of coverage."),
    ("uncovered-block", "Leaves the rest of the block out of coverage."),
    ("uncovered-file", "Leaves the file out of coverage."),
];

/// Returns what may be written in a comment for meniscus: what it does, or the rules that it allows.
/// `None` outside such a comment, and where its reason is.
pub(super) fn complete(writing: &Writing<'_>, offset: usize) -> Option<Completion> {
    let line = writing.text.get(..offset)?.rsplit('\n').next()?;
    let (before, rest) = line.rsplit_once("meniscus:")?;
    let is_comment = before.trim_end().ends_with(['#', '}']) || before.trim().is_empty();
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !is_comment || !rest.chars().all(|c| is_part(c) || matches!(c, ' ' | ',' | '\t')) {
        return None;
    }
    let length = rest.len() - rest.trim_end_matches(is_part).len();
    let mut ahead =
        rest[..rest.len() - length].split([' ', ',', '\t']).filter(|one| !one.is_empty());
    let named = |label: &str, about: &str| Item {
        label: label.to_owned(),
        kind: ItemKind::Keyword,
        docs: Some(about.to_owned()),
        ..Item::default()
    };
    let items = match ahead.next() {
        None => VERBS.map(|(verb, about)| named(verb, about)).into(),
        Some("allow" | "allow-block" | "allow-file") => {
            let known = ahead.collect::<Vec<_>>();
            // A lone dash precedes the reason.
            if known.iter().any(|word| word.starts_with('-')) {
                return None;
            }
            let rules = RULES.iter().filter(|rule| !known.contains(&rule.name));
            rules.map(|rule| named(rule.name, rule.summary())).collect()
        }
        Some(_) => return None,
    };
    let end =
        writing.text[offset..].find(|c| !is_part(c)).map_or(writing.text.len(), |at| offset + at);
    Some(Completion { replaces: offset - length..end, items })
}
