//! Messages about unknown and misplaced operators.

use super::cursor::is_word;
use super::parser::Parser;
use super::syntax_error::{ErrorSite, MarkupKind, SyntaxError};
use crate::diagnostic::{Edit, Fix, Safety};
use crate::text::Span;

/// Operators of other languages, and their Liquid equivalents.
const SYMBOLS: &[(&str, &str)] =
    &[("===", "=="), ("!==", "!="), ("=<", "<="), ("=>", ">="), ("=!", "!=")];

/// Words of other languages, and their Liquid equivalents.
const WORDS: &[(&str, &str)] = &[
    ("eq", "=="),
    ("equals", "=="),
    ("is", "=="),
    ("ne", "!="),
    ("neq", "!="),
    ("gt", ">"),
    ("gte", ">="),
    ("lt", "<"),
    ("lte", "<="),
    ("includes", "contains"),
    ("contain", "contains"),
];

const KNOWN: &str =
    "use `==`, `!=`, `<`, `>`, `<=`, `>=`, or `contains`; any other operator is an error";

/// Operators that people put on both sides of a value.
const CHAINED: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

impl Parser<'_> {
    pub(super) fn operator_error(&self, site: ErrorSite<'_>) -> Option<SyntaxError> {
        match site.place {
            MarkupKind::Condition => self.condition_error(site),
            MarkupKind::Assign | MarkupKind::Pipeline => self.operator_in_value(site),
            MarkupKind::Loop => None,
        }
    }

    /// Recognizes operators in an output or after `assign`.
    fn operator_in_value(&self, site: ErrorSite<'_>) -> Option<SyntaxError> {
        let ErrorSite { at, found, .. } = site;
        // The first bar was parsed as a filter's.
        if found == "|" && self.text[..at.start as usize].ends_with('|') {
            let at = Span { start: at.start - 1, ..at };
            let has_filter = self.text[at.end as usize..].trim_start().starts_with("default:");
            let instead = if has_filter { "|" } else { "| default:" };
            let title = format!("replace `||` with `{instead}`");
            let fix = Fix::replace(title, Safety::Unsafe, at, instead);
            let error = SyntaxError::new(
                "c-style-operator",
                at,
                "found `||`, expected `|` or the end",
                "use `| default: value` for a value that may be missing",
            );
            return Some(error.with(Some(fix)));
        }
        if !found.starts_with(['=', '<', '>', '!', '+', '*', '/', '-', '&', '%']) {
            return None;
        }
        Some(SyntaxError::new(
            "operator-in-value",
            at,
            format!("the operator `{found}` doesn't work in a value"),
            "use a filter (`plus`, `minus`, `times`) or `if`; Liquid ignores the rest of the value",
        ))
    }

    fn condition_error(&self, site: ErrorSite<'_>) -> Option<SyntaxError> {
        let ErrorSite { markup, at, found, expected, .. } = site;
        let operator_expected = expected.starts_with("an operator");
        match found.chars().next()? {
            '&' | '|' => {
                let word = if found.starts_with('&') { "and" } else { "or" };
                let message = format!("found `{found}`, expected `{word}`");
                let fix = matches!(found, "&&" | "||").then(|| self.connective(markup, at, word));
                let error =
                    SyntaxError::new("c-style-operator", at, message, format!("use `{word}`"));
                Some(error.with(fix))
            }
            '(' | ')' => {
                let message = "conditions can't contain parentheses";
                let help = "nest two `if` tags, or put part of the condition in a variable";
                let fix = self.without_parentheses(markup);
                Some(SyntaxError::new("parentheses-in-condition", at, message, help).with(fix))
            }
            '=' if found == "=" && operator_expected => {
                let fix = Fix::replace("replace `=` with `==`", Safety::Safe, at, "==");
                let error = SyntaxError::new(
                    "single-equals",
                    at,
                    "found `=`, expected `==`",
                    "use `==` to compare",
                );
                Some(error.with(Some(fix)))
            }
            '=' | '<' | '>' | '!' => self.symbol(site),
            'a'..='z' | 'A'..='Z' | '_' if operator_expected => Some(self.word(site)),
            _ => None,
        }
    }

    /// Recognizes a run of symbols that isn't an operator.
    fn symbol(&self, site: ErrorSite<'_>) -> Option<SyntaxError> {
        let ErrorSite { markup, at, found, expected, .. } = site;
        let bytes = self.text.as_bytes();
        let mut start = at.start as usize;
        while start > markup.start as usize && b"=<>!".contains(&bytes[start - 1]) {
            start -= 1;
        }
        let whole = Span::new(start, at.end as usize);
        let shown = self.slice(whole);
        if let Some((_, meant)) = SYMBOLS.iter().find(|(symbol, _)| *symbol == shown) {
            let message = format!("found `{shown}`, expected `{meant}`");
            let title = format!("replace `{shown}` with `{meant}`");
            let fix = Fix::replace(title, Safety::Safe, whole, *meant);
            let error =
                SyntaxError::new("unknown-operator", whole, message, format!("use `{meant}`"));
            return Some(error.with(Some(fix)));
        }
        if found == "!" && expected == "a value" {
            return Some(negation(at, "!"));
        }
        (expected.starts_with("an operator") || whole != at).then(|| {
            if CHAINED.contains(&shown) {
                let message = format!("a second `{shown}` in one comparison");
                let help = "compare twice, as in `18 <= age and age <= 25`";
                return SyntaxError::new("unknown-operator", whole, message, help);
            }
            let message = format!("Liquid has no `{shown}` operator");
            SyntaxError::new("unknown-operator", whole, message, KNOWN)
        })
    }

    /// Recognizes a word where an operator is expected.
    fn word(&self, site: ErrorSite<'_>) -> SyntaxError {
        let ErrorSite { markup, at, found, expected, .. } = site;
        let before = self.text[markup.start as usize..at.start as usize].trim_end();
        let ends_with_not = before.strip_suffix("not").is_some_and(|rest| {
            !rest.bytes().next_back().is_some_and(|b| is_word(b) || b == b'.' || b == b'-')
        });
        if ends_with_not {
            let end = markup.start as usize + before.len();
            return negation(Span::new(end - 3, end), "not");
        }
        if found == "not" {
            return negation(at, "not");
        }
        let lower = found.to_ascii_lowercase();
        let rest = &self.text[at.end as usize..markup.end as usize];
        if lower == "is" && rest.trim_start().starts_with("not ") {
            let length = rest.len() - rest.trim_start().len() + 3;
            let at = Span::new(at.start as usize, at.end as usize + length);
            let shown = self.slice(at);
            let title = format!("replace `{shown}` with `!=`");
            let fix = Fix::replace(title, Safety::Unsafe, at, "!=");
            let message = format!("found `{shown}`, expected `!=`");
            return SyntaxError::new("unknown-operator", at, message, KNOWN).with(Some(fix));
        }
        let meant = WORDS.iter().find(|(word, _)| *word == lower).map(|(_, meant)| *meant);
        let message = match meant {
            Some(meant) => format!("found `{found}`, expected `{meant}`"),
            None => format!("found `{found}`, expected {expected}"),
        };
        let fix = match (meant, &*lower) {
            (Some(meant), _) => {
                let title = format!("replace `{found}` with `{meant}`");
                Some(Fix::replace(title, Safety::Unsafe, at, meant))
            }
            (None, "and" | "or") => Some(self.connective(markup, at, &lower)),
            (None, "contains") => {
                let title = format!("replace `{found}` with `contains`");
                Some(Fix::replace(title, Safety::Safe, at, "contains"))
            }
            _ => None,
        };
        SyntaxError::new("unknown-operator", at, message, KNOWN).with(fix)
    }

    /// Replaces another spelling of a connective. If a condition mixes `and` and `or`, Liquid may
    /// group them differently than the author intends.
    fn connective(&self, markup: Span, at: Span, word: &str) -> Fix {
        let text = self.inner(markup).to_ascii_lowercase();
        let has = |signs: &str, name: &str| {
            text.contains(signs) || text.split(|c: char| !c.is_alphanumeric()).any(|w| w == name)
        };
        let mixed = has("&&", "and") && has("||", "or");
        let bytes = self.text.as_bytes();
        let touches = |at: usize| bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace());
        let mut text = word.to_owned();
        if touches((at.start as usize).wrapping_sub(1)) {
            text.insert(0, ' ');
        }
        if touches(at.end as usize) {
            text.push(' ');
        }
        let safety = if mixed { Safety::Unsafe } else { Safety::Safe };
        Fix::replace(format!("replace `{}` with `{word}`", self.slice(at)), safety, at, text)
    }

    /// Removes the single pair of parentheses around a condition.
    fn without_parentheses(&self, markup: Span) -> Option<Fix> {
        let text = self.inner(markup);
        let inner = text.strip_prefix('(')?.strip_suffix(')')?;
        if inner.contains(['(', ')']) {
            return None;
        }
        let space = self.slice(markup).len() - self.slice(markup).trim_start().len();
        let start = markup.start as usize + space;
        let end = start + text.len();
        let edit = |at: usize| Edit { span: Span::new(at, at + 1), text: String::new() };
        Some(Fix {
            title: "remove the parentheses".to_owned(),
            safety: Safety::Safe,
            edits: vec![edit(start), edit(end - 1)],
        })
    }
}

fn negation(at: Span, word: &str) -> SyntaxError {
    let message = format!("Liquid has no `{word}` operator");
    let help = "use `unless`, or compare with `!= true`";
    SyntaxError::new("unknown-operator", at, message, help)
}
