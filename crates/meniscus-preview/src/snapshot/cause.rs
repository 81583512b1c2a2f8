use indexmap::IndexMap;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::header::Header;

/// A change since a snapshot was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Lines of a template or content block, from 1, as they are now; empty if unknown.
    Text {
        /// The content block; `None` for the template itself.
        block: Option<String>,
        /// Runs of new or changed lines, as first and last.
        lines: Vec<(usize, usize)>,
        /// Lines after which some were removed.
        gone: Vec<usize>,
    },
    /// A content block is newly included, or no longer.
    Block {
        name: String,
        /// Whether it is included now.
        is_new: bool,
    },
    /// A recording's response.
    Recording {
        name: String,
        /// Runs of new or changed lines in its file, from 1.
        lines: Vec<(usize, usize)>,
        /// Lines after which some were removed.
        gone: Vec<usize>,
    },
    /// Another recording answers.
    Answers {
        /// Recordings that no longer answer.
        before: Vec<String>,
        /// Recordings that newly answer.
        now: Vec<String>,
    },
    /// A value of the scenario, or of the workspace's variables or settings.
    Value {
        /// Where it is set.
        of: ValueOf,
        path: String,
        before: Option<String>,
        now: Option<String>,
    },
    /// No known change: another version of meniscus renders it differently.
    Version {
        /// The version that wrote the snapshot.
        before: String,
    },
}

/// Where a value is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueOf {
    Scenario,
    /// Among the workspace's variables.
    Variables,
    /// Among its settings.
    Settings,
}

/// Returns the differences between two headers, most likely first: what the author edits, then the
/// recipient, then responses.
#[must_use]
pub fn causes(before: &Header, now: &Header) -> Vec<Cause> {
    let mut causes = Vec::new();
    if before.template != now.template {
        causes.push(text_cause(None, &before.template, &now.template));
    }
    for (name, digest) in &now.blocks {
        match before.blocks.get(name) {
            Some(known) if known == digest => {}
            Some(known) => causes.push(text_cause(Some(name), known, digest)),
            None => causes.push(Cause::Block { name: name.clone(), is_new: true }),
        }
    }
    let gone = before.blocks.keys().filter(|name| !now.blocks.contains_key(*name));
    causes.extend(gone.map(|name| Cause::Block { name: name.clone(), is_new: false }));
    value_causes(ValueOf::Scenario, &before.values, &now.values, &mut causes);
    value_causes(ValueOf::Variables, &before.variables, &now.variables, &mut causes);
    value_causes(ValueOf::Settings, &before.settings, &now.settings, &mut causes);
    for (name, digest) in &now.recordings {
        // The rest of its file doesn't affect a message.
        let whole = |digest: &str| digest.split(' ').next().map(str::to_owned);
        let known = before.recordings.get(name);
        if let Some(known) = known.filter(|known| whole(known) != whole(digest)) {
            let (lines, gone) = changed_lines(known, digest);
            causes.push(Cause::Recording { name: name.clone(), lines, gone });
        }
    }
    let only = |these: &IndexMap<String, String>, those: &IndexMap<String, String>| {
        let names = these.keys().filter(|name| !those.contains_key(*name));
        names.cloned().collect::<Vec<_>>()
    };
    let gone = only(&before.recordings, &now.recordings);
    let new = only(&now.recordings, &before.recordings);
    if !gone.is_empty() || !new.is_empty() {
        causes.push(Cause::Answers { before: gone, now: new });
    }
    if causes.is_empty() && before.version != now.version {
        causes.push(Cause::Version { before: before.version.clone() });
    }
    causes
}

fn value_causes(
    of: ValueOf,
    before: &IndexMap<String, String>,
    now: &IndexMap<String, String>,
    causes: &mut Vec<Cause>,
) {
    for (path, value) in now {
        let known = before.get(path);
        if known != Some(value) {
            let (path, now) = (path.clone(), Some(value.clone()));
            causes.push(Cause::Value { of, path, before: known.cloned(), now });
        }
    }
    for (path, value) in before.iter().filter(|(path, _)| !now.contains_key(*path)) {
        let (path, before) = (path.clone(), Some(value.clone()));
        causes.push(Cause::Value { of, path, before, now: None });
    }
}

/// Returns digests of a text and its lines for a header.
pub(super) fn text_digest(text: &str) -> String {
    let lines = super::digest::line_digests(text);
    let whole = super::digest::digest(text.as_bytes());
    if lines.is_empty() { whole } else { format!("{whole} {lines}") }
}

fn text_cause(block: Option<&String>, before: &str, now: &str) -> Cause {
    let (lines, gone) = changed_lines(before, now);
    Cause::Text { block: block.cloned(), lines, gone }
}

/// Returns new or changed lines, and those after which some were removed.
fn changed_lines(before: &str, now: &str) -> (Vec<(usize, usize)>, Vec<usize>) {
    let (mut lines, mut gone) = (Vec::new(), Vec::new());
    if let (Some(old), Some(new)) = (lines_of(before), lines_of(now)) {
        for change in capture_diff_slices(Algorithm::Myers, &old, &new) {
            match change {
                DiffOp::Equal { .. } => {}
                DiffOp::Delete { new_index, .. } => gone.push(new_index),
                DiffOp::Insert { new_index, new_len, .. }
                | DiffOp::Replace { new_index, new_len, .. } => {
                    lines.push((new_index + 1, new_index + new_len));
                }
            }
        }
    }
    (lines, gone)
}

fn lines_of(digest: &str) -> Option<Vec<&[u8]>> {
    let (_, lines) = digest.split_once(' ')?;
    Some(lines.as_bytes().chunks(2).collect())
}

#[cfg(test)]
mod tests {
    use super::{Cause, causes, text_digest};
    use crate::snapshot::Header;

    #[test]
    fn changed_lines_are_named() {
        let before = Header { template: text_digest("a\nb\nc\nd\n"), ..Header::default() };
        let now = Header { template: text_digest("a\nB\nBB\nc\n"), ..Header::default() };
        assert_eq!(
            causes(&before, &now),
            [Cause::Text { block: None, lines: vec![(2, 3)], gone: vec![4] }]
        );
    }
}
