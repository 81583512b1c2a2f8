use std::borrow::Cow;
use std::sync::Arc;

use super::model::Site;
use crate::shape::Shape;
use crate::syntax::ast::Pipeline;
use crate::text::Span;

/// A text as far as the template fixes it.
#[derive(Clone, Debug, Default)]
pub struct Pieces<'a> {
    /// The pieces in order.
    pub parts: Vec<Part<'a>>,
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum Part<'a> {
    /// Characters as they stand, in the template or in a value that is known.
    Text {
        /// The characters.
        text: Cow<'a, str>,
        /// Where they stand, if they stand in the template.
        at: Option<Site<'a>>,
    },
    /// Where a value comes in.
    Hole(Hole<'a>),
}

/// A place in a text where a value comes in.
#[derive(Clone, Debug)]
pub struct Hole<'a> {
    /// The characters of the value, braces included where it has them.
    pub at: Site<'a>,
    /// The value; none where a branch or a loop stands.
    pub pipeline: Option<&'a Pipeline>,
    /// What it may be.
    pub shape: Arc<Shape>,
    /// What its value reads, in [`super::Model::reads`].
    pub read: Option<usize>,
}

/// Pieces beyond which a text is not kept: it is a hole as a whole.
const MOST_PARTS: usize = 400;

impl<'a> Pieces<'a> {
    /// A text that stands in the template.
    #[must_use]
    pub fn text(text: &'a str, at: Site<'a>) -> Pieces<'a> {
        Pieces { parts: vec![Part::Text { text: Cow::Borrowed(text), at: Some(at) }] }
    }

    /// A value that is known and stands elsewhere.
    #[must_use]
    pub fn value(text: String) -> Pieces<'a> {
        Pieces { parts: vec![Part::Text { text: Cow::Owned(text), at: None }] }
    }

    /// A hole alone.
    #[must_use]
    pub fn hole(hole: Hole<'a>) -> Pieces<'a> {
        Pieces { parts: vec![Part::Hole(hole)] }
    }

    /// Both, one behind the other.
    pub fn append(&mut self, other: &Pieces<'a>) {
        if self.parts.len() + other.parts.len() <= MOST_PARTS {
            self.parts.extend(other.parts.iter().cloned());
        } else if let Some(Part::Hole(hole)) =
            self.parts.iter().chain(&other.parts).find(|part| matches!(part, Part::Hole(_)))
        {
            let hole = Hole { pipeline: None, shape: Arc::new(Shape::any()), ..hole.clone() };
            self.parts = vec![Part::Hole(hole)];
        }
    }

    /// The whole text, where it has no hole.
    #[must_use]
    pub fn as_text(&self) -> Option<String> {
        let texts = self.parts.iter().map(|part| match part {
            Part::Text { text, .. } => Some(&**text),
            Part::Hole(_) => None,
        });
        texts.collect()
    }

    /// The text with `fill` in the place of every hole.
    #[must_use]
    pub fn filled(&self, fill: &str) -> String {
        let texts = self.parts.iter().map(|part| match part {
            Part::Text { text, .. } => &**text,
            Part::Hole(_) => fill,
        });
        texts.collect()
    }

    /// The characters that it begins with, up to the first hole.
    #[must_use]
    pub fn beginning(&self) -> String {
        let known = self.parts.iter().map_while(|part| match part {
            Part::Text { text, .. } => Some(&**text),
            Part::Hole(_) => None,
        });
        known.collect()
    }

    /// The holes.
    pub fn holes(&self) -> impl Iterator<Item = &Hole<'a>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole(hole) => Some(hole),
            Part::Text { .. } => None,
        })
    }

    /// Where the first characters that satisfy `find` stand in the template: `find` is given each
    /// fixed piece and answers with a range in it.
    #[must_use]
    pub fn find(&self, find: impl Fn(&str) -> Option<std::ops::Range<usize>>) -> Option<Site<'a>> {
        self.parts.iter().find_map(|part| match part {
            Part::Text { text, at: Some(at) } => {
                let range = find(text)?;
                let start = at.span.start as usize;
                Some(at.at(Span::new(start + range.start, start + range.end)))
            }
            _ => None,
        })
    }
}
