//! What can be done at a place: fixes of findings, comments that allow them, all safe fixes at once,
//! and what `rewrites` and `data_actions` offer.

use std::sync::Arc;

use gen_lsp_types as lsp;

use super::diagnostics::convert;
use super::edits::edit;
use super::outline::is_in_markup;
use super::snapshot::{Snapshot, in_file};
use super::{data_actions, rewrites};
use crate::diagnostic::{Diagnostic, Edit, Safety};
use crate::rules::fixes::apply_sound_fixes;
use crate::rules::rule_of;
use crate::text::{Source, Span};

/// The kind of the action that applies all safe fixes of a file.
pub(super) const FIX_ALL: &str = "source.fixAll.meniscus";

/// Returns the actions for a range. `only` are the kinds that the client wants; all without it.
/// `creates_files` says whether the client can create files.
pub(super) fn within(
    file: &Snapshot,
    range: lsp::Range,
    only: Option<&[lsp::CodeActionKind]>,
    creates_files: bool,
) -> Vec<lsp::CodeAction> {
    let wants = |kind: &str| {
        only.is_none_or(|only| {
            only.iter().map(lsp::CodeActionKind::as_str).any(|wanted| {
                kind == wanted
                    || kind.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('.'))
            })
        })
    };
    let mut actions = Vec::new();
    let found = file.findings();
    let range = file.lines().offsets(range);
    if wants("quickfix") {
        for diagnostic in &found {
            let (_, span) = in_file(&diagnostic.primary.source, diagnostic.primary.span);
            if span.start as usize <= range.end && range.start <= span.end as usize {
                actions.extend(fix(file, diagnostic));
                actions.extend(allow(file, diagnostic));
            }
        }
    }
    if wants("quickfix") || wants("refactor.rewrite") {
        let offered = rewrites::at(file, range.start, &found);
        let offered = offered.into_iter().chain(data_actions::at(file, range.start, creates_files));
        let is_wanted = |action: &lsp::CodeAction| {
            action.kind.as_ref().is_some_and(|kind| wants(kind.as_str()))
        };
        actions.extend(offered.filter(is_wanted));
    }
    // Only where the client asks for it: saving must not wait for what nobody wanted.
    if only.is_some() && wants(FIX_ALL) {
        actions.extend(fix_all(file, &found));
    }
    actions
}

/// Returns the action that applies a finding's fix.
fn fix(file: &Snapshot, found: &Diagnostic) -> Option<lsp::CodeAction> {
    let fix = found.fix.as_ref()?;
    // A header is a value in `message.toml`, where other characters are escaped.
    if found.primary.source.name() != file.shown {
        return None;
    }
    let is_safe = fix.safety == Safety::Safe;
    let title = match is_safe {
        true => capitalized(&fix.title),
        false => format!("{} — unsafe, review it", capitalized(&fix.title)),
    };
    Some(lsp::CodeAction {
        title,
        kind: Some(lsp::CodeActionKind::QuickFix),
        diagnostics: Some(vec![convert(file, found)]),
        is_preferred: Some(is_safe),
        edit: Some(edit(file, &fix.edits)),
        ..lsp::CodeAction::default()
    })
}

/// Returns the action that writes a comment before a finding's line, which allows it there.
fn allow(file: &Snapshot, found: &Diagnostic) -> Option<lsp::CodeAction> {
    if rule_of(found.code).is_none()
        || !file.is_template()
        || found.primary.source.name() != file.shown
    {
        return None;
    }
    let start = found.primary.span.start as usize;
    let line = file.text[..start].rfind('\n').map_or(0, |at| at + 1);
    // A comment can't stand inside a tag that goes over several lines.
    if is_in_markup(&file.template()?.nodes, line) {
        return None;
    }
    let indent = file.text[line..].len() - file.text[line..].trim_start_matches([' ', '\t']).len();
    let indent = &file.text[line..line + indent.min(start - line)];
    // The dash takes the line's end away: the message stays what it is.
    let end = if file.text.contains("\r\n") { "\r\n" } else { "\n" };
    let text = format!("{indent}{{% # meniscus: allow {} — why -%}}{end}", found.code);
    let edits = [Edit { span: Span::empty(line), text }];
    Some(lsp::CodeAction {
        title: format!("Allow {} here, with a reason", found.code),
        kind: Some(lsp::CodeActionKind::QuickFix),
        diagnostics: Some(vec![convert(file, found)]),
        is_preferred: Some(false),
        edit: Some(edit(file, &edits)),
        ..lsp::CodeAction::default()
    })
}

/// Returns the action that applies every safe fix.
fn fix_all(file: &Snapshot, found: &[Diagnostic]) -> Option<lsp::CodeAction> {
    if !file.is_template() {
        return None;
    }
    let source = Arc::new(Source::new(file.shown.as_str(), &*file.text));
    let options = file.session.workspace.config.settings().parse;
    let applied = apply_sound_fixes(&source, found, options, |fix| fix.safety == Safety::Safe);
    if applied.fixed.is_empty() {
        return None;
    }
    let whole = [Edit { span: Span::new(0, file.text.len()), text: applied.text }];
    Some(lsp::CodeAction {
        title: "Apply all safe fixes".to_owned(),
        kind: Some(lsp::CodeActionKind::new(FIX_ALL)),
        edit: Some(edit(file, &whole)),
        ..lsp::CodeAction::default()
    })
}

/// Returns a text that begins with a capital.
pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|char| char.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
