//! What to say where strict parsing stumbles: the slips that authors make, each by its name.

use super::cursor::{Cursor, Unexpected};
use super::parser::Parser;
use crate::diagnostic::Severity;
use crate::text::Span;

/// Where the markup stands, for the words of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// An output, or a value.
    Pipeline,
    /// The value of `assign`.
    Assign,
    /// `if`, `unless`, `case`, `when`.
    Condition,
    /// `for`, `tablerow`.
    Loop,
}

impl Parser<'_> {
    /// Says what strict parsing stumbled over; Liquid renders the template all the same.
    pub(super) fn slip(&mut self, place: Place, markup: Span, unexpected: Unexpected) {
        let mut at = unexpected.at;
        // What looked like a range is a condition in parentheses: those are what is wrong.
        if place == Place::Condition && unexpected.expected == "`..`" {
            let before = &self.text[markup.start as usize..at.start as usize];
            if let Some(open) = before.rfind('(') {
                let open = markup.start as usize + open;
                at = Span::new(open, open + 1);
            }
        }
        let found = self.slice(at).to_owned();
        let (code, message, help) = self.slip_words(place, markup, &found, unexpected);
        self.report(Severity::Error, code, at, message).help = Some(help);
    }

    fn slip_words(
        &self,
        place: Place,
        markup: Span,
        found: &str,
        unexpected: Unexpected,
    ) -> (&'static str, String, String) {
        let expected = unexpected.expected;
        let in_brackets = self.inside_brackets(markup, unexpected.at);
        if let Some(quote @ ('‘' | '’' | '“' | '”')) = found.chars().next() {
            return (
                "curly-quote",
                format!("found the curly quote `{quote}`, expected a straight one"),
                "type `'` or `\"`: Liquid does not know curly quotes".to_owned(),
            );
        }
        if expected == "a closing quote" {
            return (
                "unclosed-quote",
                format!("found the quote {found} that is never closed"),
                format!("add {found} where the text ends"),
            );
        }
        match (found.chars().next(), place) {
            (Some('|'), _) if found == "||" => (
                "c-style-operator",
                "found `||`, expected `or`".to_owned(),
                "write `or`".to_owned(),
            ),
            (Some('&'), _) => (
                "c-style-operator",
                format!("found `{found}`, expected `and`"),
                "write `and`".to_owned(),
            ),
            (Some('|'), _) if in_brackets => (
                "filter-in-index",
                "found a filter inside `[ ]`, expected a value alone".to_owned(),
                "assign the filtered value to a variable first, and use that".to_owned(),
            ),
            (Some('|'), Place::Condition) => (
                "filter-in-condition",
                "found a filter in a condition, expected a comparison".to_owned(),
                "assign the filtered value to a variable first; Liquid skips the filter here".to_owned(),
            ),
            (Some('|'), Place::Loop) => (
                "filter-in-loop",
                "found a filter behind the collection of a loop".to_owned(),
                "assign the filtered list to a variable first; Liquid skips the filter here".to_owned(),
            ),
            (Some('='), Place::Condition) if found == "=" => (
                "single-equals",
                "found `=`, expected `==`".to_owned(),
                "write `==` to compare".to_owned(),
            ),
            (Some('a'..='z' | '_'), Place::Condition) if expected.starts_with("an operator") => (
                "unknown-operator",
                format!("found `{found}`, expected {expected}"),
                "use `==`, `!=`, `<`, `>`, `<=`, `>=` or `contains`: any other operator is an error"
                    .to_owned(),
            ),
            (Some('=' | '<' | '>' | '!' | '+' | '*' | '/' | '-'), Place::Assign | Place::Pipeline) => (
                "operator-in-value",
                format!("found the operator `{found}`, expected `|` or the end"),
                "use a filter (`plus`, `minus`, `times`) or `if`; Liquid skips what stands behind the value"
                    .to_owned(),
            ),
            (Some('(' | ')'), Place::Condition) => (
                "parentheses-in-condition",
                format!("found `{found}`: conditions know no parentheses"),
                "nest two `if` tags, or keep a part of it in a variable".to_owned(),
            ),
            (Some('\'' | '"' | '0'..='9'), Place::Pipeline | Place::Assign)
                if self.filter_before(markup, unexpected.at).is_some() =>
            {
                let filter = self.filter_before(markup, unexpected.at).unwrap_or_default();
                let (code, mark) =
                    if filter.contains(':') { ("missing-comma", ",") } else { ("missing-colon", ":") };
                (
                    code,
                    format!("found `{found}`, expected `{mark}` in front of an argument"),
                    "write `filter: first, second`; Liquid leaves the argument out here".to_owned(),
                )
            }
            (Some('{'), _) => (
                "triple-brace",
                format!("found `{found}`, expected {expected}"),
                "write exactly two braces".to_owned(),
            ),
            (Some('$'), _) => (
                "dollar-name",
                format!("found `$`, expected {expected}"),
                "write attributes as `${name}`; `$name` is no Liquid".to_owned(),
            ),
            (Some(c), _) if !c.is_ascii() => (
                "non-ascii-name",
                format!("found `{c}`, expected {expected}"),
                "names have only ASCII letters, digits, `_` and `-`; texts stand in straight quotes".to_owned(),
            ),
            (None, _) => (
                "incomplete-markup",
                format!("found the end, expected {expected}"),
                format!("add {expected}, or remove what leads to it"),
            ),
            _ => (
                "unexpected-markup",
                format!("found `{found}`, expected {expected}"),
                "remove it: Liquid skips what it does not understand".to_owned(),
            ),
        }
    }

    /// The last filter in front of a place, from behind its pipe.
    fn filter_before(&self, markup: Span, at: Span) -> Option<&str> {
        let before = self.slice(Span { start: markup.start, end: at.start.max(markup.start) });
        before.rsplit_once('|').map(|(_, filter)| filter)
    }

    fn inside_brackets(&self, markup: Span, at: Span) -> bool {
        let before =
            Cursor::new(self.text, Span { start: markup.start, end: at.start.max(markup.start) });
        let count = |byte| before.bytes()[before.pos..].iter().filter(|&&b| b == byte).count();
        count(b'[') > count(b']')
    }
}
