//! A `default` for the output at a position, or a condition around it.

use gen_lsp_types as lsp;

use super::actions::capitalized;
use super::diagnostics::convert;
use super::edits::edit;
use super::snapshot::Snapshot;
use crate::diagnostic::Diagnostic;
use crate::language;

/// Rules whose findings a default or a condition settles.
const SETTLED: [&str; 4] =
    ["maybe-missing-field", "missing-default", "unguarded-date-math", "unguarded-list"];

/// Returns the rewrites at an offset: quick fixes where a finding asks for them, else refactorings.
pub(super) fn at(file: &Snapshot, offset: usize, found: &[Diagnostic]) -> Vec<lsp::CodeAction> {
    if !file.is_template() {
        return Vec::new();
    }
    let offered = file.writing(|writing| Some(language::rewrites(writing, offset)));
    let offered = offered.unwrap_or_default().into_iter().map(|rewrite| {
        let is_about = |one: &&Diagnostic| {
            let (at, span) = (rewrite.at, one.primary.span);
            SETTLED.contains(&one.code)
                && one.primary.source.name() == file.shown
                && at.start <= span.start
                && span.end <= at.end
        };
        let settles = found.iter().filter(is_about).map(|one| convert(file, one));
        let settles = settles.collect::<Vec<_>>();
        lsp::CodeAction {
            title: capitalized(&rewrite.title),
            kind: Some(match settles.is_empty() {
                true => lsp::CodeActionKind::RefactorRewrite,
                false => lsp::CodeActionKind::QuickFix,
            }),
            diagnostics: Some(settles).filter(|settles| !settles.is_empty()),
            edit: Some(edit(file, &rewrite.edits)),
            ..lsp::CodeAction::default()
        }
    });
    offered.collect()
}
