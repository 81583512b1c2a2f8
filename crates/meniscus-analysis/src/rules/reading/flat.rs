//! Strings sent with a request, flattened, with a mark for each interpolation.

use std::ops::Range;

use crate::analyze::{Call, Interpolation, Model, Pieces, Site, TextPart};
use crate::text::Span;

/// Marks an interpolation; a noncharacter, which text shouldn't contain.
pub(in crate::rules) const INTERPOLATION: char = '\u{fdd0}';

/// A flattened string that can be mapped back to the template.
#[derive(Debug)]
pub(in crate::rules) struct Flat<'m, 'a> {
    /// The string, with [`INTERPOLATION`] for every interpolation.
    pub text: String,
    /// The model of its message part.
    pub model: &'m Model<'a>,
    pub call: Option<&'m Call<'a>>,
    pub whole: Site<'a>,
    /// The pieces with their offsets in the string.
    parts: Vec<(usize, &'m TextPart<'a>)>,
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
                TextPart::Text { text: fixed, .. } => text.push_str(fixed),
                TextPart::Interpolation(_) => text.push(INTERPOLATION),
            }
        }
        Flat { text, model, call, whole, parts }
    }

    /// Returns the string's range without surrounding white space and quotes.
    pub fn trimmed(&self) -> Range<usize> {
        let inner = self.text.trim();
        let start = self.text.len() - self.text.trim_start().len();
        let quoted = ['"', '\'']
            .iter()
            .any(|quote| inner.len() > 1 && inner.starts_with(*quote) && inner.ends_with(*quote));
        let quote = usize::from(quoted);
        start + quote..start + inner.len() - quote
    }

    /// Returns where a range is in the template; `None` if no single piece contains it or it comes
    /// from a workspace variable.
    pub fn written(&self, range: Range<usize>) -> Option<Site<'a>> {
        let (start, part) = self.part_at(range.start)?;
        match part {
            TextPart::Text { text, at } => {
                let at = (*at)?;
                let end = range.end.min(start + text.len());
                let base = at.span.start as usize;
                Some(at.at(Span::new(base + range.start - start, base + end - start)))
            }
            TextPart::Interpolation(interpolation) => Some(interpolation.at),
        }
    }

    /// Returns the site to show for a range: its own, or the whole string.
    pub fn site(&self, range: Range<usize>) -> Site<'a> {
        self.written(range).unwrap_or(self.whole)
    }

    /// Returns the interpolation at a mark.
    pub fn interpolation(&self, at: usize) -> Option<&'m Interpolation<'a>> {
        match self.part_at(at)?.1 {
            TextPart::Interpolation(interpolation) => Some(interpolation),
            TextPart::Text { .. } => None,
        }
    }

    /// Yields the interpolations with the offsets of their marks.
    pub fn interpolations(&self) -> impl Iterator<Item = (usize, &'m Interpolation<'a>)> + '_ {
        self.parts.iter().filter_map(|(start, part)| match part {
            TextPart::Interpolation(interpolation) => Some((*start, interpolation)),
            TextPart::Text { .. } => None,
        })
    }

    /// Returns the pieces with their offsets.
    pub fn parts(&self) -> &[(usize, &'m TextPart<'a>)] {
        &self.parts
    }

    fn part_at(&self, at: usize) -> Option<(usize, &'m TextPart<'a>)> {
        // Pieces may be empty: the last that starts at or before this offset contains it.
        let behind = self.parts.partition_point(|(start, _)| *start <= at);
        self.parts.get(behind.checked_sub(1)?).copied()
    }
}
