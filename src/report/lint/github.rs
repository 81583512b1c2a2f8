use super::path::normal;
use super::{Findings, with_help};
use crate::diagnostic::Severity;
use crate::report::masked::visible;

/// Diagnostics as workflow commands of GitHub Actions, which show them at their lines of a pull
/// request: `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`.
///
/// GitHub shows the first ten of each level in a step; `sarif` has no such limit.
#[must_use]
pub fn github(findings: &Findings<'_>) -> String {
    let mut out = String::new();
    for diagnostic in findings.diagnostics {
        let source = &diagnostic.primary.source;
        let span = diagnostic.primary.span;
        let start = source.position(span.start as usize);
        let end = source.position(span.end as usize);
        let command = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let file = property(&normal(source.name()));
        out.push_str(&format!("::{command} file={file},line={},endLine={}", start.line, end.line));
        // Over several lines GitHub takes no columns.
        if start.line == end.line {
            out.push_str(&format!(",col={},endColumn={}", start.column, end.column));
        }
        let title = property(diagnostic.code);
        out.push_str(&format!(",title={title}::{}\n", data(&visible(&with_help(diagnostic)))));
    }
    out
}

/// A text as the data of a command: the end of the line would end it.
pub(in crate::report) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text as a property of a command.
pub(in crate::report) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
