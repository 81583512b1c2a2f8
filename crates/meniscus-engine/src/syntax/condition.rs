//! Parses `a == b and c` strictly.

use super::ast::{Comparison, Condition, Connective, Operator};
use super::cursor::{Cursor, Unexpected, is_space};
use super::parser::Parser;
use crate::text::Span;

impl<'s> Parser<'s> {
    pub(super) fn strict_condition(&mut self, span: Span) -> Result<Condition, Unexpected> {
        let mut cursor = Cursor::new(self.text, span);
        let mut comparisons = vec![self.strict_comparison(&mut cursor)?];
        let mut connectives = Vec::new();
        loop {
            if cursor.keyword("and").is_some() {
                connectives.push(Connective::And);
            } else if cursor.keyword("or").is_some() {
                connectives.push(Connective::Or);
            } else {
                break;
            }
            comparisons.push(self.strict_comparison(&mut cursor)?);
        }
        if !cursor.at_end() {
            return Err(cursor.unexpected("an operator, `and`, `or`, or the end"));
        }
        Ok(Condition { span, comparisons, connectives })
    }

    fn strict_comparison(&mut self, cursor: &mut Cursor<'s>) -> Result<Comparison, Unexpected> {
        let left = self.strict_expression(cursor)?;
        cursor.skip_space();
        let Some((operator, length)) = operator(&cursor.bytes()[cursor.pos..]) else {
            return Ok(Comparison { span: left.span, left, rest: None });
        };
        let at = Span::new(cursor.pos, cursor.pos + length);
        cursor.pos += length;
        let right = self.strict_expression(cursor)?;
        Ok(Comparison { span: left.span.to(right.span), left, rest: Some((operator, at, right)) })
    }
}

/// Returns the operator at the start of `bytes`, and its length.
fn operator(bytes: &[u8]) -> Option<(Operator, usize)> {
    Some(match bytes {
        [b'=', b'=', ..] => (Operator::Equal, 2),
        [b'!', b'=', ..] | [b'<', b'>', ..] => (Operator::NotEqual, 2),
        [b'<', b'=', ..] => (Operator::LessOrEqual, 2),
        [b'>', b'=', ..] => (Operator::GreaterOrEqual, 2),
        [b'<', ..] => (Operator::Less, 1),
        [b'>', ..] => (Operator::Greater, 1),
        // Ruby's lexer treats `contains` as an operator only if white space follows; Braze's braces
        // may follow directly.
        [b'c', b'o', b'n', b't', b'a', b'i', b'n', b's', next, ..]
            if is_space(*next) || matches!(next, b'{' | b'$' | b'\'' | b'"') =>
        {
            (Operator::Contains, 8)
        }
        _ => return None,
    })
}

/// Returns the operator for a word found by the lax parser.
pub(super) fn operator_of(word: &str) -> Operator {
    match word {
        "==" => Operator::Equal,
        "!=" | "<>" => Operator::NotEqual,
        "<" => Operator::Less,
        ">" => Operator::Greater,
        "<=" => Operator::LessOrEqual,
        ">=" => Operator::GreaterOrEqual,
        "contains" => Operator::Contains,
        _ => Operator::Unknown,
    }
}
