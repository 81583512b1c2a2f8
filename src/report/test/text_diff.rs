use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use crate::snapshot::words;

/// Context lines around a change.
const AROUND: usize = 3;

/// Lines compared between an equal start and end; with more, they are shown as one change.
const MAX_LINES: usize = 5_000;

/// Most words of a change that are compared one by one.
const MAX_WORDS: usize = 1_500;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hunk {
    pub lines: Vec<DiffLine>,
}

/// A line in a hunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffLine {
    /// Which text contains it.
    pub side: Side,
    /// Its number there, from 1; in the new text if both contain it.
    pub number: usize,
    /// Its contents.
    pub pieces: Vec<DiffPiece>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Both,
    /// Only the old text.
    Old,
    /// Only the new text.
    New,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DiffPiece {
    /// The characters, with white space made visible if it changed or ends a changed line.
    pub text: String,
    /// Whether this piece changed.
    pub is_changed: bool,
}

/// Compares two texts by line, and by word within replaced lines. Depends only on the texts, and
/// takes limited time: very different long texts are shown as one change.
#[must_use]
pub fn text_diff(old: &str, new: &str) -> Vec<Hunk> {
    let old = old.split('\n').collect::<Vec<_>>();
    let new = new.split('\n').collect::<Vec<_>>();
    let groups = group_diff_ops(line_changes(&old, &new), AROUND);
    let hunk = |ops: Vec<DiffOp>| {
        let mut hunk = Hunk::default();
        for op in ops {
            show(op, &old, &new, &mut hunk.lines);
        }
        hunk
    };
    groups.into_iter().map(hunk).collect()
}

fn line_changes(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let front = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let back = old[front..].iter().rev().zip(new[front..].iter().rev());
    let back = back.take_while(|(old, new)| old == new).count();
    let (old_len, new_len) = (old.len() - front - back, new.len() - front - back);
    if old_len.max(new_len) <= MAX_LINES {
        return capture_diff_slices(Algorithm::Myers, old, new);
    }
    let middle = DiffOp::Replace { old_index: front, old_len, new_index: front, new_len };
    let end = DiffOp::Equal { old_index: front + old_len, new_index: front + new_len, len: back };
    let ops = [DiffOp::Equal { old_index: 0, new_index: 0, len: front }, middle, end];
    ops.into_iter().filter(|op| !op.old_range().is_empty() || !op.new_range().is_empty()).collect()
}

fn show(op: DiffOp, old: &[&str], new: &[&str], lines: &mut Vec<DiffLine>) {
    if let DiffOp::Equal { new_index, len, .. } = op {
        for (index, line) in new.iter().enumerate().skip(new_index).take(len) {
            let piece = DiffPiece { text: (*line).to_owned(), is_changed: false };
            lines.push(DiffLine { side: Side::Both, number: index + 1, pieces: vec![piece] });
        }
        return;
    }
    let (old_range, new_range) = (op.old_range(), op.new_range());
    let (old_start, new_start) = (old_range.start, new_range.start);
    let before = old[old_range].join("\n");
    let now = new[new_range].join("\n");
    let replaced = matches!(op, DiffOp::Replace { .. });
    let marked = replaced.then(|| changed_words(&before, &now)).flatten();
    let (before, now) =
        marked.unwrap_or_else(|| (vec![(before.as_str(), false)], vec![(now.as_str(), false)]));
    if !matches!(op, DiffOp::Insert { .. }) {
        push(Side::Old, old_start, &before, lines);
    }
    if !matches!(op, DiffOp::Delete { .. }) {
        push(Side::New, new_start, &now, lines);
    }
}

/// Runs of words with whether they changed.
type Marked<'t> = Vec<(&'t str, bool)>;

/// Returns the words that differ; `None` if there is little in common, or too much to compare.
fn changed_words<'t>(old: &'t str, new: &'t str) -> Option<(Marked<'t>, Marked<'t>)> {
    let (old_words, new_words) = (words(old), words(new));
    if old_words.len().max(new_words.len()) > MAX_WORDS {
        return None;
    }
    let (mut before, mut now) = (Marked::new(), Marked::new());
    let mut common = 0;
    for op in capture_diff_slices(Algorithm::Myers, &old_words, &new_words) {
        let is_changed = !matches!(op, DiffOp::Equal { .. });
        for word in &old_words[op.old_range()] {
            if !is_changed && !word.trim().is_empty() {
                common += word.len();
            }
            before.push((word, is_changed));
        }
        now.extend(new_words[op.new_range()].iter().map(|word| (*word, is_changed)));
    }
    // Two lines that share only a few characters are easier to read whole.
    let length = old.len().min(new.len());
    let only_space = old.split_whitespace().eq(new.split_whitespace());
    (only_space || common * 4 >= length).then_some((before, now))
}

/// Appends a changed text as lines.
fn push(side: Side, first: usize, marked: &[(&str, bool)], lines: &mut Vec<DiffLine>) {
    let mut number = first + 1;
    let mut pieces: Vec<DiffPiece> = Vec::new();
    let add = |pieces: &mut Vec<DiffPiece>, text: &str, is_changed: bool| match pieces.last_mut() {
        Some(last) if last.is_changed == is_changed => last.text.push_str(text),
        _ => pieces.push(DiffPiece { text: text.to_owned(), is_changed }),
    };
    for (text, is_changed) in marked {
        let mut rows = text.split('\n');
        add(&mut pieces, rows.next().unwrap_or_default(), *is_changed);
        for row in rows {
            let pieces = std::mem::replace(
                &mut pieces,
                vec![DiffPiece { text: row.to_owned(), is_changed: *is_changed }],
            );
            lines.push(DiffLine { side, number, pieces: visible(pieces) });
            number += 1;
        }
    }
    lines.push(DiffLine { side, number, pieces: visible(pieces) });
}

/// Makes white space visible in a changed line: where a piece is nothing else, at the end of the
/// line, and where it is invisible.
fn visible(mut pieces: Vec<DiffPiece>) -> Vec<DiffPiece> {
    pieces.retain(|piece| !piece.text.is_empty());
    if let Some(last) = pieces.last_mut() {
        let kept = last.text.trim_end().len();
        let tail = shown_space(&last.text[kept..]);
        last.text.truncate(kept);
        last.text.push_str(&tail);
    }
    for piece in pieces.iter_mut().filter(|piece| piece.is_changed) {
        if piece.text.trim().is_empty() {
            piece.text = shown_space(&piece.text);
        }
    }
    for piece in &mut pieces {
        if piece.text.contains(is_invisible) {
            piece.text = piece.text.chars().map(shown_char).collect();
        }
    }
    pieces
}

fn shown_space(text: &str) -> String {
    text.chars().map(|c| if c == ' ' { "·".to_owned() } else { shown_char(c) }).collect()
}

/// Whether a character is invisible or looks like a space, including joiners and bidirectional
/// marks.
fn is_invisible(c: char) -> bool {
    (c.is_whitespace() && !matches!(c, ' ' | '\t' | '\n'))
        || matches!(c, '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn shown_char(c: char) -> String {
    match c {
        '\t' => "→\t".to_owned(),
        '\u{a0}' => "⍽".to_owned(),
        c if is_invisible(c) => format!("<U+{:04X}>", c as u32),
        c => c.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Side, text_diff};

    /// Draws the diff as lines with `-`, `+`, and ` `, changed words in brackets.
    fn drawn(old: &str, new: &str) -> String {
        let mut out = String::new();
        for line in text_diff(old, new).into_iter().flat_map(|hunk| hunk.lines) {
            out.push(match line.side {
                Side::Both => ' ',
                Side::Old => '-',
                Side::New => '+',
            });
            for piece in line.pieces {
                match piece.is_changed {
                    true => out.push_str(&format!("[{}]", piece.text)),
                    false => out.push_str(&piece.text),
                }
            }
            out.push('\n');
        }
        out
    }

    #[test]
    fn changed_words_are_marked() {
        assert_eq!(
            drawn("a\nyou have 480 points\nb", "a\nyou have 1,481 points\nb"),
            " a\n-you have [480] points\n+you have [1,481] points\n b\n"
        );
        assert_eq!(drawn("one", "entirely new"), "-one\n+entirely new\n");
        assert_eq!(drawn("same", "same"), "");
    }

    #[test]
    fn white_space_is_visible_where_it_changed() {
        assert_eq!(drawn("a b", "a  b"), "-a[·]b\n+a[··]b\n");
        assert_eq!(drawn("a b", "a\u{a0}b"), "-a[·]b\n+a[⍽]b\n");
        assert_eq!(drawn("x", "x \t"), "-x\n+x[·→\t]\n");
        assert_eq!(drawn("ab", "a\u{200b}b"), "-ab\n+a<U+200B>b\n");
        assert_eq!(drawn("a", "a\nb"), " a\n+b\n");
    }

    #[test]
    fn long_texts_that_have_nothing_in_common_are_one_change() {
        let old = (0..20_000).map(|n| format!("a{n}\n")).collect::<String>();
        let new = (0..20_000).map(|n| format!("b{n}\n")).collect::<String>();
        let hunks = text_diff(&old, &new);
        assert_eq!(hunks.len(), 1);
        assert_eq!(hunks[0].lines.len(), 40_001);
    }
}
