//! What a pull did, for people.

use std::collections::BTreeMap;

use super::diff::unified_diff;
use super::human::Look;
use super::{counted, grouped};
use crate::braze::{Done, Kind, Listed};

/// Most lines of each list.
const MOST: usize = 20;

/// What came of a kind.
#[derive(Debug)]
pub struct KindPulled {
    pub kind: Kind,
    /// Objects with what came of them, in the order of their names.
    pub done: Vec<(Listed, Done)>,
    /// Names of objects that were pulled and are no longer listed; none if only some were listed.
    pub gone: Vec<String>,
    /// Objects that couldn't be pulled, and why.
    pub failed: Vec<String>,
}

impl KindPulled {
    /// Begins with nothing.
    #[must_use]
    pub fn new(kind: Kind) -> KindPulled {
        KindPulled { kind, done: Vec::new(), gone: Vec::new(), failed: Vec::new() }
    }
}

/// What all messages that were pulled are like.
#[derive(Debug, Default)]
pub struct Findings {
    pub errors: usize,
    pub warnings: usize,
    /// Messages by what they read: content blocks, custom attributes.
    pub blocks: BTreeMap<String, usize>,
    pub attributes: BTreeMap<String, usize>,
}

/// Says what a pull did, or would do.
#[must_use]
pub fn pull(kinds: &[KindPulled], findings: &Findings, is_dry: bool, look: Look) -> String {
    let mut out = String::new();
    for KindPulled { kind, done, failed, .. } in kinds {
        let (one, many) = kind.words();
        let count = |is: fn(&Done) -> bool| done.iter().filter(|(_, done)| is(done)).count();
        let new = count(|done| {
            !done.created.is_empty() && done.updated.is_empty() && done.removed.is_empty()
        });
        let conflicts = count(|done| !done.conflicts.is_empty());
        let changed = count(|done| !done.is_unchanged()) - new;
        let same = done.len() - new - changed - conflicts;
        let mut parts = Vec::new();
        for (number, word) in [
            (new, "new"),
            (changed, "changed"),
            (same, "unchanged"),
            (conflicts, "in conflict"),
            (failed.len(), "failed"),
        ] {
            if number > 0 {
                parts.push(format!("{} {word}", grouped(number as u64)));
            }
        }
        let parts =
            if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        out.push_str(&format!(
            "{} in Braze{parts}\n",
            counted((done.len() + failed.len()) as u64, one, many)
        ));
    }
    let all = || kinds.iter().flat_map(|kind| &kind.done).map(|(_, done)| done);
    let verb = |word: &str| if is_dry { format!("would be {word}") } else { word.to_owned() };
    for (what, of) in [
        (verb("created"), all().flat_map(|done| &done.created).collect::<Vec<_>>()),
        (verb("updated"), all().flat_map(|done| &done.updated).collect()),
        (verb("removed, as in Braze"), all().flat_map(|done| &done.removed).collect()),
        ("changed only here, and kept".to_owned(), all().flat_map(|done| &done.kept).collect()),
    ] {
        list(&mut out, &what, of);
    }
    let renamed = kinds
        .iter()
        .flat_map(|kind| &kind.done)
        .filter_map(|(listed, done)| Some(format!("{} → {}", done.renamed.as_ref()?, listed.name)));
    list(&mut out, "renamed in Braze; files keep their names", renamed.collect());
    let gone = kinds.iter().flat_map(|kind| &kind.gone);
    list(&mut out, "no longer in Braze; files are kept", gone.collect());
    let failed = kinds.iter().flat_map(|kind| &kind.failed);
    list(&mut out, "not pulled", failed.collect());
    let gaps = all().flat_map(|done| &done.gaps);
    list(&mut out, "not in Braze's API", gaps.collect());
    let used = |of: &BTreeMap<String, usize>| {
        let mut of = of.iter().collect::<Vec<_>>();
        of.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        of.iter().map(|(name, count)| format!("{name} ({count})")).collect::<Vec<_>>()
    };
    list(&mut out, "content blocks, with the messages that include them", used(&findings.blocks));
    list(
        &mut out,
        "custom attributes, with the messages that read them",
        used(&findings.attributes),
    );
    for conflict in all().flat_map(|done| &done.conflicts) {
        out.push_str(&format!("\nconflict in {}: changed here and in Braze\n", conflict.path));
        match (&conflict.here, &conflict.there) {
            (Some(here), Some(there)) => {
                unified_diff(&conflict.path, here, there, look.color, &mut out);
            }
            (None, _) => out.push_str("  deleted here, changed in Braze\n"),
            (_, None) => out.push_str("  changed here, no longer in Braze\n"),
        }
    }
    if !is_dry && all().any(|done| !done.is_unchanged()) {
        out.push_str(&format!(
            "\nlint: {}, {}{}\n",
            counted(findings.errors as u64, "error", "errors"),
            counted(findings.warnings as u64, "warning", "warnings"),
            if findings.errors + findings.warnings > 0 {
                "; run `meniscus lint` to see them"
            } else {
                ""
            }
        ));
    }
    out
}

fn list<T: AsRef<str>>(out: &mut String, what: &str, items: Vec<T>) {
    if items.is_empty() {
        return;
    }
    out.push_str(&format!("\n{what}\n"));
    for item in items.iter().take(MOST) {
        out.push_str(&format!("  {}\n", super::for_terminal(item.as_ref())));
    }
    if items.len() > MOST {
        out.push_str(&format!("  and {} more\n", items.len() - MOST));
    }
}
