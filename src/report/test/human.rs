use super::text_diff::{Side, text_diff};
use super::{message, orphan_message, summary};
use crate::snapshot::why;
use std::sync::Arc;

use crate::diagnostic::Severity;
use crate::project::{ProjectError, Unusable};
use crate::report::human::{Look, draw};
use crate::report::masked::visible;
use crate::report::style::{BOLD, DIM, GREEN, PLAIN, Paint, RED, REVERSED, YELLOW};
use crate::snapshot::{Orphan, PlannedPart, Results, Status, Tested};

/// Most diff lines shown for a case.
const SHOWN_LINES: usize = 80;

/// Cases shown with a diff; past that, only names.
const SHOWN_CASES: usize = 50;

/// Most lines shown of a new text.
const SHOWN_NEW: usize = 12;

/// Appends results for people: each case that differs, with its diff and causes, unusable files,
/// and a summary of three lines. With `is_check`, nothing was written.
pub fn human(results: &Results, is_check: bool, look: Look, out: &mut String) {
    let mut shown = 0;
    let mut refused: Option<&PlannedPart> = None;
    for tested in results.tested.iter().filter(|tested| message(tested).is_some()) {
        shown += 1;
        // An error in a template is the same for every scenario.
        let part = matches!(tested.status, Status::Refused(_)).then(|| &*tested.case.part);
        let again = part.is_some_and(|part| refused.is_some_and(|last| std::ptr::eq(last, part)));
        refused = part.or(refused);
        human_case(results, tested, shown <= SHOWN_CASES && !again, look, out);
    }
    for orphan in results.orphans() {
        human_orphan(orphan, look, out);
    }
    human_problems(results, look, out);
    for message in &results.untested {
        out.push_str(&format!("note: no scenario applies to `{message}`, so it isn't tested\n"));
    }
    for line in summary(results, is_check) {
        out.push_str(&line);
        out.push('\n');
    }
}

/// Appends failed expectations, and problems of unusable messages and scenarios.
pub fn human_problems(results: &Results, look: Look, out: &mut String) {
    for unmet in results.expected.iter().flat_map(|expected| &expected.unmet) {
        draw(&unmet.diagnostic, look, out);
    }
    unusable(&results.problems, look, out);
}

/// Appends unusable files.
pub(super) fn unusable(problems: &[Arc<Unusable>], look: Look, out: &mut String) {
    for problem in problems {
        match &problem.error {
            ProjectError::Content(diagnostic) => draw(diagnostic, look, out),
            error => {
                out.push_str(&format!("error: {error}\n"));
                if let Some(help) = error.help() {
                    out.push_str(&format!("help: {help}\n"));
                }
            }
        }
    }
}

/// Appends a case: its name, how it differs, and why.
pub fn human_case(results: &Results, tested: &Tested, in_full: bool, look: Look, out: &mut String) {
    let Some(message) = message(tested) else { return };
    let paint = Paint(look.color);
    let (style, word) = match &tested.status {
        Status::New(_) | Status::Missing(_) => (YELLOW, tested.status.name()),
        _ => (RED, tested.status.name()),
    };
    let title = tested.case.title();
    out.push_str(&paint.with(style, word));
    out.push_str(&format!("  {}\n", paint.with(BOLD, &visible(&title))));
    out.push_str(&format!("  {message} ({})\n", tested.shown));
    if !in_full {
        return;
    }
    match &tested.status {
        Status::Changed { before, now, causes } => {
            difference(&before.text, &now.text, paint, out);
            for cause in causes {
                let mut lines = why(&results.recordings, tested, cause).into_iter();
                let first = lines.next().unwrap_or_default();
                out.push_str(&format!("  {} {}\n", paint.with(BOLD, "why:"), visible(&first)));
                for line in lines {
                    out.push_str(&format!("       {}\n", visible(&line)));
                }
            }
            if causes.is_empty() {
                let reason = match before.header {
                    Some(_) => "nothing it depends on changed: it was edited by hand",
                    None => "the snapshot doesn't record what it was rendered from",
                };
                out.push_str(&format!("  {} {reason}\n", paint.with(BOLD, "why:")));
            }
        }
        Status::New(now) | Status::Missing(now) => {
            let lines = now.text.lines().collect::<Vec<_>>();
            for line in lines.iter().take(SHOWN_NEW) {
                out.push_str(&paint.line(GREEN, &format!("  + {}", visible(line))));
            }
            if lines.len() > SHOWN_NEW {
                let more = lines.len() - SHOWN_NEW;
                out.push_str(&paint.line(DIM, &format!("    … {more} more lines")));
            }
        }
        Status::Refused(found) => {
            for diagnostic in found.iter().filter(|found| found.severity == Severity::Error) {
                draw(diagnostic, look, out);
            }
        }
        Status::Same { .. } | Status::Unreadable(_) => {}
    }
    out.push('\n');
}

/// Appends an orphaned snapshot.
pub fn human_orphan(orphan: &Orphan, look: Look, out: &mut String) {
    let paint = Paint(look.color);
    out.push_str(&paint.with(YELLOW, "orphaned"));
    out.push_str(&format!("  {}\n", paint.with(BOLD, &visible(&orphan.shown))));
    out.push_str(&format!("  {}\n\n", orphan_message(orphan)));
}

/// Returns the changed lines of a text, with changed words in git's brackets.
#[must_use]
pub fn changed_lines(before: &str, now: &str) -> String {
    let mut lines = String::new();
    difference(before, now, Paint(false), &mut lines);
    lines
}

fn difference(before: &str, now: &str, paint: Paint, out: &mut String) {
    let hunks = text_diff(before, now);
    let all = hunks.iter().map(|hunk| hunk.lines.len()).sum::<usize>();
    let last = hunks.iter().flat_map(|hunk| &hunk.lines).map(|line| line.number).max();
    let width = last.unwrap_or(0).to_string().len();
    let mut left = SHOWN_LINES;
    for (index, hunk) in hunks.iter().enumerate() {
        if left == 0 {
            break;
        }
        if index > 0 {
            out.push_str(&paint.line(DIM, &format!("    {:width$} ⋮", "")));
        }
        for line in hunk.lines.iter().take(left) {
            let (sign, style) = match line.side {
                Side::Both => (' ', ""),
                Side::Old => ('-', RED),
                Side::New => ('+', GREEN),
            };
            let mut text = format!("  {sign} {:width$} │ ", line.number);
            let whole = line.pieces.iter().all(|piece| piece.is_changed);
            for piece in &line.pieces {
                let shown = visible(&piece.text);
                match piece.is_changed && !whole {
                    true => text.push_str(&changed(paint, &shown, line.side)),
                    false => text.push_str(&shown),
                }
            }
            out.push_str(&paint.line(style, text.trim_end()));
        }
        left = left.saturating_sub(hunk.lines.len());
    }
    if all > SHOWN_LINES {
        let more = all - SHOWN_LINES;
        out.push_str(&paint.line(DIM, &format!("    … {more} more lines")));
    }
}

/// Highlights changed words: in reverse within a colored line, otherwise in git's brackets.
fn changed(paint: Paint, text: &str, side: Side) -> String {
    match (paint.0, side) {
        (true, Side::Old) => format!("{REVERSED}{text}{PLAIN}{RED}"),
        (true, _) => format!("{REVERSED}{text}{PLAIN}{GREEN}"),
        (false, Side::Old) => format!("[-{text}-]"),
        (false, _) => format!("{{+{text}+}}"),
    }
}
