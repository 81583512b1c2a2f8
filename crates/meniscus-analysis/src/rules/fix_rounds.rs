//! Fixes applied in rounds over messages and content blocks, in memory.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::fixes::{apply_sound_fixes, is_allowed};
use super::{Knowledge, Levels, Linted, Targets, lint};
use crate::diagnostic::Fix;
use crate::project::{Message, block_of};
use crate::text::Source;

/// Most rounds of fixing: a fix may lead to another.
const MAX_ROUNDS: usize = 10;

/// Texts changed by fixes: the original, and the new one.
pub type Changed = BTreeMap<String, (Arc<Source>, Arc<Source>)>;

/// Applies fixes in memory until none is left, and lints the result.
#[must_use]
pub fn fixed(
    known: &mut Knowledge,
    levels: &Levels,
    targets: &mut Targets,
    also_unsafe: bool,
) -> (Linted, Changed, usize) {
    let mut changed = Changed::new();
    let mut made = 0;
    let mut linted = lint(known, levels, targets);
    for _ in 0..MAX_ROUNDS {
        let mut fresh = Vec::new();
        for source in sources(&linted, known, targets) {
            let allowed = |fix: &Fix| is_allowed(fix, also_unsafe);
            let options = known.config.settings().parse;
            let applied = apply_sound_fixes(&source, &linted.diagnostics, options, allowed);
            if applied.fixed.is_empty() {
                continue;
            }
            made += applied.fixed.len();
            fresh.push((Arc::clone(&source), Arc::new(Source::new(source.name(), applied.text))));
        }
        if fresh.is_empty() {
            break;
        }
        for (before, after) in fresh {
            put(known, targets, &after);
            let entry = changed.entry(after.name().to_owned());
            let slot = entry.or_insert_with(|| (before, Arc::clone(&after)));
            slot.1 = after;
        }
        linted = lint(known, levels, targets);
    }
    (linted, changed, made)
}

/// Returns the requested texts with something to fix: an included content block is only fixed if it
/// was requested.
fn sources(linted: &Linted, known: &Knowledge, targets: &Targets) -> Vec<Arc<Source>> {
    let parts = targets.messages.iter().flat_map(|message| &message.parts);
    // Headers and buttons are lines in message.toml rather than separate texts.
    let parts = parts.filter(|part| part.source().file_name() == part.source().name());
    let blocks = targets.blocks.iter().filter_map(|name| known.blocks.get(name));
    let asked = parts.map(|part| part.source().name());
    let asked = asked.chain(blocks.map(|block| block.template.source.name()));
    let asked = asked.collect::<HashSet<_>>();
    let mut found: Vec<Arc<Source>> = Vec::new();
    for diagnostic in linted.diagnostics.iter().filter(|diagnostic| diagnostic.fix.is_some()) {
        let source = &diagnostic.primary.source;
        if asked.contains(source.name()) && !found.iter().any(|known| known.name() == source.name())
        {
            found.push(Arc::clone(source));
        }
    }
    found
}

/// Replaces the text with the same name.
fn put(known: &mut Knowledge, targets: &mut Targets, source: &Arc<Source>) {
    let options = known.config.settings().parse;
    let of_file = |message: &&mut Arc<Message>| message.has_file(source.name());
    for message in targets.messages.iter_mut().filter(of_file) {
        for part in &mut Arc::make_mut(message).parts {
            if part.source().name() == source.name() {
                *part = part.with_text(source, options);
            }
        }
    }
    for block in Arc::make_mut(&mut known.blocks).values_mut() {
        if block.template.source.name() == source.name() {
            *block = block_of(source, options);
        }
    }
}
