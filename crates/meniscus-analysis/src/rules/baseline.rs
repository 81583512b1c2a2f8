//! What a workspace is known to have: diagnostics that were there when the linter came, kept in a
//! file so that only new ones are told.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Severity};
use crate::files::read_file_to_string;
use crate::project::ProjectError;
use crate::text::{Source, Span, Step, locate_json};

const VERSION: u64 = 1;

/// What is known of one file: so many diagnostics of a rule with the same message.
///
/// Lines are no part of it, so that text may be added above what is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The file, as diagnostics name it.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// The message.
    pub message: String,
    /// How many there are.
    pub count: usize,
}

/// The diagnostics that are known, sorted by path, rule and message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    counts: BTreeMap<(String, String, String), usize>,
}

/// What a baseline had to say of a lint run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// How many diagnostics were known, and are gone from the list.
    pub count: usize,
    /// What the baseline knows and nobody finds any more; `count` is how many too many it has.
    pub stale: Vec<Known>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    diagnostics: Vec<Known>,
}

impl Hidden {
    /// How many diagnostics are known and not there any more.
    #[must_use]
    pub fn gone(&self) -> usize {
        self.stale.iter().map(|known| known.count).sum()
    }
}

impl Baseline {
    /// The baseline that knows all of these.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Baseline {
        let mut baseline = Baseline::default();
        for diagnostic in diagnostics {
            *baseline.counts.entry(key(diagnostic)).or_default() += 1;
        }
        baseline
    }

    /// How many diagnostics it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.values().sum()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Adds what another baseline knows of some files.
    pub fn keep(&mut self, other: Baseline, wanted: impl Fn(&str) -> bool) {
        self.counts.extend(other.counts.into_iter().filter(|((path, ..), _)| wanted(path)));
    }

    /// Takes what is known out of the list: of the same rule and message in a file the first by
    /// place, as many as are known.
    ///
    /// `covered` says of a path whether the run would have found what is in it; what is known of
    /// other files is not stale.
    pub fn hide(
        &self,
        diagnostics: &mut Vec<Diagnostic>,
        covered: impl Fn(&str) -> bool,
    ) -> Hidden {
        let mut left = self.counts.clone();
        let before = diagnostics.len();
        diagnostics.retain(|diagnostic| match left.get_mut(&key(diagnostic)) {
            Some(count) if *count > 0 => {
                *count -= 1;
                false
            }
            _ => true,
        });
        let stale = left.into_iter().filter(|((path, ..), count)| *count > 0 && covered(path));
        Hidden { count: before - diagnostics.len(), stale: stale.map(known).collect() }
    }

    /// Reads a baseline file.
    ///
    /// # Errors
    /// Where it cannot be read, or is no baseline; the error points at its characters.
    pub fn read(path: &Path) -> Result<Baseline, ProjectError> {
        let text =
            read_file_to_string(path).map_err(|error| ProjectError::unreadable(path, &error))?;
        Baseline::parse(&Arc::new(Source::new(path.display().to_string(), text)))
    }

    /// Reads the text of a baseline file.
    ///
    /// # Errors
    /// Where it is no baseline; the error points at its characters.
    pub fn parse(source: &Arc<Source>) -> Result<Baseline, ProjectError> {
        let text = source.text();
        let value = serde_json::from_str::<Value>(text).map_err(|error| unread(source, &error))?;
        // A later version may have other keys.
        if let Some(version) = value.get("version").filter(|found| found.as_u64() != Some(VERSION))
        {
            let range = locate_json(text, &[Step::Key("version")]).unwrap_or(0..0);
            let message = format!("found version {version}, expected {VERSION}");
            return Err(wrong(source, Span::new(range.start, range.end), message));
        }
        if !value.is_object() {
            let message = "found no object, expected the keys `version` and `diagnostics`";
            return Err(wrong(source, Span::empty(0), message.to_owned()));
        }
        let file = serde_json::from_str::<File>(text).map_err(|error| unread(source, &error))?;
        let mut baseline = Baseline::default();
        for Known { path, rule, message, count } in file.diagnostics {
            let known = baseline.counts.entry((path, rule, message)).or_default();
            *known = known.saturating_add(count);
        }
        Ok(baseline)
    }

    /// The text of its file: JSON, sorted, an entry's keys each on a line, so that changes are read
    /// well in a diff.
    #[must_use]
    pub fn to_text(&self) -> String {
        let entries = self.counts.iter().map(|(key, count)| known((key.clone(), *count)));
        let file = File { version: VERSION, diagnostics: entries.collect() };
        // Strings and numbers can always be written.
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }
}

fn key(diagnostic: &Diagnostic) -> (String, String, String) {
    let path = diagnostic.primary.source.name().to_owned();
    (path, diagnostic.code.to_owned(), diagnostic.message.clone())
}

fn known(((path, rule, message), count): ((String, String, String), usize)) -> Known {
    Known { path, rule, message, count }
}

/// The error of a text that is no JSON, or has other keys and values than a baseline.
fn unread(source: &Arc<Source>, error: &serde_json::Error) -> ProjectError {
    // serde_json's own message ends in the place, which is drawn.
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(&*said, |(said, _)| said);
    let message = if !error.is_data() {
        format!("found broken JSON: {said}")
    } else if let Some(rest) = said.strip_prefix("unknown field ") {
        format!("found the key {rest}")
    } else if let Some(key) = said.strip_prefix("missing field ") {
        format!("found no {key} in this object")
    } else {
        let rest = said.split_once(": ").map_or(said, |(_, rest)| rest);
        format!("found {rest}")
    };
    let at = offset(source.text(), error.line(), error.column());
    wrong(source, Span::empty(at), message)
}

fn wrong(source: &Arc<Source>, span: Span, message: String) -> ProjectError {
    let diagnostic = Diagnostic::new("baseline", Severity::Error, source, span, message)
        .help("write it anew with `--write-baseline`");
    ProjectError::Content(Box::new(diagnostic))
}

/// The byte offset of serde_json's line and column, which count from 1, columns in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start =
        text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
