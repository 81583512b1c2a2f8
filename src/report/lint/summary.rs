use std::collections::BTreeSet;

use super::Findings;
use crate::diagnostic::{Safety, Severity};
use crate::report::counted;
use crate::wire::LintSummary;

/// Counts the findings of a run.
pub(super) fn counts(findings: &Findings<'_>) -> LintSummary {
    let mut summary =
        LintSummary { hidden: findings.hidden, stale: findings.stale, ..LintSummary::default() };
    let mut with_findings = BTreeSet::new();
    for diagnostic in findings.diagnostics {
        with_findings.insert(diagnostic.primary.source.name());
        *match diagnostic.severity {
            Severity::Error => &mut summary.errors,
            Severity::Warning => &mut summary.warnings,
            Severity::Info => &mut summary.infos,
        } += 1;
        match diagnostic.fix.as_ref().map(|fix| fix.safety) {
            Some(Safety::Safe) => summary.fixable += 1,
            Some(Safety::Unsafe) => summary.fixable_unsafe += 1,
            None => {}
        }
        *summary.rules.entry(diagnostic.code).or_default() += 1;
    }
    summary.files_with_findings = with_findings.len();
    // A file with findings that isn't a template, such as a setting, counts as read.
    with_findings.extend(findings.files.iter().map(String::as_str));
    summary.files = with_findings.len();
    summary
}

/// Writes the last line for people: `found 3 errors and 2 warnings in 2 of 14 files: …`.
pub(super) fn line(summary: &LintSummary) -> String {
    let found = [
        (summary.errors, "error", "errors"),
        (summary.warnings, "warning", "warnings"),
        (summary.infos, "info", "infos"),
    ];
    let found = found.iter().filter(|(count, ..)| *count > 0);
    let found = found.map(|(count, one, many)| counted(*count, one, many)).collect::<Vec<_>>();
    let mut line = match found.split_last() {
        None => format!("checked {}, no findings", counted(summary.files, "file", "files")),
        Some((last, [])) => format!("found {last} in {}", places(summary)),
        Some((last, first)) => {
            format!("found {} and {last} in {}", first.join(", "), places(summary))
        }
    };
    if !summary.rules.is_empty() {
        let mut rules = summary.rules.iter().collect::<Vec<_>>();
        // A stable sort keeps rules with equal counts in order of name.
        rules.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let rules = rules.iter().map(|(rule, count)| format!("{rule} {count}"));
        line.push_str(&format!(": {}", rules.collect::<Vec<_>>().join(", ")));
    }
    match (summary.fixable, summary.fixable_unsafe) {
        (0, 0) => {}
        (safe, 0) => line.push_str(&format!(" · {safe} fixable with `--fix`")),
        (0, more) => line.push_str(&format!(" · {more} fixable with `--fix --unsafe`")),
        (safe, more) => line.push_str(&format!(
            " · {safe} fixable with `--fix`, {more} more with `--fix --unsafe`"
        )),
    }
    if summary.hidden > 0 {
        line.push_str(&format!(" · {} ignored by the baseline", summary.hidden));
    }
    if summary.stale > 0 {
        line.push_str(&format!(
            " · {} baseline {} gone: update it with `--write-baseline`",
            summary.stale,
            if summary.stale == 1 { "finding is" } else { "findings are" },
        ));
    }
    line
}

fn places(summary: &LintSummary) -> String {
    match summary.files {
        1 => "1 file".to_owned(),
        files => format!("{} of {files} files", summary.files_with_findings),
    }
}
