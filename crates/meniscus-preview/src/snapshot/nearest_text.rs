//! Finds the place in a text most similar to another, for failed claims.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Most characters of a text that are searched.
const MAX_SEARCHED: usize = 200_000;

/// Most characters of the expected string that are compared.
const MAX_WANTED: usize = 300;

/// Places compared character by character, after comparing character counts.
const MAX_COMPARED: usize = 40;

/// Similarity required to show a place, in percent.
const LEAST_SHARED: usize = 60;

/// Returns where a text is most similar to `wanted`; `None` if it isn't similar anywhere.
///
/// The search is limited, so that a page of offers takes no longer than a line: it ends after
/// 200,000 characters, and only the first 300 expected ones count.
pub(super) fn nearest_text(text: &str, wanted: &str) -> Option<Range<usize>> {
    let wanted = wanted.trim().chars().take(MAX_WANTED).collect::<Vec<_>>();
    if wanted.is_empty() {
        return None;
    }
    let counts = counts_of(&wanted);
    let mut windows = Vec::new();
    for window in windows_of(text, wanted.len(), wanted.contains(&'\n')) {
        let shared = shared(&counts, &window.chars);
        if shared * 100 >= wanted.len() * LEAST_SHARED {
            windows.push((shared, window));
        }
    }
    // A stable sort keeps the first of equals in the text.
    windows.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    let mut best: Option<(usize, Range<usize>)> = None;
    for (_, window) in windows.iter().take(MAX_COMPARED) {
        let Some((score, range)) = compared(&wanted, window) else { continue };
        if score >= LEAST_SHARED && best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, range));
        }
    }
    best.map(|(_, range)| range)
}

/// A stretch of the text.
struct Window {
    start: usize,
    chars: Vec<char>,
}

/// Returns the lines of a text, long ones as overlapping stretches; if line breaks are expected,
/// stretches span lines.
fn windows_of(text: &str, wanted: usize, over_lines: bool) -> Vec<Window> {
    let size = wanted * 2 + 20;
    let mut windows = Vec::new();
    let mut searched = 0;
    let mut start = 0;
    let pieces = if over_lines { vec![text] } else { text.split_inclusive('\n').collect() };
    for line in pieces {
        let places = line.char_indices().take(MAX_SEARCHED - searched).collect::<Vec<_>>();
        let mut at = 0;
        while at < places.len() {
            let end = (at + size).min(places.len());
            let chars = places[at..end].iter().map(|(_, c)| *c).collect();
            windows.push(Window { start: start + places[at].0, chars });
            if end == places.len() {
                break;
            }
            at += size / 2;
        }
        searched += places.len();
        start += line.len();
        if searched >= MAX_SEARCHED {
            break;
        }
    }
    windows
}

/// Counts each character.
fn counts_of(chars: &[char]) -> HashMap<char, usize> {
    let mut counts = HashMap::new();
    for c in chars {
        *counts.entry(*c).or_default() += 1;
    }
    counts
}

/// Returns the most characters that two texts can have in common.
fn shared(counts: &HashMap<char, usize>, chars: &[char]) -> usize {
    let mut left = counts.clone();
    let mut shared = 0;
    for c in chars {
        if let Some(count) = left.get_mut(c).filter(|count| **count > 0) {
            *count -= 1;
            shared += 1;
        }
    }
    shared
}

/// Returns the similarity of a window's most similar part in percent, and its position in whole
/// words.
fn compared(wanted: &[char], window: &Window) -> Option<(usize, Range<usize>)> {
    let changes = capture_diff_slices(Algorithm::Myers, wanted, &window.chars);
    let runs = changes.iter().filter_map(|change| match *change {
        DiffOp::Equal { old_index, new_index, len } => Some((old_index, new_index, len)),
        _ => None,
    });
    let mut runs = runs.collect::<VecDeque<_>>();
    // A few characters far from all others match by chance.
    let is_stray = |run: (usize, usize, usize), gap: usize| run.2 <= gap;
    while runs.len() > 1 && is_stray(runs[0], runs[1].1 - runs[0].1 - runs[0].2) {
        runs.pop_front();
    }
    while runs.len() > 1 {
        let (before, run) = (runs[runs.len() - 2], runs[runs.len() - 1]);
        if !is_stray(run, run.1 - before.1 - before.2) {
            break;
        }
        runs.pop_back();
    }
    let same = runs.iter().map(|run| run.2).sum::<usize>();
    let (before, first, _) = *runs.front()?;
    let last = runs.back().map(|run| (run.0 + run.2, run.1 + run.2))?;
    let score = same * 200 / (wanted.len() + last.1 - first);
    // Expected characters before the first match were replaced by something else.
    let chars = &window.chars;
    let is_inside = |at: usize| chars.get(at).is_some_and(|c| c.is_alphanumeric());
    let mut start = first.saturating_sub(before);
    while start > 0 && is_inside(start) && is_inside(start - 1) {
        start -= 1;
    }
    // Start where the expected string does, if that directly precedes.
    if start > 0 && chars.get(start) != wanted.first() && chars.get(start - 1) == wanted.first() {
        start -= 1;
    }
    let mut end = (last.1 + wanted.len() - last.0).min(chars.len());
    while end < chars.len() && is_inside(end) && is_inside(end - 1) {
        end += 1;
    }
    let bytes = |chars: &[char]| chars.iter().map(|c| c.len_utf8()).sum::<usize>();
    let range = &chars[start..end];
    let blank = range.iter().take_while(|c| c.is_whitespace()).count();
    let behind = range.iter().rev().take_while(|c| c.is_whitespace()).count();
    let (start, end) = (start + blank, end - behind.min(range.len() - blank));
    let at = window.start + bytes(&chars[..start]);
    Some((score, at..at + bytes(&chars[start..end])))
}

#[cfg(test)]
mod tests {
    use super::nearest_text;

    fn nearest<'t>(text: &'t str, wanted: &str) -> Option<&'t str> {
        nearest_text(text, wanted).map(|range| &text[range])
    }

    #[test]
    fn the_likest_place_is_found() {
        let text = "Dear Anna,\nyou have 480 points to spend.\nBye\n";
        assert_eq!(nearest(text, "you have 35 points"), Some("you have 480 points"));
        assert_eq!(
            nearest("<p>you have <b>480</b> points to spend.</p>", "<b>35</b> points"),
            Some("<b>480</b> points")
        );
        assert_eq!(nearest(text, "DEAR ANNA"), None);
        assert_eq!(nearest(text, ""), None);
        assert_eq!(nearest("", "x"), None);
        let long = format!("{}; deér Ännie; {}", "x".repeat(5_000), "y".repeat(5_000));
        assert_eq!(nearest(&long, "deér Anni"), Some("deér Ännie"));
        assert_eq!(nearest("a\nb c\nd\n", "b c\nd"), Some("b c\nd"));
    }

    #[test]
    fn long_texts_take_no_longer() {
        let text = "an offer of bread and of butter, and what not ".repeat(40_000);
        assert!(nearest(&text, &"zebra crossing ".repeat(1_000)).is_none());
    }
}
