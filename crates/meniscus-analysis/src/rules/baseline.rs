//! A baseline: findings that existed when the linter was introduced, kept in a file so that only
//! new ones are reported.

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

/// The recorded findings of one file: a count for each rule and message.
///
/// Lines aren't recorded, so text may be added above them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineEntry {
    pub path: String,
    pub rule: String,
    pub message: String,
    pub count: usize,
}

/// Recorded findings, sorted by path, rule, and message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    counts: BTreeMap<(String, String, String), usize>,
}

/// The effect of a baseline on a lint run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// How many findings were recorded, and so left out.
    pub count: usize,
    /// Recorded findings that no longer exist; `count` is the surplus.
    pub stale: Vec<BaselineEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u64,
    diagnostics: Vec<BaselineEntry>,
}

impl Hidden {
    /// Returns how many recorded findings no longer exist.
    #[must_use]
    pub fn gone(&self) -> usize {
        self.stale.iter().map(|known| known.count).sum()
    }
}

impl Baseline {
    /// Makes a baseline of these findings.
    #[must_use]
    pub fn of(diagnostics: &[Diagnostic]) -> Baseline {
        let mut baseline = Baseline::default();
        for diagnostic in diagnostics {
            *baseline.counts.entry(key(diagnostic)).or_default() += 1;
        }
        baseline
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.values().sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// Adds another baseline's entries for some files.
    pub fn keep(&mut self, other: Baseline, wanted: impl Fn(&str) -> bool) {
        self.counts.extend(other.counts.into_iter().filter(|((path, ..), _)| wanted(path)));
    }

    /// Removes recorded findings from the list: for each file, rule, and message the first ones, up
    /// to the recorded count.
    ///
    /// `covered` returns whether the run covers a path; entries of other files aren't stale.
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
    /// If it can't be read or isn't a baseline, with a span.
    pub fn read(path: &Path) -> Result<Baseline, ProjectError> {
        let text =
            read_file_to_string(path).map_err(|error| ProjectError::unreadable(path, &error))?;
        Baseline::parse(&Arc::new(Source::new(path.display().to_string(), text)))
    }

    /// Parses a baseline file.
    ///
    /// # Errors
    /// If it isn't a baseline, with a span.
    pub fn parse(source: &Arc<Source>) -> Result<Baseline, ProjectError> {
        let text = source.text();
        let value = serde_json::from_str::<Value>(text).map_err(|error| unread(source, &error))?;
        // A later version may have other keys.
        if let Some(version) = value.get("version").filter(|found| found.as_u64() != Some(VERSION))
        {
            let range = locate_json(text, &[Step::Key("version")]).unwrap_or(0..0);
            let message = format!("version {version} isn't supported, only version {VERSION}");
            return Err(wrong(source, Span::new(range.start, range.end), message));
        }
        if !value.is_object() {
            let message = "a baseline must be an object with the keys `version` and `diagnostics`";
            return Err(wrong(source, Span::empty(0), message.to_owned()));
        }
        let file = serde_json::from_str::<File>(text).map_err(|error| unread(source, &error))?;
        let mut baseline = Baseline::default();
        for BaselineEntry { path, rule, message, count } in file.diagnostics {
            let known = baseline.counts.entry((path, rule, message)).or_default();
            *known = known.saturating_add(count);
        }
        Ok(baseline)
    }

    /// Returns its file: sorted JSON with one key per line, for readable diffs.
    #[must_use]
    pub fn to_text(&self) -> String {
        let entries = self.counts.iter().map(|(key, count)| known((key.clone(), *count)));
        let file = File { version: VERSION, diagnostics: entries.collect() };
        // Strings and numbers always serialize.
        serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
    }
}

fn key(diagnostic: &Diagnostic) -> (String, String, String) {
    let path = diagnostic.primary.source.name().to_owned();
    (path, diagnostic.code.to_owned(), diagnostic.message.clone())
}

fn known(((path, rule, message), count): ((String, String, String), usize)) -> BaselineEntry {
    BaselineEntry { path, rule, message, count }
}

/// Makes the error of invalid JSON or of unexpected keys and values.
fn unread(source: &Arc<Source>, error: &serde_json::Error) -> ProjectError {
    // serde_json's message ends with the location, which is shown separately.
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(&*said, |(said, _)| said);
    let message = if !error.is_data() {
        format!("this isn't valid JSON: {said}")
    } else if let Some(rest) = said.strip_prefix("unknown field ") {
        format!("unknown key {rest}")
    } else if let Some(key) = said.strip_prefix("missing field ") {
        format!("this object has no key {key}")
    } else {
        let rest = said.split_once(": ").map_or(said, |(_, rest)| rest);
        format!("found {rest}")
    };
    let at = offset(source.text(), error.line(), error.column());
    wrong(source, Span::empty(at), message)
}

fn wrong(source: &Arc<Source>, span: Span, message: String) -> ProjectError {
    let diagnostic = Diagnostic::new("baseline", Severity::Error, source, span, message)
        .help("create it again with `--write-baseline`");
    ProjectError::Content(Box::new(diagnostic))
}

/// Converts serde_json's line and column, from 1 and in bytes, to an offset.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start =
        text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
