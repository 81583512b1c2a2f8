//! The places where two texts differ, word by word.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Lines and tags compared between an equal start and end; with more, they are one change.
const MAX_PIECES: usize = 5_000;

/// Words compared within changed lines; with more, they are one change.
const MAX_WORDS: usize = 1_500;

/// Bytes of equal text between two changes that belong together, if there is no word in it.
const MAX_BETWEEN: usize = 4;

/// Bytes by which an added or removed text is moved to begin at a line or tag.
const MAX_MOVE: usize = 2_000;

/// A place where two texts differ, in bytes of each; in one of them it may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub old: Range<usize>,
    pub new: Range<usize>,
}

/// Compares two texts by line and tag, and by word within those that differ.
///
/// The result depends only on the texts; between two edits, both texts are equal. It takes limited
/// time: very different long texts are one edit.
#[must_use]
pub fn edits(old: &str, new: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    for change in changed(&pieces(old), &pieces(new), MAX_PIECES) {
        let words =
            changed(&words(&old[change.old.clone()]), &words(&new[change.new.clone()]), MAX_WORDS);
        edits.extend(words.into_iter().map(|word| Edit {
            old: change.old.start + word.old.start..change.old.start + word.old.end,
            new: change.new.start + word.new.start..change.new.start + word.new.end,
        }));
    }
    align(old, new, joined(new, edits))
}

/// Compares two runs of pieces; the ranges are bytes of the texts that the pieces make.
fn changed(old: &[&str], new: &[&str], most: usize) -> Vec<Edit> {
    let front = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let back = old[front..].iter().rev().zip(new[front..].iter().rev());
    let back = back.take_while(|(old, new)| old == new).count();
    let (old, new, start) = (
        &old[front..old.len() - back],
        &new[front..new.len() - back],
        old[..front].iter().map(|piece| piece.len()).sum::<usize>(),
    );
    if old.is_empty() && new.is_empty() {
        return Vec::new();
    }
    let ops = match old.len().max(new.len()) <= most {
        true => capture_diff_slices(Algorithm::Myers, old, new),
        false => vec![DiffOp::Replace {
            old_index: 0,
            old_len: old.len(),
            new_index: 0,
            new_len: new.len(),
        }],
    };
    let (mut old_at, mut new_at) = (start, start);
    let mut edits = Vec::new();
    for op in ops {
        let length = |pieces: &[&str]| pieces.iter().map(|piece| piece.len()).sum::<usize>();
        let (old_end, new_end) =
            (old_at + length(&old[op.old_range()]), new_at + length(&new[op.new_range()]));
        if !matches!(op, DiffOp::Equal { .. }) {
            edits.push(Edit { old: old_at..old_end, new: new_at..new_end });
        }
        (old_at, new_at) = (old_end, new_end);
    }
    edits
}

/// Splits a text after each line feed and each tag: the HTML of a mail is often a single line.
fn pieces(text: &str) -> Vec<&str> {
    text.split_inclusive(['\n', '>']).collect()
}

/// Splits into words, runs of white space, and single other characters; line feeds are separate.
pub fn words(text: &str) -> Vec<&str> {
    #[derive(PartialEq)]
    enum Kind {
        Word,
        Space,
        Other,
    }
    let kind = |c: char| match c {
        '\n' => Kind::Other,
        c if c.is_alphanumeric() || c == '_' => Kind::Word,
        c if c.is_whitespace() => Kind::Space,
        _ => Kind::Other,
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if last.as_ref().is_some_and(|last| *last != now || now == Kind::Other) {
            words.push(&text[start..at]);
            start = at;
        }
        last = Some(now);
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// Joins edits with hardly anything between them: two words with a space are one change.
fn joined(new: &str, edits: Vec<Edit>) -> Vec<Edit> {
    let mut joined: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        let between = joined.last().map(|last| &new[last.new.end..edit.new.start]);
        let is_near = between.is_some_and(|between| {
            between.len() <= MAX_BETWEEN
                && !between.contains(|c: char| c.is_alphanumeric() || matches!(c, '<' | '>' | '\n'))
        });
        match joined.last_mut().filter(|_| is_near) {
            Some(last) => (last.old.end, last.new.end) = (edit.old.end, edit.new.end),
            None => joined.push(edit),
        }
    }
    joined
}

/// Moves added and removed texts to begin at a line or tag where that says the same.
fn align(old: &str, new: &str, mut edits: Vec<Edit>) -> Vec<Edit> {
    for index in 0..edits.len() {
        let room = match index.checked_sub(1).and_then(|before| edits.get(before)) {
            Some(before) => edits[index].new.start - before.new.end,
            None => edits[index].new.start,
        };
        let edit = &mut edits[index];
        let (text, range) = match (edit.old.is_empty(), edit.new.is_empty()) {
            (true, false) => (new, edit.new.clone()),
            (false, true) => (old, edit.old.clone()),
            _ => continue,
        };
        if let Some(by) = steps_back(text, &range, room) {
            edit.old = edit.old.start - by..edit.old.end - by;
            edit.new = edit.new.start - by..edit.new.end - by;
        }
    }
    edits
}

/// Returns how many bytes earlier a range can begin at a line, or else at a tag, so that removing
/// it leaves the same text; at most `room`.
fn steps_back(text: &str, range: &Range<usize>, room: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let begins_line = |at: usize| at == 0 || bytes[at - 1] == b'\n';
    let mut tag = None;
    for by in 0..=room.min(MAX_MOVE) {
        let (start, end) = (range.start - by, range.end - by);
        if by > 0 && bytes[start] != bytes[end] {
            break;
        }
        if !text.is_char_boundary(start) || !text.is_char_boundary(end) {
            continue;
        }
        if begins_line(start) && bytes[end - 1] == b'\n' {
            return Some(by);
        }
        if tag.is_none() && bytes[start] == b'<' && bytes[end - 1] == b'>' {
            tag = Some(by);
        }
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::edits;

    /// Draws the new text with `[old|new]` for each edit.
    fn drawn(old: &str, new: &str) -> String {
        let (mut out, mut at, mut old_at) = (String::new(), 0, 0);
        for edit in edits(old, new) {
            let equal = &new[at..edit.new.start];
            assert_eq!(equal, &old[old_at..edit.old.start]);
            out.push_str(&format!(
                "{equal}[{}|{}]",
                &old[edit.old.clone()],
                &new[edit.new.clone()]
            ));
            (old_at, at) = (edit.old.end, edit.new.end);
        }
        assert_eq!(new[at..], old[old_at..]);
        out.push_str(&new[at..]);
        out
    }

    #[test]
    fn words_are_compared() {
        assert_eq!(drawn("you have 480 points", "you have 5 points"), "you have [480|5] points");
        assert_eq!(drawn("Dear Al", "Hello there Al"), "[Dear|Hello there] Al");
        assert_eq!(drawn("same", "same"), "same");
        assert_eq!(drawn("", "new\n"), "[|new\n]");
        assert_eq!(drawn("a b", "a  b"), "a[ |  ]b");
        assert_eq!(drawn("é€", "é¥"), "é[€|¥]");
    }

    #[test]
    fn lines_and_tags_are_added_whole() {
        assert_eq!(
            drawn("<p>a</p>\n<p>c</p>\n", "<p>a</p>\n<p>b</p>\n<p>c</p>\n"),
            "<p>a</p>\n[|<p>b</p>\n]<p>c</p>\n"
        );
        assert_eq!(
            drawn("<b>x</b><b>z</b>", "<b>x</b><b>y</b><b>z</b>"),
            "<b>x</b>[|<b>y</b>]<b>z</b>"
        );
        assert_eq!(drawn("a\nb\nb\nc", "a\nb\nc"), "a\nb\n[b\n|]c");
    }

    #[test]
    fn two_changes_of_a_mail_in_one_line_are_two() {
        let cells = |from: usize, to: usize| {
            (from..to).map(|n| format!("<td>{n} loaves</td>")).collect::<String>()
        };
        let mail = |first: &str, last: &str| {
            format!("<table>{}{first}{}{last}</table>", cells(0, 500), cells(500, 1_500))
        };
        let (old, new) =
            (mail("<td>rye</td>", "<td>oat</td>"), mail("<td>bun</td>", "<td>nut</td>"));
        assert_eq!(edits(&old, &new).len(), 2);
    }

    #[test]
    fn texts_without_anything_in_common_take_limited_time() {
        let text = |c: char| (0..40_000).map(|n| format!("{c}{n}\n")).collect::<String>();
        assert_eq!(edits(&text('a'), &text('b')).len(), 1);
    }
}
