//! Ruby's lax mode, for markup that the strict parser rejects.
//!
//! Ruby's lax mode searches with regular expressions for a *fragment*: a quoted string, or a run of
//! anything except white space, commas, pipes, and quotes. It silently skips everything else. Each
//! quirk here was printed by Ruby Liquid 5 (`tests/spec/lax.md` shows them); Braze's `${…}` and `{{
//! … }}` count as parts of a fragment.

use super::ast::{
    Argument, Comparison, Condition, Connective, Expr, ExprKind, FilterCall, Loop, Markup, Offset,
    Path, Pipeline, Root, Segment,
};
use super::condition::operator_of;
use super::cursor::{Cursor, is_space, is_word, trimmed};
use super::expression::{literal, number_kind};
use super::markup::is_target;
use super::parser::Parser;
use crate::text::Span;

impl<'s> Parser<'s> {
    /// Parses `{{ markup }}`: the first fragment, then everything with a word in it after the first
    /// pipe.
    pub(super) fn lax_pipeline(&mut self, span: Span) -> Pipeline {
        let Some(first) = self.find_fragment(span) else {
            let subject = Expr { span: Span::empty(span.start as usize), kind: ExprKind::Missing };
            return Pipeline { span: subject.span, subject, filters: Vec::new() };
        };
        let subject = self.lax_expression(first);
        let mut filters = Vec::new();
        let bytes = self.text.as_bytes();
        let rest = Span::new(first.end as usize, span.end as usize);
        if let Some(pipe) = memchr::memchr(b'|', &bytes[rest.range()]) {
            let mut at = rest.start as usize + pipe + 1;
            while at < span.end as usize {
                let part = self.filter_part(at, span.end as usize);
                if part.is_empty() {
                    at += 1;
                    continue;
                }
                at = part.end as usize;
                filters.extend(self.lax_filter(part));
            }
        }
        Pipeline { span: trimmed(self.text, span), subject, filters }
    }

    /// Returns white space, fragments, and commas up to something else: a pipe, or an unpaired
    /// quote.
    fn filter_part(&self, start: usize, end: usize) -> Span {
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at < end {
            if is_space(bytes[at]) || bytes[at] == b',' {
                at += 1;
            } else if let Some(next) = self.fragment_end(at, end) {
                at = next;
            } else {
                break;
            }
        }
        Span::new(start, at)
    }

    fn lax_filter(&mut self, part: Span) -> Option<FilterCall> {
        let bytes = self.text.as_bytes();
        let start = part.range().find(|&at| is_word(bytes[at]))?;
        let length = bytes[start..part.end as usize].iter().take_while(|&&b| is_word(b)).count();
        let name = Span::new(start, start + length);
        let mut arguments = Vec::new();
        let mut at = part.start as usize;
        while at < part.end as usize {
            let separator = matches!(bytes[at], b':' | b',');
            at += 1;
            if !separator {
                continue;
            }
            while at < part.end as usize && is_space(bytes[at]) {
                at += 1;
            }
            let (keyword, value_at) = self.lax_keyword(at, part.end as usize);
            let with_keyword = self.fragment_end(value_at, part.end as usize);
            let (keyword, value_at, end) = match with_keyword {
                Some(end) => (keyword, value_at, Some(end)),
                None => (None, at, self.fragment_end(at, part.end as usize)),
            };
            if let Some(end) = end {
                let value = self.lax_expression(Span::new(value_at, end));
                arguments.push(Argument { span: Span::new(at, end), name: keyword, value });
                at = end;
            }
        }
        // Ruby also takes arguments from before the name.
        let first = arguments.first().map_or(start, |argument| argument.span.start as usize);
        let span = trimmed(self.text, Span::new(start.min(first), part.end as usize));
        Some(self.filter_call(span, name, arguments))
    }

    /// Parses `word :` before an argument.
    fn lax_keyword(&self, at: usize, end: usize) -> (Option<Span>, usize) {
        let mut cursor = Cursor::new(self.text, Span::new(at, end));
        while cursor.peek().is_some_and(is_word) {
            cursor.pos += 1;
        }
        let name = Span::new(at, cursor.pos);
        if name.is_empty() || !cursor.eat(b':') {
            return (None, at);
        }
        cursor.skip_space();
        (Some(name), cursor.pos)
    }

    /// Parses a fragment as a value: Ruby's `Expression.parse`.
    pub(super) fn lax_expression(&mut self, span: Span) -> Expr {
        let span = trimmed(self.text, span);
        let text = &self.text[span.range()];
        let bytes = text.as_bytes();
        let kind = match bytes {
            [] => ExprKind::Nil,
            [quote @ (b'\'' | b'"'), .., last] if quote == last => {
                ExprKind::Str(Span::new(span.start as usize + 1, span.end as usize - 1))
            }
            [b'{', b'{', .., b'}', b'}'] if bytes.len() >= 4 => {
                let inner = Span::new(span.start as usize + 2, span.end as usize - 2);
                if self.nesting >= self.max_nesting() {
                    self.too_deep(span);
                    ExprKind::Missing
                } else {
                    self.nesting += 1;
                    let pipeline = self.pipeline(inner);
                    self.nesting -= 1;
                    ExprKind::Nested(Box::new(pipeline))
                }
            }
            [b'(', .., b')'] if text.contains("..") => self.lax_range(span),
            _ => match number(text).or_else(|| literal(text)) {
                Some(kind) => kind,
                None => self.lax_path(span),
            },
        };
        Expr { span, kind }
    }

    fn lax_range(&mut self, span: Span) -> ExprKind {
        let inner = Span::new(span.start as usize + 1, span.end as usize - 1);
        // Ruby splits at the last two dots.
        let Some(dots) = self.slice(inner).rfind("..") else { return ExprKind::Missing };
        let middle = inner.start as usize + dots;
        let first = self.lax_expression(Span::new(inner.start as usize, middle));
        let last = self.lax_deeper(Span::new(middle + 2, inner.end as usize));
        ExprKind::Range(Box::new((first, last)))
    }

    /// Parses a path like Ruby, which scans for `[…]` and runs of word characters and skips
    /// everything else.
    fn lax_path(&mut self, span: Span) -> ExprKind {
        let bytes = self.text.as_bytes();
        let end = span.end as usize;
        let mut root = None;
        let mut segments = Vec::new();
        let mut at = span.start as usize;
        // Once a bracket is unclosed, none before that place is closed either.
        let mut brackets_close = true;
        while at < end {
            let start = at;
            if bytes[at] == b'$' && bytes[at..end].starts_with(b"${") {
                let mut cursor = Cursor { text: self.text, pos: at, end };
                let family = match (&root, segments.is_empty()) {
                    (Some(Root::Name(name)), true) => Some(*name),
                    _ => None,
                };
                let from = family.map_or(at, |name| name.start as usize);
                if let Ok(attribute) = self.attribute(&mut cursor, family, from) {
                    at = cursor.pos;
                    if root.is_none() || family.is_some() {
                        root = Some(Root::Attribute(attribute));
                    } else {
                        segments.push(Segment::Attribute {
                            span: attribute.span,
                            name: attribute.name,
                        });
                    }
                    continue;
                }
                at += 2;
                continue;
            }
            if bytes[at] == b'[' {
                let close = if brackets_close { closing_bracket(&bytes[..end], at) } else { None };
                let Some(close) = close else {
                    brackets_close = false;
                    at += 1;
                    continue;
                };
                let expr = self.lax_deeper(Span::new(at + 1, close));
                at = close + 1;
                let expr = Box::new(expr);
                match root {
                    None => root = Some(Root::Index(expr)),
                    Some(_) => segments.push(Segment::Index { span: Span::new(start, at), expr }),
                }
                continue;
            }
            while at < end && (is_word(bytes[at]) || bytes[at] == b'-') {
                at += 1;
            }
            if at == start {
                at += 1;
                continue;
            }
            at += usize::from(at < end && bytes[at] == b'?');
            let word = Span::new(start, at);
            match root {
                None => root = Some(Root::Name(word)),
                Some(_) => segments.push(Segment::Field(word)),
            }
        }
        match root {
            Some(root) => ExprKind::Path(Path::new(root, segments)),
            None => ExprKind::Missing,
        }
    }

    /// Parses an expression one level deeper, up to the limit.
    fn lax_deeper(&mut self, span: Span) -> Expr {
        if self.nesting >= self.max_nesting() {
            self.too_deep(span);
            return Expr { span, kind: ExprKind::Missing };
        }
        self.nesting += 1;
        let expr = self.lax_expression(span);
        self.nesting -= 1;
        expr
    }

    /// Parses a condition: split at the words `and` and `or`; each part is the first fragment, the
    /// operator after it, and the next fragment.
    pub(super) fn lax_condition(&mut self, span: Span) -> Option<Condition> {
        let mut comparisons = Vec::new();
        let mut connectives = Vec::new();
        let mut part = span.start as usize;
        let mut at = part;
        let end = span.end as usize;
        let bytes = self.text.as_bytes();
        while at < end {
            if is_space(bytes[at]) {
                at += 1;
                continue;
            }
            if let Some((connective, length)) = connective(&bytes[at..end]) {
                comparisons.push(self.lax_comparison(Span::new(part, at))?);
                connectives.push(connective);
                at += length;
                part = at;
                continue;
            }
            at = self.fragment_end(at, end).unwrap_or_else(|| {
                at + bytes[at..end].iter().take_while(|&&b| !is_space(b)).count()
            });
        }
        comparisons.push(self.lax_comparison(Span::new(part, end))?);
        Some(Condition { span, comparisons, connectives })
    }

    fn lax_comparison(&mut self, span: Span) -> Option<Comparison> {
        let left_span = self.find_fragment(span)?;
        let left = self.lax_expression(left_span);
        let mut cursor =
            Cursor::new(self.text, Span::new(left_span.end as usize, span.end as usize));
        cursor.skip_space();
        let start = cursor.pos;
        while cursor.peek().is_some_and(|b| b"=!<>_".contains(&b) || b.is_ascii_lowercase()) {
            cursor.pos += 1;
        }
        let operator = Span::new(start, cursor.pos);
        cursor.skip_space();
        let right = self.fragment_end(cursor.pos, cursor.end).map(|end| Span::new(cursor.pos, end));
        let rest = if operator.is_empty() {
            None
        } else {
            let right = match right {
                Some(right) => self.lax_expression(right),
                None => Expr { span: Span::empty(operator.end as usize), kind: ExprKind::Missing },
            };
            Some((operator_of(self.slice(operator)), operator, right))
        };
        Some(Comparison { span: trimmed(self.text, span), left, rest })
    }

    /// Parses `item in items …`: names, then attributes anywhere.
    pub(super) fn lax_loop(&mut self, span: Span, table: bool) -> Option<Loop> {
        let mut cursor = Cursor::new(self.text, span);
        cursor.skip_space();
        let start = cursor.pos;
        while cursor.peek().is_some_and(|b| is_word(b) || b == b'-') {
            cursor.pos += 1;
        }
        let variable = Span::new(start, cursor.pos);
        if variable.is_empty() || !cursor.peek().is_some_and(is_space) {
            return None;
        }
        cursor.skip_space();
        if !cursor.starts_with("in") || !cursor.peek_at(2).is_some_and(is_space) {
            return None;
        }
        cursor.pos += 2;
        cursor.skip_space();
        let collection_start = cursor.pos;
        while let Some(end) = self.fragment_end(cursor.pos, cursor.end) {
            cursor.pos = end;
        }
        if cursor.pos == collection_start {
            return None;
        }
        let collection = self.lax_expression(Span::new(collection_start, cursor.pos));
        cursor.skip_space();
        let reversed = !table && cursor.starts_with("reversed");
        let mut read =
            Loop { variable, collection, reversed, limit: None, offset: None, columns: None };
        for (name, value) in self.tag_attributes(Span::new(cursor.pos, cursor.end)) {
            match &self.text[name.range()] {
                "limit" => read.limit = Some(self.lax_expression(value)),
                "cols" if table => read.columns = Some(self.lax_expression(value)),
                "offset" if &self.text[value.range()] == "continue" => {
                    read.offset = Some(Offset::Continue)
                }
                "offset" => read.offset = Some(Offset::At(self.lax_expression(value))),
                _ => {}
            }
        }
        Some(read)
    }

    /// Returns all `word: fragment` pairs in a span.
    fn tag_attributes(&self, span: Span) -> Vec<(Span, Span)> {
        let mut found = Vec::new();
        let mut cursor = Cursor::new(self.text, span);
        while cursor.pos < cursor.end {
            let start = cursor.pos;
            while cursor.peek().is_some_and(|b| is_word(b) || b == b'-') {
                cursor.pos += 1;
            }
            let name = Span::new(start, cursor.pos);
            if name.is_empty() {
                cursor.pos += 1;
                continue;
            }
            if !cursor.eat(b':') {
                continue;
            }
            cursor.skip_space();
            if let Some(end) = self.fragment_end(cursor.pos, cursor.end) {
                found.push((name, Span::new(cursor.pos, end)));
                cursor.pos = end;
            }
        }
        found
    }

    /// Parses the first fragment of a span as a value.
    pub(super) fn lax_first_expression(&mut self, span: Span) -> Option<Expr> {
        let fragment = self.find_fragment(span)?;
        Some(self.lax_expression(fragment))
    }

    /// Parses `when a, b or c`; stops silently at anything else.
    pub(super) fn lax_alternatives(&mut self, span: Span) -> Option<Vec<Expr>> {
        let mut values = Vec::new();
        let mut rest = span;
        loop {
            let fragment = self.find_fragment(rest);
            let Some(fragment) = fragment else {
                return (!values.is_empty()).then_some(values);
            };
            values.push(self.lax_expression(fragment));
            let mut cursor =
                Cursor::new(self.text, Span::new(fragment.end as usize, span.end as usize));
            if !cursor.eat(b',') && cursor.keyword("or").is_none() {
                return Some(values);
            }
            cursor.skip_space();
            rest = Span::new(cursor.pos, span.end as usize);
        }
    }

    /// Parses `cycle group: a, b`, split at commas.
    pub(super) fn lax_cycle(&mut self, span: Span) -> Option<Markup> {
        let span = trimmed(self.text, span);
        let first = self.fragment_end(span.start as usize, span.end as usize)?;
        let mut group = None;
        let mut text = span;
        if let Some((end, rest)) = self.cycle_group(span, first) {
            group = Some(self.lax_expression(Span::new(span.start as usize, end)));
            text = trimmed(self.text, Span::new(rest, span.end as usize));
        }
        let mut values = Vec::new();
        let mut start = text.start as usize;
        for piece in self.text[text.range()].split(',') {
            let piece_span = Span::new(start, start + piece.len());
            if let Some(fragment) = self.find_fragment(piece_span) {
                values.push(self.lax_expression(fragment));
            }
            start += piece.len() + 1;
        }
        Some(Markup::Cycle { group, text, values })
    }

    /// Returns where the name of a `cycle` group ends and its values start. The fragment may
    /// contain colons; the last one counts.
    fn cycle_group(&self, span: Span, first: usize) -> Option<(usize, usize)> {
        let mut cursor = Cursor::new(self.text, Span::new(first, span.end as usize));
        if cursor.eat(b':') {
            return Some((first, cursor.pos));
        }
        let fragment = &self.text[span.start as usize..first];
        if fragment.starts_with(['\'', '"']) {
            return None;
        }
        let colon = span.start as usize + fragment.rfind(':').filter(|&at| at > 0)?;
        Some((colon, colon + 1))
    }

    /// Returns the name that Ruby finds before the first `=` that has one, and where the value
    /// starts.
    pub(super) fn lax_assign_target(&self, span: Span) -> Option<(Span, usize)> {
        let bytes = self.text.as_bytes();
        let start = span.start as usize;
        for equals in memchr::memchr_iter(b'=', &bytes[span.range()]).map(|at| start + at) {
            let mut end = equals;
            while end > start && is_space(bytes[end - 1]) {
                end -= 1;
            }
            let mut from = end;
            while from > start && is_target(bytes[from - 1]) {
                from -= 1;
            }
            if from < end {
                return Some((Span::new(from, end), equals + 1));
            }
        }
        None
    }

    fn find_fragment(&self, span: Span) -> Option<Span> {
        span.range().find_map(|at| {
            if !self.text.is_char_boundary(at) {
                return None;
            }
            self.fragment_end(at, span.end as usize).map(|end| Span::new(at, end))
        })
    }

    /// Returns the end of the fragment that starts at `start`, if any.
    fn fragment_end(&self, start: usize, end: usize) -> Option<usize> {
        let bytes = &self.text.as_bytes()[..end];
        if let Some(close) = closing_quote(bytes, start) {
            return Some(close);
        }
        let mut at = start;
        while at < end {
            let unit = if bytes[at..].starts_with(b"{{") {
                self.braces_end(bytes, at)
            } else {
                attribute_end(bytes, at)
            };
            if let Some(next) = unit {
                at = next;
                continue;
            }
            match bytes[at] {
                b'\'' | b'"' => match closing_quote(bytes, at) {
                    Some(next) => at = next,
                    None => break,
                },
                b',' | b'|' => break,
                byte if is_space(byte) => break,
                _ => at += 1,
            }
        }
        (at > start).then_some(at)
    }

    /// Returns the offset after the `}}` that balances the `{{` at `at`. A span without balance is
    /// searched once.
    fn braces_end(&self, bytes: &[u8], at: usize) -> Option<usize> {
        let (from, to) = self.unbalanced.get();
        if from <= at && at < to && bytes.len() <= to {
            return None;
        }
        let found = braces_end(bytes, at);
        if found.is_none() {
            self.unbalanced.set((at, bytes.len()));
        }
        found
    }
}

fn closing_quote(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = *bytes.get(at).filter(|b| matches!(b, b'\'' | b'"'))?;
    memchr::memchr(quote, &bytes[at + 1..]).map(|length| at + length + 2)
}

/// Returns the offset after the `}}` that balances the `{{` at `at`.
fn braces_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut pos = at;
    while pos + 1 < bytes.len() {
        if let Some(next) = attribute_end(bytes, pos) {
            pos = next;
            continue;
        }
        match &bytes[pos..pos + 2] {
            b"{{" => {
                depth += 1;
                pos += 2;
            }
            b"}}" => {
                depth -= 1;
                pos += 2;
                if depth == 0 {
                    return Some(pos);
                }
            }
            _ => pos += 1,
        }
    }
    None
}

fn attribute_end(bytes: &[u8], at: usize) -> Option<usize> {
    let inner = bytes.get(at..)?.strip_prefix(b"${")?;
    let length = inner.iter().position(|b| matches!(b, b'}' | b'{'))?;
    (inner[length] == b'}').then_some(at + 2 + length + 1)
}

fn closing_bracket(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, byte) in bytes[open..].iter().enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return (offset > 1).then_some(open + offset);
                }
            }
            _ => {}
        }
    }
    None
}

fn connective(bytes: &[u8]) -> Option<(Connective, usize)> {
    for (word, connective) in [("and", Connective::And), ("or", Connective::Or)] {
        if bytes.starts_with(word.as_bytes()) && bytes.get(word.len()).is_none_or(|&b| !is_word(b))
        {
            return Some((connective, word.len()));
        }
    }
    None
}

/// Parses Ruby's lax numbers: `-?\d+`, and `-?\d[\d.]+`, of which the leading number counts.
fn number(text: &str) -> Option<ExprKind> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    if unsigned.is_empty() || !unsigned.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if unsigned.bytes().all(|b| b.is_ascii_digit()) {
        return Some(number_kind(text, true));
    }
    if !unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let second_dot = text.match_indices('.').nth(1).map_or(text.len(), |(at, _)| at);
    Some(number_kind(text[..second_dot].trim_end_matches('.'), false))
}
