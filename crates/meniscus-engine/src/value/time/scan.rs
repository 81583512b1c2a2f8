//! A cursor over a short text, for patterns written as functions.
//!
//! A step that cannot be taken is `None`, so a pattern reads as a chain of `?`.

use std::ops::RangeInclusive;

/// A place in a text; every step returns the place after it and leaves this one alone.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t [char],
    at: usize,
}

impl<'t> Cursor<'t> {
    /// The place before the character number `at` of `text`.
    pub fn new(text: &'t [char], at: usize) -> Self {
        Cursor { text, at }
    }

    /// The number of characters before this place.
    pub fn position(self) -> usize {
        self.at
    }

    /// This place in the text cut off at `end`.
    pub fn ending_at(self, end: Cursor<'t>) -> Self {
        Cursor { text: self.text.get(..end.at).unwrap_or(self.text), ..self }
    }

    /// Every place of the same text, from its start to its end.
    pub fn everywhere(self) -> impl Iterator<Item = Cursor<'t>> {
        (0..=self.text.len()).map(move |at| Cursor { at, ..self })
    }

    /// The next character.
    pub fn peek(self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    /// The place before the character number `at` of the same text.
    pub fn moved_to(self, at: usize) -> Self {
        Cursor { at, ..self }
    }

    /// The place `count` characters before this one.
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

    /// Steps over as many digits as there are and `count` allows.
    pub fn digits(self, count: RangeInclusive<usize>) -> Option<Self> {
        let length = (self.run(|c| c.is_ascii_digit()).at - self.at).min(*count.end());
        count.contains(&length).then_some(Cursor { at: self.at + length, ..self })
    }

    /// Steps over `word`, which is in lower case.
    pub fn word(self, word: &str) -> Option<Self> {
        word.chars().try_fold(self, Cursor::char)
    }

    /// Steps over the first of `words` that is there, and tells which one it is.
    pub fn any_of(self, words: &[&str]) -> Option<(usize, Self)> {
        words.iter().enumerate().find_map(|(index, word)| Some((index, self.word(word)?)))
    }

    /// Stays, if exactly one of the characters on either side belongs to a word.
    pub fn boundary(self) -> Option<Self> {
        let in_word = |c: &char| c.is_alphanumeric();
        let before = self.at.checked_sub(1).and_then(|at| self.text.get(at));
        (before.is_some_and(in_word) != self.text.get(self.at).is_some_and(in_word)).then_some(self)
    }

    /// The text from this place to `end`.
    pub fn to(self, end: Cursor<'t>) -> String {
        self.text.get(self.at..end.at).unwrap_or_default().iter().collect()
    }
}
