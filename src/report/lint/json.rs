use serde_json::{Value, json};

use super::{Findings, shown_fix};
use crate::wire::{Finding, LintDocument, LintSummary, Places};

/// Diagnostics as JSON: a [`LintDocument`].
#[must_use]
pub fn json(findings: &Findings<'_>) -> Value {
    let places = Places::default();
    let diagnostics = findings.diagnostics.iter().map(|diagnostic| {
        let mut found = Finding::of(&places, diagnostic, None);
        if shown_fix(diagnostic).is_none() {
            found.fixes.clear();
        }
        found
    });
    let (diagnostics, summary) = (diagnostics.collect(), LintSummary::of(findings));
    json!(LintDocument { version: 1, diagnostics, summary })
}
