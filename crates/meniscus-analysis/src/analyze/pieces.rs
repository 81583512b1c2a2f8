use std::borrow::Cow;
use std::sync::Arc;

use super::model::Site;
use crate::shape::Shape;
use crate::syntax::ast::Pipeline;
use crate::text::Span;

/// A string as far as the template determines it.
#[derive(Clone, Debug, Default)]
pub struct Pieces<'a> {
    pub parts: Vec<TextPart<'a>>,
}

/// A fixed piece of a string, or an interpolation.
#[derive(Clone, Debug)]
pub enum TextPart<'a> {
    /// Fixed characters, from the template or from a known value.
    Text {
        text: Cow<'a, str>,
        /// Where they are, if they are in the template.
        at: Option<Site<'a>>,
    },
    /// Where a value is inserted.
    Interpolation(Interpolation<'a>),
}

/// An interpolation: where a value is inserted into a string.
#[derive(Clone, Debug)]
pub struct Interpolation<'a> {
    pub at: Site<'a>,
    /// The value; `None` for a branch or a loop.
    pub pipeline: Option<&'a Pipeline>,
    pub shape: Arc<Shape>,
    /// What the value reads, an index into [`super::Model::reads`].
    pub read: Option<usize>,
}

/// Pieces beyond which a string becomes a single interpolation.
const MAX_PARTS: usize = 400;

impl<'a> Pieces<'a> {
    /// Makes pieces of a string in the template.
    #[must_use]
    pub fn text(text: &'a str, at: Site<'a>) -> Pieces<'a> {
        Pieces { parts: vec![TextPart::Text { text: Cow::Borrowed(text), at: Some(at) }] }
    }

    /// Makes pieces of a known value from elsewhere.
    #[must_use]
    pub fn value(text: String) -> Pieces<'a> {
        Pieces { parts: vec![TextPart::Text { text: Cow::Owned(text), at: None }] }
    }

    /// Makes a single interpolation.
    #[must_use]
    pub fn interpolation(interpolation: Interpolation<'a>) -> Pieces<'a> {
        Pieces { parts: vec![TextPart::Interpolation(interpolation)] }
    }

    /// Appends other pieces.
    pub fn append(&mut self, other: &Pieces<'a>) {
        if self.parts.len() + other.parts.len() <= MAX_PARTS {
            self.parts.extend(other.parts.iter().cloned());
        } else if let Some(TextPart::Interpolation(interpolation)) = self
            .parts
            .iter()
            .chain(&other.parts)
            .find(|part| matches!(part, TextPart::Interpolation(_)))
        {
            let interpolation = Interpolation {
                pipeline: None,
                shape: Arc::new(Shape::any()),
                ..interpolation.clone()
            };
            self.parts = vec![TextPart::Interpolation(interpolation)];
        }
    }

    /// Returns the whole string if it has no interpolations.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        let texts = self.parts.iter().map(|part| match part {
            TextPart::Text { text, .. } => Some(&**text),
            TextPart::Interpolation(_) => None,
        });
        texts.collect()
    }

    /// Returns the string with `fill` in place of every interpolation.
    #[must_use]
    pub fn filled(&self, fill: &str) -> String {
        let texts = self.parts.iter().map(|part| match part {
            TextPart::Text { text, .. } => &**text,
            TextPart::Interpolation(_) => fill,
        });
        texts.collect()
    }

    /// Returns the characters before the first interpolation.
    #[must_use]
    pub fn beginning(&self) -> String {
        let known = self.parts.iter().map_while(|part| match part {
            TextPart::Text { text, .. } => Some(&**text),
            TextPart::Interpolation(_) => None,
        });
        known.collect()
    }

    pub fn interpolations(&self) -> impl Iterator<Item = &Interpolation<'a>> {
        self.parts.iter().filter_map(|part| match part {
            TextPart::Interpolation(interpolation) => Some(interpolation),
            TextPart::Text { .. } => None,
        })
    }

    /// Returns the site of the first match; `find` gets each fixed piece and returns a range in it.
    #[must_use]
    pub fn find(&self, find: impl Fn(&str) -> Option<std::ops::Range<usize>>) -> Option<Site<'a>> {
        self.parts.iter().find_map(|part| match part {
            TextPart::Text { text, at: Some(at) } => {
                let range = find(text)?;
                let start = at.span.start as usize;
                Some(at.at(Span::new(start + range.start, start + range.end)))
            }
            _ => None,
        })
    }
}
