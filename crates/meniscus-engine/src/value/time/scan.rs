//! A cursor over a short text, for patterns written as functions.
//!
//! A step that doesn't match is `None`, so a pattern is a chain of `?`.

use std::ops::RangeInclusive;

/// A position in a text; steps return a new position.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t [char],
    at: usize,
}

impl<'t> Cursor<'t> {
    /// Makes a cursor before the character at index `at`.
    pub fn new(text: &'t [char], at: usize) -> Self {
        Cursor { text, at }
    }

    /// Returns the number of characters before this position.
    pub fn position(self) -> usize {
        self.at
    }

    /// Returns this position in the text truncated at `end`.
    pub fn ending_at(self, end: Cursor<'t>) -> Self {
        Cursor { text: self.text.get(..end.at).unwrap_or(self.text), ..self }
    }

    /// Yields every position of the text from start to end.
    pub fn everywhere(self) -> impl Iterator<Item = Cursor<'t>> {
        (0..=self.text.len()).map(move |at| Cursor { at, ..self })
    }

    /// Returns the next character.
    pub fn peek(self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    /// Returns the position before the character at index `at`.
    pub fn moved_to(self, at: usize) -> Self {
        Cursor { at, ..self }
    }

    /// Returns the position `count` characters back.
    pub fn back(self, count: usize) -> Self {
        Cursor { at: self.at.saturating_sub(count), ..self }
    }

    /// Steps over one character that fits.
    pub fn one(self, fits: impl Fn(char) -> bool) -> Option<Self> {
        self.peek().filter(|&c| fits(c))?;
        Some(Cursor { at: self.at + 1, ..self })
    }

    /// Steps over the character `wanted`.
    pub fn char(self, wanted: char) -> Option<Self> {
        self.one(|c| c == wanted)
    }

    /// Steps over the character `wanted` if it is there.
    pub fn optional(self, wanted: char) -> Self {
        self.char(wanted).unwrap_or(self)
    }

    /// Steps over all characters that fit, possibly none.
    pub fn run(self, fits: impl Fn(char) -> bool) -> Self {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.iter().take_while(|&&c| fits(c)).count();
        Cursor { at: self.at + length, ..self }
    }

    /// Steps over all spaces, possibly none.
    pub fn spaces(self) -> Self {
        self.run(|c| c == ' ')
    }

    /// Steps over all digits, at least one.
    pub fn number(self) -> Option<Self> {
        self.digits(1..=usize::MAX)
    }

    /// Steps over as many digits as there are, within `count`.
    pub fn digits(self, count: RangeInclusive<usize>) -> Option<Self> {
        let length = (self.run(|c| c.is_ascii_digit()).at - self.at).min(*count.end());
        count.contains(&length).then_some(Cursor { at: self.at + length, ..self })
    }

    /// Steps over `word`, which must be lowercase.
    pub fn word(self, word: &str) -> Option<Self> {
        word.chars().try_fold(self, Cursor::char)
    }

    /// Steps over the first of `words` that matches, and returns its index.
    pub fn any_of(self, words: &[&str]) -> Option<(usize, Self)> {
        words.iter().enumerate().find_map(|(index, word)| Some((index, self.word(word)?)))
    }

    /// Stays if exactly one of the adjacent characters is part of a word.
    pub fn boundary(self) -> Option<Self> {
        let in_word = |c: &char| c.is_alphanumeric();
        let before = self.at.checked_sub(1).and_then(|at| self.text.get(at));
        (before.is_some_and(in_word) != self.text.get(self.at).is_some_and(in_word)).then_some(self)
    }

    /// Returns the text up to `end`.
    pub fn to(self, end: Cursor<'t>) -> String {
        self.text.get(self.at..end.at).unwrap_or_default().iter().collect()
    }
}
