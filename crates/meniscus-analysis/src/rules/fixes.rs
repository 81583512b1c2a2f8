//! Makes the fixes that diagnostics carry.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::fix_safety::failing;
use crate::diagnostic::{Diagnostic, Edit, Fix, Safety};
use crate::dialect::BRAZE;
use crate::syntax::{ParseOptions, parse};
use crate::text::Source;

/// Rounds after which a text is taken as it is: a fix that brings up another one needs a round
/// each, and rules whose fixes undo each other must not run for ever.
const MOST_ROUNDS: usize = 10;

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The text with the fixes made.
    pub text: String,
    /// Which of the diagnostics were fixed, by their place in the list, in rising order.
    pub fixed: Vec<usize>,
}

/// Makes the fixes of one text, as far as they go together.
///
/// The first by place wins; a fix that overlaps it, or inserts where it ends, is left for the next
/// round, after the text was read again. Edits that several fixes have in common are made once.
/// Diagnostics of other sources are passed over, and so are fixes that change nothing, or whose
/// edits are not of the text: a wrong fix must never break a file.
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

/// Makes the fixes of one text, as [`apply_fixes`] does, without those that break it.
///
/// Where the text with all of them has more syntax errors than before, the fixes at fault are looked
/// for by halves, and left out.
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

/// The text with the fixes of some diagnostics, by their place in the list.
fn apply_chosen(source: &Arc<Source>, diagnostics: &[Diagnostic], chosen: &[usize]) -> String {
    let chosen = chosen.iter().filter_map(|index| diagnostics.get(*index).cloned());
    apply_fixes(source, &chosen.collect::<Vec<_>>(), |_| true).text
}

/// How much is wrong with a text's syntax, whether Liquid refuses it, and how much of it fails for everybody.
fn errors_of(source: &Arc<Source>, options: ParseOptions) -> (usize, bool, usize) {
    let template = parse(source, &BRAZE, options);
    (template.diagnostics.len(), template.refused, failing(&template))
}

/// Whether fixes of this safety may be made: unsafe ones only where they were asked for.
#[must_use]
pub fn is_allowed(fix: &Fix, also_unsafe: bool) -> bool {
    also_unsafe || fix.safety == Safety::Safe
}

/// Makes fixes round by round until nothing is left that can be fixed.
///
/// `find` is asked for the diagnostics of each text that comes of it. Returns the last text, and how
/// many fixes were made; none where the text stays as it is.
#[must_use]
pub fn fix_all(
    source: &Arc<Source>,
    allowed: impl Fn(&Fix) -> bool,
    mut find: impl FnMut(&Arc<Source>) -> Vec<Diagnostic>,
) -> (Arc<Source>, usize) {
    let mut current = Arc::clone(source);
    let mut made = 0;
    for _ in 0..MOST_ROUNDS {
        let applied = apply_fixes(&current, &find(&current), &allowed);
        if applied.fixed.is_empty() {
            break;
        }
        made += applied.fixed.len();
        current = Arc::new(Source::new(source.name(), applied.text));
    }
    (current, made)
}

/// Whether the edits are in order, apart from each other, of this text, and change it.
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
    // Two insertions at one place have no order that a reader could tell.
    let apart = fix.edits.windows(2).all(|pair| pair[0].span != pair[1].span);
    changes && apart
}

/// The edits that are made, none touching another of another fix.
#[derive(Default)]
struct Taken<'a> {
    /// By start, then end: an insertion may stand in front of a replacement of the same fix.
    edits: BTreeMap<(u32, u32), &'a str>,
}

impl<'a> Taken<'a> {
    /// Takes all edits of a fix, or none where one of them meets another fix's.
    fn take(&mut self, fix: &'a Fix) -> bool {
        if fix.edits.iter().any(|edit| self.meets(edit)) {
            return false;
        }
        let edits = fix.edits.iter();
        self.edits.extend(edits.map(|edit| ((edit.span.start, edit.span.end), &*edit.text)));
        true
    }

    /// Whether an edit meets one that is taken and is not the same.
    fn meets(&self, edit: &Edit) -> bool {
        let span = edit.span;
        if let Some(text) = self.edits.get(&(span.start, span.end)) {
            return *text != edit.text;
        }
        // Edits lie apart, so only the neighbours can reach this one: the last that starts at or
        // before it, with an insertion that may precede it there, and the first behind.
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
