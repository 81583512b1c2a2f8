use serde_json::{Value, json};

use super::Findings;
use super::summary;
use crate::wire::{Finding, LintDocument, Places};

#[must_use]
pub fn json(findings: &Findings<'_>) -> Value {
    let places = Places::default();
    let diagnostics = findings.diagnostics.iter();
    let diagnostics = diagnostics.map(|diagnostic| Finding::of(&places, diagnostic, None));
    let (diagnostics, summary) = (diagnostics.collect(), summary::counts(findings));
    json!(LintDocument { version: 1, diagnostics, summary })
}
