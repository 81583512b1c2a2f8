use super::path::normal;
use super::{Findings, with_help};
use crate::diagnostic::Severity;
use crate::report::masked::visible;

/// Writes diagnostics as GitHub Actions workflow commands, which annotate lines in a pull request:
/// `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`.
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
        // GitHub ignores columns across several lines.
        if start.line == end.line {
            out.push_str(&format!(",col={},endColumn={}", start.column, end.column));
        }
        let title = property(diagnostic.code);
        out.push_str(&format!(",title={title}::{}\n", data(&visible(&with_help(diagnostic)))));
    }
    out
}

/// Escapes a command's data: a line break would end it.
pub(in crate::report) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a command's property.
pub(in crate::report) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
