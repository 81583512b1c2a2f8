//! Texts that go out with a request, as one string each: where values come in stands a mark.

use std::ops::Range;

use crate::analyze::{Call, Hole, Model, Part, Pieces, Site};
use crate::text::Span;

/// Stands where a value comes in; a noncharacter, which no text is meant to hold.
pub(in crate::rules) const HOLE: char = '\u{fdd0}';

/// A text with its way back to the template.
#[derive(Debug)]
pub(in crate::rules) struct Flat<'m, 'a> {
    /// The text, with [`HOLE`] for every value.
    pub text: String,
    /// The model of the part that it stands in.
    pub model: &'m Model<'a>,
    /// The call that it goes out with; none for a webhook.
    pub call: Option<&'m Call<'a>>,
    /// All of it in the template.
    pub whole: Site<'a>,
    /// Each piece, with where it begins in the text.
    parts: Vec<(usize, &'m Part<'a>)>,
}

impl<'m, 'a> Flat<'m, 'a> {
    pub fn new(
        pieces: &'m Pieces<'a>,
        model: &'m Model<'a>,
        call: Option<&'m Call<'a>>,
        whole: Site<'a>,
    ) -> Flat<'m, 'a> {
        let mut text = String::new();
        let mut parts = Vec::with_capacity(pieces.parts.len());
        for part in &pieces.parts {
            parts.push((text.len(), part));
            match part {
                Part::Text { text: fixed, .. } => text.push_str(fixed),
                Part::Hole(_) => text.push(HOLE),
            }
        }
        Flat { text, model, call, whole, parts }
    }

    /// The text without white space around it, and without quotes around all of it.
    pub fn trimmed(&self) -> Range<usize> {
        let inner = self.text.trim();
        let start = self.text.len() - self.text.trim_start().len();
        let quoted = ['"', '\'']
            .iter()
            .any(|quote| inner.len() > 1 && inner.starts_with(*quote) && inner.ends_with(*quote));
        let quote = usize::from(quoted);
        start + quote..start + inner.len() - quote
    }

    /// Where characters stand in the template, as far as one piece of it holds them; none where
    /// they stand elsewhere: in the value of a workspace's variable.
    pub fn written(&self, range: Range<usize>) -> Option<Site<'a>> {
        let (start, part) = self.part_at(range.start)?;
        match part {
            Part::Text { text, at } => {
                let at = (*at)?;
                let end = range.end.min(start + text.len());
                let base = at.span.start as usize;
                Some(at.at(Span::new(base + range.start - start, base + end - start)))
            }
            Part::Hole(hole) => Some(hole.at),
        }
    }

    /// The place to show for characters: where they stand, or all of the text.
    pub fn site(&self, range: Range<usize>) -> Site<'a> {
        self.written(range).unwrap_or(self.whole)
    }

    /// The value that comes in at a mark.
    pub fn hole(&self, at: usize) -> Option<&'m Hole<'a>> {
        match self.part_at(at)?.1 {
            Part::Hole(hole) => Some(hole),
            Part::Text { .. } => None,
        }
    }

    /// The values that come in, each with where its mark stands.
    pub fn holes(&self) -> impl Iterator<Item = (usize, &'m Hole<'a>)> + '_ {
        self.parts.iter().filter_map(|(start, part)| match part {
            Part::Hole(hole) => Some((*start, hole)),
            Part::Text { .. } => None,
        })
    }

    /// The pieces, each with where it begins.
    pub fn parts(&self) -> &[(usize, &'m Part<'a>)] {
        &self.parts
    }

    fn part_at(&self, at: usize) -> Option<(usize, &'m Part<'a>)> {
        // Pieces may be empty: the last that begins here or before holds the characters.
        let behind = self.parts.partition_point(|(start, _)| *start <= at);
        self.parts.get(behind.checked_sub(1)?).copied()
    }
}
