//! Values, paths, and pipelines, as parsed by Liquid's strict parser. What it rejects is parsed
//! again by `lax`.

use std::sync::Arc;

use num_bigint::BigInt;

use super::ast::{Argument, Attribute, Expr, ExprKind, FilterCall, Path, Pipeline, Root, Segment};
use super::cursor::{Cursor, Unexpected, trimmed};
use super::parser::Parser;
use crate::text::Span;

type Strict<T> = Result<T, Unexpected>;

impl<'s> Parser<'s> {
    /// Parses a pipeline up to the end of the markup, `subject | filter: argument, …`.
    pub(super) fn whole_pipeline(&mut self, span: Span) -> Strict<Pipeline> {
        let mut cursor = Cursor::new(self.text, span);
        if cursor.at_end() {
            let subject = Expr { span: Span::empty(cursor.pos), kind: ExprKind::Missing };
            return Ok(Pipeline { span: subject.span, subject, filters: Vec::new() });
        }
        let pipeline = self.strict_pipeline(&mut cursor)?;
        if !cursor.at_end() {
            return Err(cursor.unexpected("`|` or the end"));
        }
        Ok(pipeline)
    }

    pub(super) fn strict_pipeline(&mut self, cursor: &mut Cursor<'s>) -> Strict<Pipeline> {
        let subject = self.strict_expression(cursor)?;
        let start = subject.span;
        let mut end = subject.span;
        let mut filters = Vec::new();
        while cursor.eat(b'|') {
            let call = self.strict_filter(cursor)?;
            end = call.span;
            filters.push(call);
        }
        Ok(Pipeline { span: start.to(end), subject, filters })
    }

    fn strict_filter(&mut self, cursor: &mut Cursor<'s>) -> Strict<FilterCall> {
        let Some(name) = cursor.identifier() else {
            return Err(cursor.unexpected("a filter name"));
        };
        let mut arguments: Vec<Argument> = Vec::new();
        let mut end = name;
        if cursor.eat(b':') {
            // Most have one, and an argument is large.
            arguments.reserve_exact(1);
            loop {
                let argument = self.strict_argument(cursor)?;
                end = argument.span;
                arguments.push(argument);
                if !cursor.eat(b',') {
                    break;
                }
            }
        }
        Ok(self.filter_call(name.to(end), name, arguments))
    }

    pub(super) fn filter_call(
        &mut self,
        span: Span,
        name: Span,
        arguments: Vec<Argument>,
    ) -> FilterCall {
        let filter = self.known_filter(name);
        let named = arguments.iter().filter(|argument| argument.name.is_some()).count();
        let fits =
            filter.is_none_or(|id| self.grammar.takes(id, arguments.len() - named, named > 0));
        FilterCall { span, name, filter, arguments, fits }
    }

    fn strict_argument(&mut self, cursor: &mut Cursor<'s>) -> Strict<Argument> {
        let before = *cursor;
        if let Some(name) = cursor.identifier()
            && cursor.eat(b':')
        {
            let value = self.strict_expression(cursor)?;
            return Ok(Argument { span: name.to(value.span), name: Some(name), value });
        }
        *cursor = before;
        let value = self.strict_expression(cursor)?;
        Ok(Argument { span: value.span, name: None, value })
    }

    /// Parses a value: a literal, a path, a range, or `{{ … }}`.
    pub(super) fn strict_expression(&mut self, cursor: &mut Cursor<'s>) -> Strict<Expr> {
        cursor.skip_space();
        let start = cursor.pos;
        match cursor.peek() {
            Some(quote @ (b'\'' | b'"')) => self.strict_text(cursor, quote),
            Some(b'0'..=b'9') => match cursor.digit_identifier() {
                Some(name) => self.strict_path(cursor, start, Root::Name(name)),
                None => Ok(self.number(cursor)),
            },
            Some(b'-') if cursor.peek_at(1).is_some_and(|b| b.is_ascii_digit()) => {
                Ok(self.number(cursor))
            }
            Some(b'(') => self.nested(start, |parser| parser.strict_range(cursor)),
            Some(b'[') => {
                let root = self.nested(start, |parser| {
                    cursor.pos += 1;
                    let inner = parser.strict_expression(cursor)?;
                    cursor.expect(b']', "`]`")?;
                    Ok(inner)
                })?;
                self.strict_path(cursor, start, Root::Index(Box::new(root)))
            }
            Some(b'{') if cursor.starts_with("{{") => {
                let pipeline = self.nested(start, |parser| parser.strict_nested(cursor))?;
                let span = Span::new(start, cursor.pos);
                Ok(Expr { span, kind: ExprKind::Nested(Box::new(pipeline)) })
            }
            Some(b'$') if cursor.starts_with("${") => {
                let attribute = self.attribute(cursor, None, start)?;
                self.strict_path(cursor, start, Root::Attribute(attribute))
            }
            _ => self.strict_word(cursor),
        }
    }

    fn strict_text(&mut self, cursor: &mut Cursor<'s>, quote: u8) -> Strict<Expr> {
        let start = cursor.pos;
        let rest = &cursor.bytes()[start + 1..];
        let Some(length) = memchr::memchr(quote, rest) else {
            return Err(Unexpected {
                at: Span::new(start, start + 1),
                expected: "a closing quote",
            });
        };
        cursor.pos = start + length + 2;
        let kind = ExprKind::Str(Span::new(start + 1, start + 1 + length));
        Ok(Expr { span: Span::new(start, cursor.pos), kind })
    }

    pub(super) fn number(&mut self, cursor: &mut Cursor<'s>) -> Expr {
        let start = cursor.pos;
        cursor.pos += usize::from(cursor.peek() == Some(b'-'));
        let digits = |cursor: &mut Cursor<'s>| {
            while cursor.peek().is_some_and(|b| b.is_ascii_digit()) {
                cursor.pos += 1;
            }
        };
        digits(cursor);
        let mut whole = true;
        if cursor.peek() == Some(b'.') && cursor.peek_at(1).is_some_and(|b| b.is_ascii_digit()) {
            whole = false;
            cursor.pos += 1;
            digits(cursor);
        }
        let span = Span::new(start, cursor.pos);
        Expr { span, kind: number_kind(&self.text[span.range()], whole) }
    }

    fn strict_range(&mut self, cursor: &mut Cursor<'s>) -> Strict<Expr> {
        let start = cursor.pos;
        cursor.pos += 1;
        let first = self.strict_expression(cursor)?;
        cursor.skip_space();
        if !cursor.starts_with("..") {
            return Err(cursor.unexpected("`..`"));
        }
        cursor.pos += 2;
        let last = self.strict_expression(cursor)?;
        cursor.expect(b')', "`)`")?;
        let span = Span::new(start, cursor.pos);
        Ok(Expr { span, kind: ExprKind::Range(Box::new((first, last))) })
    }

    fn strict_nested(&mut self, cursor: &mut Cursor<'s>) -> Strict<Pipeline> {
        cursor.pos += 2;
        cursor.pos += usize::from(cursor.peek() == Some(b'-'));
        let pipeline = self.strict_pipeline(cursor)?;
        cursor.skip_space();
        if cursor.peek() == Some(b'-') && cursor.bytes()[cursor.pos + 1..].starts_with(b"}}") {
            cursor.pos += 1;
        }
        if !cursor.starts_with("}}") {
            return Err(cursor.unexpected("`}}`"));
        }
        cursor.pos += 2;
        Ok(pipeline)
    }

    fn strict_word(&mut self, cursor: &mut Cursor<'s>) -> Strict<Expr> {
        let Some(name) = cursor.identifier() else {
            return Err(cursor.unexpected("a value"));
        };
        let start = name.start as usize;
        if cursor.peek() == Some(b'.') && cursor.bytes()[cursor.pos + 1..].starts_with(b"${") {
            cursor.pos += 1;
            let attribute = self.attribute(cursor, Some(name), start)?;
            return self.strict_path(cursor, start, Root::Attribute(attribute));
        }
        let expr = self.strict_path(cursor, start, Root::Name(name))?;
        if expr.span == name
            && let Some(kind) = literal(&self.text[name.range()])
        {
            return Ok(Expr { span: name, kind });
        }
        Ok(expr)
    }

    fn strict_path(&mut self, cursor: &mut Cursor<'s>, start: usize, root: Root) -> Strict<Expr> {
        let mut segments = Vec::new();
        let mut end = cursor.pos;
        loop {
            let before = *cursor;
            cursor.skip_space();
            match cursor.peek() {
                Some(b'.') if cursor.peek_at(1) != Some(b'.') => {
                    cursor.pos += 1;
                    cursor.skip_space();
                    if cursor.starts_with("${") {
                        let at = cursor.pos;
                        let attribute = self.attribute(cursor, None, at)?;
                        segments.push(Segment::Attribute {
                            span: attribute.span,
                            name: attribute.name,
                        });
                    } else if let Some(name) = cursor.identifier() {
                        segments.push(Segment::Field(name));
                    } else {
                        return Err(cursor.unexpected("a field name"));
                    }
                }
                Some(b'[') => {
                    let open = cursor.pos;
                    let expr = self.nested(open, |parser| {
                        cursor.pos += 1;
                        let expr = parser.strict_expression(cursor)?;
                        cursor.expect(b']', "`]`")?;
                        Ok(Box::new(expr))
                    })?;
                    segments.push(Segment::Index { span: Span::new(open, cursor.pos), expr });
                }
                _ => {
                    *cursor = before;
                    break;
                }
            }
            end = cursor.pos;
        }
        let kind = ExprKind::Path(Path::new(root, segments));
        Ok(Expr { span: Span::new(start, end), kind })
    }

    /// Parses `${name}` at the cursor; `start` is where the family starts.
    pub(super) fn attribute(
        &mut self,
        cursor: &mut Cursor<'s>,
        family: Option<Span>,
        start: usize,
    ) -> Strict<Attribute> {
        let dollar = cursor.pos;
        let rest = &cursor.bytes()[dollar + 2..];
        let close = rest.iter().position(|&b| matches!(b, b'}' | b'{'));
        let Some(length) = close.filter(|&length| rest[length] == b'}') else {
            return Err(Unexpected {
                at: Span::new(dollar, dollar + 2),
                expected: "a closing `}` for `${`",
            });
        };
        let name = trimmed(self.text, Span::new(dollar + 2, dollar + 2 + length));
        if name.is_empty() {
            let at = Span::new(dollar, dollar + 3 + length);
            return Err(Unexpected { at, expected: "a name between the braces" });
        }
        cursor.pos = dollar + 3 + length;
        let id = self.known_family(family);
        Ok(Attribute { span: Span::new(start, cursor.pos), family, id, name })
    }

    /// Parses one level deeper; fails at the limit instead of overflowing the stack.
    pub(super) fn nested<T>(
        &mut self,
        at: usize,
        read: impl FnOnce(&mut Self) -> Strict<T>,
    ) -> Strict<T> {
        if self.nesting >= self.max_nesting() {
            self.too_deep(Span::new(at, at + 1));
            return Err(Unexpected {
                at: Span::new(at, at + 1),
                expected: "at most 100 levels of nesting",
            });
        }
        self.nesting += 1;
        let result = read(self);
        self.nesting -= 1;
        result
    }
}

pub(super) fn literal(word: &str) -> Option<ExprKind> {
    Some(match word {
        "nil" | "null" => ExprKind::Nil,
        "true" => ExprKind::Bool(true),
        "false" => ExprKind::Bool(false),
        "blank" => ExprKind::Blank,
        "empty" => ExprKind::Empty,
        _ => return None,
    })
}

/// Longer integers are parsed as floats, because parsing digits is quadratic.
const MAX_DIGITS: usize = 10_000;

pub(super) fn number_kind(text: &str, whole: bool) -> ExprKind {
    if whole {
        if let Ok(narrow) = text.parse() {
            return ExprKind::Int(narrow);
        }
        if text.len() <= MAX_DIGITS
            && let Ok(big) = text.parse::<BigInt>()
        {
            return ExprKind::Big(Arc::new(big));
        }
    }
    ExprKind::Float(text.parse().unwrap_or(0.0))
}
