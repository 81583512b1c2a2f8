use std::hash::{DefaultHasher, Hash, Hasher};

use gen_lsp_types as lsp;
use lsp_server::Notification;
use serde_json::{Value, json};

use super::lines::Lines;
use super::open::Unopened;
use super::snapshot::{Snapshot, in_file};
use super::uri;
use crate::diagnostic::{Diagnostic, Severity};
use crate::project::CONFIG_FILE;
use crate::rules::rule_of;

/// What diagnostics say they come from.
pub(super) const SOURCE: &str = "meniscus";

/// Rules about text that nothing needs, which editors gray out.
const UNNECESSARY: [&str; 3] = ["unused", "unreachable", "useless"];

/// Returns the diagnostics of a file.
pub(super) fn of(file: &Snapshot) -> Vec<lsp::Diagnostic> {
    file.findings().iter().map(|found| convert(file, found)).collect()
}

/// Converts a finding about the file.
pub(super) fn convert(file: &Snapshot, found: &Diagnostic) -> lsp::Diagnostic {
    let (_, span) = in_file(&found.primary.source, found.primary.span);
    let related = found.related.iter().filter_map(|label| {
        let location = file.location_of(&label.source, label.span)?;
        let message =
            if label.text.is_empty() { "seen here".to_owned() } else { label.text.clone() };
        Some(lsp::DiagnosticRelatedInformation { location, message })
    });
    let related = related.collect::<Vec<_>>();
    let message = match &found.help {
        Some(help) => format!("{}\n{help}", found.message),
        None => found.message.clone(),
    };
    let is_unnecessary = UNNECESSARY.iter().any(|word| found.code.starts_with(word));
    let tag = match found.code {
        "deprecated-name" => Some(lsp::DiagnosticTag::Deprecated),
        _ if is_unnecessary => Some(lsp::DiagnosticTag::Unnecessary),
        _ => None,
    };
    let href = rule_of(found.code).map(|rule| lsp::Uri(rule.url()));
    lsp::Diagnostic {
        range: file.range(span.range()),
        severity: Some(match found.severity {
            Severity::Error => lsp::DiagnosticSeverity::Error,
            Severity::Warning => lsp::DiagnosticSeverity::Warning,
            Severity::Info => lsp::DiagnosticSeverity::Information,
        }),
        code: Some(lsp::Code::String(found.code.to_owned())),
        code_description: href.map(|href| lsp::CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: lsp::Message::String(message),
        tags: tag.map(|tag| vec![tag]),
        related_information: (!related.is_empty()).then_some(related),
        data: None,
    }
}

/// Returns a report of diagnostics, which says so if they are those that the client has.
pub(super) fn report(items: &[lsp::Diagnostic], before: Option<&str>) -> Value {
    let id = id_of(items);
    match before == Some(&*id) {
        true => json!({ "kind": "unchanged", "resultId": id }),
        false => json!({ "kind": "full", "resultId": id, "items": items }),
    }
}

/// Names a list of diagnostics by what is in it.
fn id_of(items: &[lsp::Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Returns what tells a client the diagnostics of a file.
pub(super) fn published(
    uri: &lsp::Uri,
    version: Option<i32>,
    found: &[lsp::Diagnostic],
) -> Notification {
    let mut params = json!({ "uri": uri, "diagnostics": found });
    if let Some(version) = version {
        params["version"] = json!(version);
    }
    Notification { method: "textDocument/publishDiagnostics".to_owned(), params }
}

/// Returns the finding of a file whose workspace can't be read: in the configuration at its place.
pub(super) fn unopened(why: &Unopened, uri: &lsp::Uri) -> lsp::Diagnostic {
    let config = why.root.join(CONFIG_FILE);
    let is_config = uri::path_of(uri).is_some_and(|path| path == config);
    let place = why.finding.as_ref().map(|finding| {
        let text = finding.primary.source.text();
        Lines::new(text, why.encoding).range(finding.primary.span.range())
    });
    let message = match is_config {
        true => why.error.clone(),
        false => format!("`{}` can't be read: {}", config.display(), why.error),
    };
    lsp::Diagnostic {
        severity: Some(lsp::DiagnosticSeverity::Error),
        source: Some(SOURCE.to_owned()),
        message: lsp::Message::String(message),
        range: place.filter(|_| is_config).unwrap_or_default(),
        code: None,
        code_description: None,
        tags: None,
        related_information: None,
        data: None,
    }
}
