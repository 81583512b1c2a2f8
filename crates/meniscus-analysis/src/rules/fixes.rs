//! Applies the fixes of diagnostics.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fix_safety::failing;
use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::dialect::BRAZE;
use crate::syntax::{ParseOptions, parse};
use crate::text::Source;

/// Most rounds of fixing: each fix that leads to another needs one, and rules that undo each other
/// must not loop forever.
const MAX_ROUNDS: usize = 10;

/// The result of fixing a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    pub text: String,
    /// Indexes of the fixed diagnostics, ascending.
    pub fixed: Vec<usize>,
}

/// Applies the compatible fixes of a text.
///
/// The first by position wins; a fix that overlaps it or inserts at its end waits for the next
/// round, after the text is parsed again. Edits that several fixes share are applied once.
/// Diagnostics of other sources are skipped, and so are fixes that change nothing or whose edits
/// don't fit the text: a wrong fix must never break a file.
#[must_use]
pub fn apply_fixes(
    source: &Arc<Source>,
    diagnostics: &[Diagnostic],
    allowed: impl Fn(&Fix) -> bool,
) -> Applied {
    let text = source.text();
    let of_this = diagnostics.iter().enumerate().filter(|(_, diagnostic)| {
        let other = &diagnostic.primary.source;
        Arc::ptr_eq(other, source)
            || (other.name() == source.name() && other.text() == source.text())
    });
    let mut fixes = of_this
        .filter_map(|(index, diagnostic)| Some((index, diagnostic.fix.as_ref()?)))
        .filter(|(_, fix)| allowed(fix) && is_sound(fix, text))
        .collect::<Vec<_>>();
    fixes.sort_by_key(|(index, fix)| (fix.edits.first().map(|edit| edit.span), *index));
    let mut taken = Taken::default();
    let mut fixed = Vec::new();
    for (index, fix) in fixes {
        if taken.take(fix) {
            fixed.push(index);
        }
    }
    fixed.sort_unstable();
    Applied { text: taken.write(text), fixed }
}

/// Applies the fixes of a text like [`apply_fixes`], except those that break it.
///
/// If the result has more syntax errors than before, the fixes at fault are found by bisection and
/// left out.
#[must_use]
pub fn apply_sound_fixes(
    source: &Arc<Source>,
    diagnostics: &[Diagnostic],
    options: ParseOptions,
    allowed: impl Fn(&Fix) -> bool,
) -> Applied {
    let all = apply_fixes(source, diagnostics, allowed);
    if all.fixed.is_empty() {
        return all;
    }
    let before = errors_of(source, options);
    let sound = |text: &str| {
        let after = errors_of(&Arc::new(Source::new(source.name(), text)), options);
        after.0 <= before.0 && after.1 <= before.1 && after.2 <= before.2
    };
    if sound(&all.text) {
        return all;
    }
    let mut kept = Vec::new();
    let mut waiting = vec![&*all.fixed];
    while let Some(some) = waiting.pop() {
        let chosen = kept.iter().chain(some).copied().collect::<Vec<usize>>();
        let text = apply_chosen(source, diagnostics, &chosen);
        match some {
            _ if sound(&text) => kept = chosen,
            [] | [_] => {}
            many => {
                let (first, second) = many.split_at(many.len() / 2);
                waiting.extend([second, first]);
            }
        }
    }
    Applied { text: apply_chosen(source, diagnostics, &kept), fixed: kept }
}

/// Applies the fixes of some diagnostics, by index.
fn apply_chosen(source: &Arc<Source>, diagnostics: &[Diagnostic], chosen: &[usize]) -> String {
    let chosen = chosen.iter().filter_map(|index| diagnostics.get(*index).cloned());
    apply_fixes(source, &chosen.collect::<Vec<_>>(), |_| true).text
}

/// Returns the number of syntax errors, whether Liquid rejects the text, and how much of it always
/// fails.
fn errors_of(source: &Arc<Source>, options: ParseOptions) -> (usize, bool, usize) {
    let template = parse(source, &BRAZE, options);
    (template.diagnostics.len(), template.refused, failing(&template))
}

/// Whether a fix of this safety may be applied; unsafe fixes must be requested.
#[must_use]
pub fn is_allowed(fix: &Fix, also_unsafe: bool) -> bool {
    also_unsafe || fix.safety == Safety::Safe
}

/// Applies fixes in rounds until none is left.
///
/// `find` returns the diagnostics of each intermediate text. Returns the last text and the number
/// of fixes, or `None` if nothing changed.
#[must_use]
pub fn fix_all(
    source: &Arc<Source>,
    allowed: impl Fn(&Fix) -> bool,
    mut find: impl FnMut(&Arc<Source>) -> Vec<Diagnostic>,
) -> (Arc<Source>, usize) {
    let mut current = Arc::clone(source);
    let mut made = 0;
    for _ in 0..MAX_ROUNDS {
        let applied = apply_fixes(&current, &find(&current), &allowed);
        if applied.fixed.is_empty() {
            break;
        }
        made += applied.fixed.len();
        current = Arc::new(Source::new(source.name(), applied.text));
    }
    (current, made)
}

/// Whether the edits are ordered, disjoint, and within the text, and change it.
fn is_sound(fix: &Fix, text: &str) -> bool {
    let mut end = 0;
    let mut changes = false;
    for edit in &fix.edits {
        let Some(found) = text.get(edit.span.range()) else { return false };
        if edit.span.start < end {
            return false;
        }
        end = edit.span.end;
        changes |= found != edit.text;
    }
    let apart = fix.edits.windows(2).all(|pair| pair[0].span != pair[1].span);
    changes && apart
}

/// The applied edits, disjoint between fixes.
#[derive(Default)]
struct Taken<'a> {
    /// By start, then end: an insertion may come directly before a replacement of the same fix.
    edits: BTreeMap<(u32, u32), &'a str>,
}

impl<'a> Taken<'a> {
    /// Adds all edits of a fix, or none if one touches another fix's edit.
    fn take(&mut self, fix: &'a Fix) -> bool {
        if fix.edits.iter().any(|edit| self.meets(edit)) {
            return false;
        }
        let edits = fix.edits.iter();
        self.edits.extend(edits.map(|edit| ((edit.span.start, edit.span.end), &*edit.text)));
        true
    }

    /// Whether an edit touches a different one that was added.
    fn meets(&self, edit: &Edit) -> bool {
        let span = edit.span;
        if let Some(text) = self.edits.get(&(span.start, span.end)) {
            return *text != edit.text;
        }
        // Edits are disjoint, so only neighbors can clash: the last that starts at or before this
        // one, an insertion directly before it, and the first after.
        let clashes = |(start, end): (u32, u32)| {
            let inserts = start == end || span.is_empty();
            if inserts {
                start <= span.end && span.start <= end
            } else {
                start < span.end && span.start < end
            }
        };
        let before = self.edits.range(..=(span.start, u32::MAX)).rev().take(2);
        let after = self.edits.range((span.start, u32::MAX)..).take(1);
        before.chain(after).any(|(place, _)| clashes(*place))
    }

    fn write(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for ((start, end), replacement) in &self.edits {
            out.push_str(text.get(at..*start as usize).unwrap_or_default());
            out.push_str(replacement);
            at = *end as usize;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }
}
