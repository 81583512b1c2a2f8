use crate::text::Span;

/// A position inside markup: the source from here to an end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'s> {
    pub text: &'s str,
    pub pos: usize,
    pub end: usize,
}

/// A token that the strict parser doesn't expect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unexpected {
    /// Its span; empty at the end of the markup.
    pub at: Span,
    /// What is expected instead.
    pub expected: &'static str,
}

/// Whether Ruby's `\s` matches: ASCII white space including the vertical tab.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r')
}

/// Whether Ruby's `\w` matches.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

impl<'s> Cursor<'s> {
    pub fn new(text: &'s str, span: Span) -> Cursor<'s> {
        Cursor { text, pos: span.start as usize, end: span.end as usize }
    }

    pub fn bytes(&self) -> &'s [u8] {
        &self.text.as_bytes()[..self.end]
    }

    pub fn peek(&self) -> Option<u8> {
        self.bytes().get(self.pos).copied()
    }

    pub(crate) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.bytes().get(self.pos + ahead).copied()
    }

    pub fn starts_with(&self, word: &str) -> bool {
        self.bytes()[self.pos..].starts_with(word.as_bytes())
    }

    pub fn skip_space(&mut self) {
        while self.peek().is_some_and(is_space) {
            self.pos += 1;
        }
    }

    pub fn at_end(&mut self) -> bool {
        self.skip_space();
        self.pos >= self.end
    }

    /// Skips white space, and `byte` if it comes next.
    pub(crate) fn eat(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(byte);
        self.pos += usize::from(found);
        found
    }

    pub fn expect(&mut self, byte: u8, expected: &'static str) -> Result<(), Unexpected> {
        if self.eat(byte) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    /// Parses a name like the strict lexer: a letter or `_`, then letters, digits, `_`, `-`, and
    /// perhaps a final `?`.
    pub fn identifier(&mut self) -> Option<Span> {
        self.skip_space();
        let first = self.peek()?;
        if !(first.is_ascii_alphabetic() || first == b'_') {
            return None;
        }
        let start = self.pos;
        while self.peek().is_some_and(|b| is_word(b) || b == b'-') {
            self.pos += 1;
        }
        if self.peek() == Some(b'?') {
            self.pos += 1;
        }
        Some(Span::new(start, self.pos))
    }

    /// Parses a name that starts with digits, which lax Liquid treats like any other.
    pub(crate) fn digit_identifier(&mut self) -> Option<Span> {
        let rest = &self.bytes()[self.pos..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let first = rest.get(digits)?;
        if digits == 0 || !(first.is_ascii_alphabetic() || *first == b'_') {
            return None;
        }
        // `1e3` is meant as a number, but Liquid doesn't support it.
        if first.eq_ignore_ascii_case(&b'e') && rest.get(digits + 1).is_some_and(u8::is_ascii_digit)
        {
            return None;
        }
        let start = self.pos;
        self.pos += digits;
        self.identifier()?;
        Some(Span::new(start, self.pos))
    }

    /// Parses `word` if it is the next whole name.
    pub fn keyword(&mut self, word: &str) -> Option<Span> {
        let before = *self;
        let found = self.identifier();
        if let Some(span) = found
            && &self.text[span.range()] == word
        {
            return found;
        }
        *self = before;
        None
    }

    /// Makes the error of an unexpected character or word.
    pub fn unexpected(&mut self, expected: &'static str) -> Unexpected {
        self.skip_space();
        let rest = &self.text[self.pos.min(self.end)..self.end];
        let mut length = rest.chars().next().map_or(0, char::len_utf8);
        if rest.as_bytes().first().copied().is_some_and(is_word) {
            length = rest.bytes().take_while(|&b| is_word(b)).count();
        }
        let operator = rest.bytes().take_while(|b| b"=<>!&|+*/".contains(b)).count();
        Unexpected { at: Span::new(self.pos, self.pos + length.max(operator)), expected }
    }
}

/// Returns `span` without surrounding white space.
pub(super) fn trimmed(text: &str, span: Span) -> Span {
    let bytes = &text.as_bytes()[span.range()];
    let start = bytes.iter().position(|&b| !is_space(b)).unwrap_or(bytes.len());
    let end = bytes.iter().rposition(|&b| !is_space(b)).map_or(start, |last| last + 1);
    Span::new(span.start as usize + start, span.start as usize + end)
}
