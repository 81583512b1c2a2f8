use serde_json::{Map, Value, json};

use super::fingerprint::fingerprints;
use super::path::{is_absolute, to_uri};
use super::{Described, Findings, with_help};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::text::{Source, Span};
use crate::wire::{safety, shown_fix};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The base of relative paths; readers of the log know where it is.
const BASE: &str = "%SRCROOT%";

/// The name of our fingerprints; a change in how they are made requires another number.
const FINGERPRINT: &str = "meniscusFinding/v1";

/// Writes diagnostics as SARIF 2.1.0, the format of code scanning.
///
/// Lines and columns count from 1, in Unicode code points; region ends are exclusive, as in SARIF.
#[must_use]
pub fn sarif(findings: &Findings<'_>) -> Value {
    let mut rules = findings.rules.iter().map(rule_json).collect::<Vec<_>>();
    let mut names = findings.rules.iter().map(|rule| rule.name).collect::<Vec<_>>();
    let fingerprints = fingerprints(findings.diagnostics);
    let mut results = Vec::with_capacity(findings.diagnostics.len());
    for (diagnostic, fingerprint) in findings.diagnostics.iter().zip(fingerprints) {
        let index = names.iter().position(|name| *name == diagnostic.code).unwrap_or_else(|| {
            // Findings without a rule, such as unreadable files, are described by their name.
            let words = diagnostic.code.replace('-', " ");
            rules.push(json!({ "id": diagnostic.code, "shortDescription": { "text": words } }));
            names.push(diagnostic.code);
            names.len() - 1
        });
        results.push(result_json(diagnostic, index, fingerprint));
    }
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "meniscus",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                },
            },
            "originalUriBaseIds": {
                BASE: { "description": { "text": "the folder that paths are relative to" } },
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule_json(rule: &Described<'_>) -> Value {
    let paragraph = rule.docs.trim().split("\n\n").find(|text| !text.starts_with('#'));
    let full = paragraph.filter(|text| !text.is_empty()).unwrap_or(rule.summary);
    let docs = if rule.docs.trim().is_empty() { rule.summary } else { rule.docs.trim() };
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": full },
        "help": { "text": docs, "markdown": docs },
        "defaultConfiguration": {
            "enabled": rule.level.is_some(),
            "level": rule.level.map_or("none", level),
        },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn result_json(diagnostic: &Diagnostic, rule: usize, fingerprint: String) -> Value {
    let mut result = json!({
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": level(diagnostic.severity),
        "message": { "text": with_help(diagnostic) },
        "locations": [location_json(&diagnostic.primary, None)],
        "partialFingerprints": { FINGERPRINT: fingerprint },
    });
    let related = diagnostic.related.iter().enumerate();
    let related = related.map(|(id, label)| location_json(label, Some(id))).collect::<Vec<_>>();
    if !related.is_empty() {
        result["relatedLocations"] = Value::from(related);
    }
    if let Some(fix) = shown_fix(diagnostic) {
        let source = &diagnostic.primary.source;
        let replacements = fix.edits.iter().map(|edit| {
            json!({
                "deletedRegion": region_json(source, edit.span),
                "insertedContent": { "text": edit.text },
            })
        });
        result["fixes"] = json!([{
            "description": { "text": fix.title },
            "artifactChanges": [{
                "artifactLocation": artifact_json(source),
                "replacements": replacements.collect::<Vec<_>>(),
            }],
            "properties": { "safety": safety(fix.safety) },
        }]);
    }
    result
}

fn location_json(label: &Label, id: Option<usize>) -> Value {
    let mut location = Map::new();
    if let Some(id) = id {
        location.insert("id".to_owned(), id.into());
    }
    let physical = json!({
        "artifactLocation": artifact_json(&label.source),
        "region": region_json(&label.source, label.span),
    });
    location.insert("physicalLocation".to_owned(), physical);
    if !label.text.is_empty() {
        location.insert("message".to_owned(), json!({ "text": label.text }));
    }
    Value::from(location)
}

fn artifact_json(source: &Source) -> Value {
    let uri = to_uri(source.name());
    if is_absolute(source.name()) {
        json!({ "uri": uri })
    } else {
        json!({ "uri": uri, "uriBaseId": BASE })
    }
}

fn region_json(source: &Source, span: Span) -> Value {
    let start = source.position(span.start as usize);
    let end = source.position(span.end as usize);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}
