use serde_json::{Value, json};

use super::Findings;
use super::summary;
use crate::report::json::finding;
use crate::wire::{LintDocument, Places};

#[must_use]
pub fn json(findings: &Findings<'_>) -> Value {
    let places = Places::default();
    let diagnostics = findings.diagnostics.iter();
    let diagnostics = diagnostics.map(|diagnostic| finding(&places, diagnostic, None));
    let (diagnostics, summary) = (diagnostics.collect(), summary::counts(findings));
    json!(LintDocument { version: 1, diagnostics, summary })
}
