//! Messages for errors of the strict parser: each mistake that authors make has its own.

use super::cursor::{Cursor, Unexpected, is_space, is_word, trimmed};
use super::parser::Parser;
use crate::diagnostic::{Fix, Safety, Severity};
use crate::text::Span;

/// The kind of markup, for the wording of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MarkupKind {
    /// An output or another value.
    Pipeline,
    /// The value of `assign`.
    Assign,
    /// `if`, `unless`, `case`, `when`.
    Condition,
    /// `for`, `tablerow`.
    Loop,
}

/// The message about a mistake.
pub(super) struct SyntaxError {
    pub code: &'static str,
    pub at: Span,
    pub message: String,
    pub help: String,
    pub fix: Option<Fix>,
}

impl SyntaxError {
    pub fn new(
        code: &'static str,
        at: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> SyntaxError {
        SyntaxError { code, at, message: message.into(), help: help.into(), fix: None }
    }

    pub fn with(self, fix: Option<Fix>) -> SyntaxError {
        SyntaxError { fix, ..self }
    }
}

/// Where the strict parser failed, and on what.
#[derive(Clone, Copy)]
pub(super) struct ErrorSite<'s> {
    pub place: MarkupKind,
    pub markup: Span,
    /// What was found.
    pub at: Span,
    pub found: &'s str,
    /// What was expected.
    pub expected: &'static str,
}

impl<'s> Parser<'s> {
    /// Reports a syntax error; Liquid renders the template anyway. Returns whether the words in the
    /// markup are still the author's.
    pub(super) fn report_syntax_error(
        &mut self,
        place: MarkupKind,
        markup: Span,
        unexpected: Unexpected,
    ) -> bool {
        let mut at = unexpected.at;
        // What looked like a range is a condition in parentheses, which are the mistake.
        if place == MarkupKind::Condition && unexpected.expected == "`..`" {
            let before = &self.text[markup.start as usize..at.start as usize];
            if let Some(open) = before.rfind('(') {
                let open = markup.start as usize + open;
                at = Span::new(open, open + 1);
            }
        }
        let found = &self.text[at.range()];
        let site = ErrorSite { place, markup, at, found, expected: unexpected.expected };
        let garbled = self.editor_error(site);
        let mut whole = garbled.is_none();
        let error = garbled
            .or_else(|| self.key_error(site))
            .or_else(|| self.filter_error(site))
            .or_else(|| self.operator_error(site))
            .unwrap_or_else(|| self.other_error(site));
        // The lax parser takes `a || b` for a filter `b`.
        whole &= error.code != "c-style-operator";
        let diagnostic = self.report(Severity::Error, error.code, error.at, error.message);
        diagnostic.help = Some(error.help);
        diagnostic.fix = error.fix;
        whole
    }

    /// Recognizes characters inserted by word processors and HTML editors.
    fn editor_error(&self, site: ErrorSite<'_>) -> Option<SyntaxError> {
        let ErrorSite { markup, at, found, expected, .. } = site;
        let first = found.chars().next()?;
        if matches!(first, '‘' | '’' | '“' | '”') {
            let message = format!("found the curly quote `{first}`, expected a straight quote");
            let help = "use `'` or `\"`; Liquid doesn't recognize curly quotes";
            let fix = self.straight_quotes(markup, at);
            return Some(SyntaxError::new("curly-quote", at, message, help).with(fix));
        }
        if expected == "a closing quote" {
            if let Some(error) = self.curly_end(markup, at) {
                return Some(error);
            }
            let message = format!("this string has no closing `{found}`");
            let string = self.slice(Span { start: at.start, end: markup.end });
            let help = match string.contains("{{") {
                true => "a string can't contain `}}`, which ends the output; join strings with `append`, as in \
                         `{{ 'Hello ' | append: name }}`"
                    .to_owned(),
                false => format!("add `{found}` where the string ends"),
            };
            return Some(SyntaxError::new("unclosed-quote", at, message, help));
        }
        let begins = self.slice(Span { start: markup.start, end: at.start }).trim().is_empty();
        if begins && site.place == MarkupKind::Pipeline && matches!(first, '#' | '/' | '^') {
            let message = format!("found `{found}`, expected {expected}");
            let help =
                "write `{% if … %}` or `{% for … %}`, and its end; `{{#` and `{{/` are Handlebars";
            return Some(SyntaxError::new("unexpected-markup", at, message, help));
        }
        if expected == "`]`" && first == ',' {
            let message = format!("found `{found}`, expected {expected}");
            let help =
                "write `{% assign list = 'a,b' | split: ',' %}`; Liquid has no lists in brackets";
            return Some(SyntaxError::new("unexpected-markup", at, message, help));
        }
        if let Some(name) = invisible(first) {
            let message = format!(
                "found {name} (U+{:04X}), which Liquid doesn't treat as whitespace",
                first as u32
            );
            let help = "replace it with a plain space; it was likely pasted from elsewhere";
            let fix = self.plain_spaces(markup);
            return Some(SyntaxError::new("invisible-character", at, message, help).with(fix));
        }
        let rest = self.slice(Span { start: at.start, end: markup.end });
        let (entity, meant) = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity))?;
        let at = Span::new(at.start as usize, at.start as usize + entity.len());
        let message = format!("found `{entity}`, expected `{meant}`");
        let help = format!("write `{meant}`; an editor turned it into HTML");
        let title = format!("replace `{entity}` with `{meant}`");
        let mut fix = Fix::replace(title, Safety::Safe, at, *meant);
        // Replacing a single quote would turn what follows into a string.
        if matches!(*meant, "'" | "\"")
            && let Some(length) = rest[entity.len()..].find(entity)
        {
            let start = at.end as usize + length;
            let span = Span::new(start, start + entity.len());
            fix.edits.push(crate::diagnostic::Edit { span, text: (*meant).to_owned() });
        }
        Some(SyntaxError::new("html-entity", at, message, help).with(Some(fix)))
    }

    /// Recognizes a key after a dot that starts with a digit.
    fn key_error(&self, site: ErrorSite<'_>) -> Option<SyntaxError> {
        let ErrorSite { markup, at, found, expected, .. } = site;
        let digit = found.starts_with(|c: char| c.is_ascii_digit());
        if expected != "a field name" || !digit {
            return None;
        }
        let bytes = &self.text.as_bytes()[..markup.end as usize];
        let start = at.start as usize;
        let length = bytes[start..].iter().take_while(|&&b| is_word(b) || b == b'-').count();
        let key = Span::new(start, start + length);
        let word = self.slice(key);
        let dot = bytes[..start].iter().rposition(|&b| b == b'.')?;
        let whole = Span::new(dot, start + length);
        let is_index = word.bytes().all(|b| b.is_ascii_digit());
        let (bracketed, safety) = if is_index {
            // Liquid looks for a field with that name; a list has none.
            (format!("[{word}]"), Safety::Unsafe)
        } else {
            (format!("['{word}']"), Safety::Safe)
        };
        let message = format!("keys that start with a digit need brackets: `{bracketed}`");
        let help = format!("replace `.{word}` with `{bracketed}`");
        let fix = Fix::replace(help.clone(), safety, whole, bracketed);
        Some(SyntaxError::new("key-needs-brackets", key, message, help).with(Some(fix)))
    }

    /// Recognizes filters where they aren't allowed, and mistakes in their arguments.
    fn filter_error(&self, site: ErrorSite<'_>) -> Option<SyntaxError> {
        let ErrorSite { place, markup, at, found, .. } = site;
        if found == "||" || !found.starts_with('|') {
            return self.argument_error(site);
        }
        let (code, message, help) = if self.inside_brackets(markup, at) {
            (
                "filter-in-index",
                "filters don't work inside `[ ]`",
                "assign the filtered value to a variable first, and use the variable here",
            )
        } else {
            match place {
                MarkupKind::Condition => (
                    "filter-in-condition",
                    "filters don't work in conditions",
                    "assign the filtered value to a variable first; Liquid ignores the filter here",
                ),
                MarkupKind::Loop => (
                    "filter-in-loop",
                    "filters don't work in `for … in`",
                    "assign the filtered list to a variable first; Liquid ignores the filter here",
                ),
                MarkupKind::Pipeline | MarkupKind::Assign => return None,
            }
        };
        Some(SyntaxError::new(code, at, message, help))
    }

    fn argument_error(&self, site: ErrorSite<'_>) -> Option<SyntaxError> {
        let ErrorSite { place, markup, at, found, .. } = site;
        let first = found.chars().next()?;
        let rest = self.slice(Span { start: at.start, end: markup.end });
        if first == '(' {
            return self.parentheses_error(site, rest);
        }
        let is_value = matches!(first, '\'' | '"')
            || first.is_ascii_alphanumeric()
            || rest.starts_with("${")
            || rest.starts_with("{{");
        if !is_value || !matches!(place, MarkupKind::Pipeline | MarkupKind::Assign) {
            return None;
        }
        let before = self.slice(Span { start: markup.start, end: at.start });
        let (_, filter) = before.rsplit_once('|')?;
        let length = match first {
            '\'' | '"' => rest[1..].find(first).map(|length| length + 2),
            '$' => rest.find('}').map(|length| length + 1),
            '{' => rest.find("}}").map(|length| length + 2),
            _ => None,
        };
        // The argument is the whole value.
        let at =
            length.map_or(at, |length| Span::new(at.start as usize, at.start as usize + length));
        let name = filter.split(':').next().unwrap_or_default().trim();
        let (code, mark) =
            if filter.contains(':') { ("missing-comma", ",") } else { ("missing-colon", ":") };
        if name.is_empty() || !name.bytes().all(is_word) {
            return None;
        }
        let found = self.slice(at);
        let message = format!("missing `{mark}` before the argument `{found}`");
        let help = "write `filter: first, second`; Liquid ignores the argument here";
        let given = filter.split_once(':').map_or(0, |(_, arguments)| count(arguments));
        let end = markup.start as usize + before.trim_end().len();
        let fix = match self.grammar.filter(name) {
            // It takes no more arguments, so something else is meant.
            Some(id) if given >= self.grammar.most_arguments(id) => return None,
            Some(_) => {
                let title = format!("add `{mark}`");
                Some(Fix::replace(title, Safety::Safe, Span::empty(end), mark))
            }
            None => None,
        };
        Some(SyntaxError::new(code, at, message, help).with(fix))
    }

    /// Recognizes `| default('x')`: parentheses around arguments, as in other template languages.
    fn parentheses_error(&self, site: ErrorSite<'_>, rest: &str) -> Option<SyntaxError> {
        let ErrorSite { markup, at, .. } = site;
        let before = self.slice(Span { start: markup.start, end: at.start });
        let (_, name) = before.rsplit_once('|')?;
        let name = name.trim();
        self.grammar.filter(name)?;
        let close = rest.find(')')?;
        let whole = Span::new(at.start as usize, at.start as usize + close + 1);
        let arguments = rest[1..close].trim();
        let message = format!("found `{}`, expected `:` before the arguments", self.slice(whole));
        let written = format!(": {arguments}");
        let title = format!("write `{name}{written}`");
        let fix = Fix::replace(title.clone(), Safety::Unsafe, whole, written);
        Some(SyntaxError::new("missing-colon", whole, message, title).with(Some(fix)))
    }

    fn other_error(&self, site: ErrorSite<'_>) -> SyntaxError {
        let ErrorSite { at, found, expected, .. } = site;
        let behind = &self.text[at.start as usize..];
        let message = format!("found `{found}`, expected {expected}");
        match found.chars().next() {
            Some('{') if self.text[..at.start as usize].ends_with("{{") => {
                SyntaxError::new("triple-brace", at, message, "use exactly two braces")
                    .with(self.two_braces(site))
            }
            Some('{') => SyntaxError::new(
                "unexpected-markup",
                at,
                message,
                "write the variable's name alone, or in two braces",
            ),
            Some('$') if behind[1..].starts_with(|c: char| is_name_start(c)) => {
                let length = behind[1..].bytes().take_while(|&b| is_word(b)).count();
                let at = Span::new(at.start as usize, at.start as usize + 1 + length);
                let name = self.slice(at);
                SyntaxError::new(
                    "dollar-name",
                    at,
                    format!("found `{name}`, expected {expected}"),
                    format!("write attributes as `${{name}}`; `{name}` isn't Liquid"),
                )
            }
            Some('$')
                if !behind.starts_with("${")
                    || expected.contains("brace")
                    || expected.contains("closing") =>
            {
                SyntaxError::new("dollar-name", at, message, "write attributes as `${name}`")
            }
            Some(c) if !c.is_ascii() => SyntaxError::new(
                "non-ascii-name",
                at,
                message,
                "use ASCII letters, digits, `_`, and `-` in names; put strings in straight quotes",
            ),
            None => SyntaxError::new(
                "incomplete-markup",
                at,
                format!("found the end, expected {expected}"),
                format!("add {expected}, or remove the unfinished part"),
            ),
            Some('.') if site.place == MarkupKind::Loop && behind.starts_with("..") => {
                let message = format!("found `..`, expected {expected}");
                let at = Span::new(at.start as usize, at.start as usize + 2);
                let help = "put the range in parentheses: `(1..3)`";
                SyntaxError::new("unexpected-markup", at, message, help)
            }
            _ => {
                let found = &self.text[at.range()];
                let help = match found {
                    "limit" | "offset" | "cols" => format!("write `{found}: 3`, with a colon"),
                    "and" if expected.starts_with("`,`, `or`") => {
                        "write `,` or `or` between the values".to_owned()
                    }
                    _ => "remove it; Liquid ignores what it doesn't understand".to_owned(),
                };
                SyntaxError::new("unexpected-markup", at, message, help)
            }
        }
    }

    fn inside_brackets(&self, markup: Span, at: Span) -> bool {
        let before =
            Cursor::new(self.text, Span { start: markup.start, end: at.start.max(markup.start) });
        let count = |byte| before.bytes()[before.pos..].iter().filter(|&&b| b == byte).count();
        count(b'[') > count(b']')
    }

    /// Returns the markup without surrounding white space.
    pub(super) fn inner(&self, markup: Span) -> &'s str {
        &self.text[trimmed(self.text, markup).range()]
    }
}

/// HTML entities that editors write for special characters.
const ENTITIES: &[(&str, &str)] = &[
    ("&amp;&amp;", "and"),
    ("&gt;", ">"),
    ("&lt;", "<"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&apos;", "'"),
    ("&#39;", "'"),
    ("&#039;", "'"),
    ("&nbsp;", " "),
];

/// Returns the name of a character that is invisible or looks like a space.
pub(super) fn invisible(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{a0}' | '\u{202f}' => "a no-break space",
        '\u{2000}'..='\u{200a}' | '\u{205f}' | '\u{3000}' => "a wide or thin space",
        '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}' => "a zero-width character",
        '\u{2028}' | '\u{2029}' | '\u{85}' => "an unusual line break",
        _ => return None,
    })
}

pub(super) fn is_wide(c: char) -> bool {
    !matches!(c, '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

/// Counts the arguments in a list, by commas outside quotes.
fn count(arguments: &str) -> usize {
    let mut quote = None;
    let mut found = usize::from(!arguments.bytes().all(is_space));
    for byte in arguments.bytes() {
        match (byte, quote) {
            (b'\'' | b'"', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            (b',', None) => found += 1,
            _ => {}
        }
    }
    found
}
