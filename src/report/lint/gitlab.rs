use serde_json::{Value, json};

use super::fingerprint::fingerprints;
use super::path::normal;
use super::{Findings, with_help};
use crate::diagnostic::Severity;

/// Writes diagnostics as a GitLab Code Quality report, shown in merge requests.
#[must_use]
pub fn gitlab(findings: &Findings<'_>) -> Value {
    let fingerprints = fingerprints(findings.diagnostics);
    let issues = findings.diagnostics.iter().zip(fingerprints).map(|(diagnostic, fingerprint)| {
        let source = &diagnostic.primary.source;
        let line = source.position(diagnostic.primary.span.start as usize).line;
        json!({
            "description": with_help(diagnostic),
            "check_name": diagnostic.code,
            "fingerprint": fingerprint,
            "severity": match diagnostic.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            "location": { "path": normal(source.name()), "lines": { "begin": line } },
        })
    });
    Value::from(issues.collect::<Vec<_>>())
}
