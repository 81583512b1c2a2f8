use similar::{ChangeTag, TextDiff};

use super::masked::{masked, visible};
use super::style::{BOLD, CYAN, GREEN, PLAIN, RED};

/// Context lines around a change, as in `diff -u`.
const AROUND: usize = 3;

/// Appends a unified diff that `git apply` and `patch -p1` accept; nothing without changes.
///
/// Secrets in the file are masked, so a diff next to one is for reading; apply it with `--fix`.
pub fn unified_diff(path: &str, before: &str, after: &str, color: bool, out: &mut String) {
    let (before, after) = (masked(before), masked(after));
    // These programs only split lines at `\n`: a lone `\r` is an ordinary character.
    let old = before.split_inclusive('\n').collect::<Vec<_>>();
    let new = after.split_inclusive('\n').collect::<Vec<_>>();
    let diff = TextDiff::configure().newline_terminated(true).diff_slices(&old, &new);
    let mut unified = diff.unified_diff();
    unified.context_radius(AROUND);
    let mut hunks = unified.iter_hunks().peekable();
    if hunks.peek().is_none() {
        return;
    }
    let mut paint = |style: &str, line: &str| {
        if color {
            let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
            let reset = if style.is_empty() { "" } else { PLAIN };
            out.push_str(&format!("{style}{}{reset}{end}", visible(line)));
        } else {
            out.push_str(line);
        }
    };
    paint(BOLD, &format!("--- {}\n", quoted(&format!("a/{path}"))));
    paint(BOLD, &format!("+++ {}\n", quoted(&format!("b/{path}"))));
    for hunk in hunks {
        paint(CYAN, &format!("{}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Equal => (' ', ""),
                ChangeTag::Delete => ('-', RED),
                ChangeTag::Insert => ('+', GREEN),
            };
            let line = change.value();
            paint(style, &format!("{sign}{line}"));
            if !line.ends_with('\n') {
                paint("", "\n\\ No newline at end of file\n");
            }
        }
    }
}

/// Writes a path like git: quoted if it contains quotes or control characters, which would end the
/// line or name.
fn quoted(path: &str) -> String {
    if !path.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')) {
        // A tab ends a name with spaces, because a date may follow.
        return if path.contains(' ') { format!("{path}\t") } else { path.to_owned() };
    }
    let mut text = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            c if c.is_ascii_control() => text.push_str(&format!("\\{:03o}", c as u32)),
            c => text.push(c),
        }
    }
    text.push('"');
    text
}
