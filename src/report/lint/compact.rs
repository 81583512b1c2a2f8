use super::{Findings, with_help};
use crate::report::explain::{lines_of, place};
use crate::report::masked::visible;

/// Writes diagnostics line by line: `path:line:column: level[rule] message (help)`.
#[must_use]
pub fn compact(findings: &Findings<'_>) -> String {
    let mut out = String::new();
    for diagnostic in findings.diagnostics {
        let place = place(&diagnostic.primary);
        let (level, rule) = (diagnostic.severity.word(), diagnostic.code);
        let message = visible(&lines_of(&with_help(diagnostic)));
        out.push_str(&format!("{place}: {level}[{rule}] {message}\n"));
    }
    out
}
