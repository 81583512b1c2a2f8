//! What changed in a case, and which cases changed alike.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use rayon::prelude::*;

use super::contents::{Contents, section_at};
use super::digest::identity;
use super::edits::{Edit, edits};
use super::results::{Status, Tested};
use crate::diagnostic::Label;
use crate::render::{Gather, Mark, Outcome, render_gathering};

/// What changed in a case.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where the output differs; empty for one that has no snapshot.
    pub edits: Vec<Edit>,
    /// What each edit's new text comes from, or what is next to a removed one; `None` if unknown.
    pub places: Vec<Option<Label>>,
    /// Where the rest differs: calls, extras, and why it isn't sent.
    pub rest: Vec<Edit>,
    /// The same for cases of a part that changed alike, see [`groups`].
    pub identity: String,
}

/// Cases of a part that changed alike.
#[derive(Debug)]
pub struct Group<'t> {
    /// In the plan's order; never empty.
    pub tested: Vec<&'t Tested>,
    /// What changed in the first.
    pub change: Change,
}

/// Groups the cases that can be accepted by what changed in them, in the order of their first.
///
/// Two cases of a part changed alike if the same words were removed and added at the same places of
/// the template or its content blocks, however often a loop repeats them; and in the same lines of
/// the same calls and extras. A value that differs between recipients makes two changes. Two
/// messages that are no longer sent changed alike if they end at the same place for the same
/// reason. Texts without a snapshot are alike if they are equal.
#[must_use]
pub fn groups<'t>(tested: impl IntoIterator<Item = &'t Tested>) -> Vec<Group<'t>> {
    let pending = tested.into_iter().filter(|tested| tested.status.pending().is_some());
    let pending = pending.collect::<Vec<_>>();
    let changes = pending.par_iter().map(|tested| Change::of(tested)).collect::<Vec<_>>();
    let mut groups: IndexMap<(&str, &str, String), Group<'t>> = IndexMap::new();
    for (tested, change) in pending.into_iter().zip(changes) {
        let part = &tested.case.part;
        let key = (&*part.message, &*part.part.name, change.identity.clone());
        match groups.get_mut(&key) {
            Some(group) => group.tested.push(tested),
            None => drop(groups.insert(key, Group { tested: vec![tested], change })),
        }
    }
    groups.into_values().collect()
}

impl Change {
    /// Compares a case with its snapshot. It is rendered again to find what printed the changed
    /// words.
    #[must_use]
    pub fn of(tested: &Tested) -> Change {
        match &tested.status {
            Status::Changed { before, now, .. } => {
                let gather = Gather { map: true, ..Gather::default() };
                let case = &tested.case;
                let outcome =
                    render_gathering(&case.part.part.template, &case.scenario.world, gather);
                Change::between(&before.contents(), &now.contents(), &outcome)
            }
            status => {
                let text = status.pending().map_or("", |now| &*now.text);
                let identity = identity(format!("{} {text}", status.name()).as_bytes());
                Change { edits: Vec::new(), places: Vec::new(), rest: Vec::new(), identity }
            }
        }
    }

    fn between(before: &Contents<'_>, now: &Contents<'_>, outcome: &Outcome) -> Change {
        let edits = edits(&before.output, &now.output);
        let rest = super::edits::edits(before.rest, now.rest);
        // Secrets are masked, and the middle of a long text is left out: then the places in the
        // snapshot aren't those in the output.
        let marks = outcome.map.as_ref().map(|map| &*map.marks);
        let marks = marks.filter(|_| now.output == outcome.output);
        let mut keys = BTreeSet::new();
        let mut places = Vec::with_capacity(edits.len());
        let ends = now.abort.as_ref().filter(|_| before.abort.is_none());
        if let Some((kind, reason)) = ends {
            let at = outcome.abort.as_ref().and_then(|abort| abort.at.as_ref());
            let at = at.map(|at| format!("{}:{}", at.source.name(), at.span.start));
            keys.insert(key(&["ends", kind, reason, &at.unwrap_or_default()]));
        }
        for edit in &edits {
            let (removed, added) =
                (&before.output[edit.old.clone()], &now.output[edit.new.clone()]);
            let first = marks.and_then(|marks| Place::first(marks, edit));
            let last = marks.and_then(|marks| Place::last(marks, edit));
            if ends.is_none() {
                let known = [&first, &last].map(|place| place.as_ref().map(Place::key));
                let [Some(first), Some(last)] = known else {
                    // Only equal texts can be called alike here.
                    keys.insert(key(&["text", &before.output, &now.output]));
                    places.push(None);
                    continue;
                };
                keys.insert(key(&["output", removed, added, &first, &last]));
            }
            places.push(first.map(|place| place.label()));
        }
        match ends {
            None => add_rest(&rest, before.rest, now.rest, &mut keys),
            Some(_) => {
                // After its end, a message makes no calls.
                let mut made = super::edits::edits(before.rest, now.calls());
                made.retain(|edit| !edit.new.is_empty());
                add_rest(&made, before.rest, now.calls(), &mut keys);
            }
        }
        let keys = keys.into_iter().collect::<String>();
        Change { edits, places, rest, identity: identity(keys.as_bytes()) }
    }
}

/// Adds the keys of edits after the output.
fn add_rest(edits: &[Edit], before: &str, now: &str, keys: &mut BTreeSet<String>) {
    for edit in edits {
        let (removed, added) = (&before[edit.old.clone()], &now[edit.new.clone()]);
        let (section, line) = section_at(now, edit.new.start).unwrap_or_default();
        keys.insert(key(&["rest", removed, added, section, &line.to_string()]));
    }
}

/// Joins texts so that different ones never give the same.
fn key(texts: &[&str]) -> String {
    texts.iter().map(|text| format!("{}:{text}", text.len())).collect()
}

/// What printed a character.
struct Place<'m> {
    mark: &'m Mark,
    /// How far from the start of the mark, in bytes.
    offset: usize,
}

impl<'m> Place<'m> {
    /// Returns what printed the first added character, or the one before a removed text.
    fn first(marks: &'m [Mark], edit: &Edit) -> Option<Place<'m>> {
        match edit.new.is_empty() {
            true => Place::beside(marks, edit.new.start),
            false => Place::at(marks, edit.new.start),
        }
    }

    /// Returns what printed the last added character, or the one before a removed text.
    fn last(marks: &'m [Mark], edit: &Edit) -> Option<Place<'m>> {
        match edit.new.is_empty() {
            true => Place::beside(marks, edit.new.start),
            false => Place::at(marks, edit.new.end - 1),
        }
    }

    fn beside(marks: &'m [Mark], at: usize) -> Option<Place<'m>> {
        let before = at.checked_sub(1).and_then(|before| Place::at(marks, before));
        let after = before.map(|place| Place { offset: place.offset + 1, ..place });
        after.or_else(|| Place::at(marks, at))
    }

    /// Returns what printed the character at an offset: the innermost mark around it.
    fn at(marks: &'m [Mark], at: usize) -> Option<Place<'m>> {
        // Outer marks come before those inside them.
        let end = marks.partition_point(|mark| mark.start <= at);
        let mark = marks[..end].iter().rev().find(|mark| at < mark.end)?;
        Some(Place { mark, offset: at - mark.start })
    }

    /// Names the place in the template: within its text to the byte, else the markup.
    fn key(&self) -> String {
        let Label { source, span, .. } = &self.mark.at;
        let offset = if self.mark.kind.is_text() { self.offset } else { 0 };
        format!("{}:{}", source.name(), span.start as usize + offset)
    }

    fn label(&self) -> Label {
        let mut label = self.mark.at.clone();
        if self.mark.kind.is_text() {
            label.span.start = label.span.end.min(label.span.start + self.offset as u32);
        }
        label
    }
}
