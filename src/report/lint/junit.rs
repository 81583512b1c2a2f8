use std::collections::BTreeMap;

use super::{Findings, with_help};
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::explain::place;

/// Writes diagnostics as JUnit XML: a suite for each file, a test for each diagnostic.
///
/// A file without findings is a passing test, so a run never looks as if it tested nothing. Hints
/// pass too, and are in the test's output.
#[must_use]
pub fn junit(findings: &Findings<'_>) -> String {
    let mut suites = BTreeMap::<&str, Vec<&Diagnostic>>::new();
    for file in findings.files {
        suites.entry(file).or_default();
    }
    for diagnostic in findings.diagnostics {
        suites.entry(diagnostic.primary.source.name()).or_default().push(diagnostic);
    }
    let all = findings.diagnostics;
    let clean = suites.values().filter(|diagnostics| diagnostics.is_empty()).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (tests, failures) = (all.len() + clean, failures(all.iter()));
    out.push_str(&format!(
        "<testsuites name=\"meniscus\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n"
    ));
    for (name, diagnostics) in suites {
        suite(name, &diagnostics, &mut out);
    }
    out.push_str("</testsuites>\n");
    out
}

fn failures<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) -> usize {
    diagnostics.filter(|diagnostic| diagnostic.severity > Severity::Info).count()
}

fn suite(name: &str, diagnostics: &[&Diagnostic], out: &mut String) {
    let tests = diagnostics.len().max(1);
    let failures = failures(diagnostics.iter().copied());
    let name = escaped(name);
    out.push_str(&format!(
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">\n"
    ));
    if diagnostics.is_empty() {
        out.push_str(&format!("    <testcase classname=\"{name}\" name=\"lint\"/>\n"));
    }
    for diagnostic in diagnostics {
        case(&name, diagnostic, out);
    }
    out.push_str("  </testsuite>\n");
}

fn case(suite: &str, diagnostic: &Diagnostic, out: &mut String) {
    let position = diagnostic.primary.source.position(diagnostic.primary.span.start as usize);
    let name = format!("{} at {}:{}", diagnostic.code, position.line, position.column);
    out.push_str(&format!("    <testcase classname=\"{suite}\" name=\"{}\">\n", escaped(&name)));
    let mut text = format!("{}: {}", place(&diagnostic.primary), with_help(diagnostic));
    for label in diagnostic.related.iter().filter(|label| !label.text.is_empty()) {
        text.push_str(&format!("\n{}: {}", place(label), label.text));
    }
    let text = escaped(&text);
    if diagnostic.severity == Severity::Info {
        out.push_str(&format!("      <system-out>{text}</system-out>\n"));
    } else {
        let (message, level) = (escaped(&diagnostic.message), diagnostic.severity.word());
        out.push_str(&format!(
            "      <failure message=\"{message}\" type=\"{level}\">{text}</failure>\n"
        ));
    }
    out.push_str("    </testcase>\n");
}

/// Escapes text for XML content and attributes; characters that XML can't represent are dropped.
pub(in crate::report) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser would normalize these to a space in attributes, and `\r` to a line break.
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", c as u32)),
            '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}
