//! Finds texts, outputs, and tags in a template, in one pass.

use std::ops::Range;

use memchr::{memchr_iter, memchr2, memchr3, memmem};

use super::cursor::{is_space, is_word};
use super::grammar::HtmlComments;
use super::recovery;
use crate::text::Span;

/// A piece of a template as the document parser consumes it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Token {
    Text(Span),
    HtmlComment(Span),
    Output(Construct),
    Tag { construct: Construct, name: Span },
}

/// What `{{ … }}` and `{% … %}` have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Construct {
    pub span: Span,
    /// Its content without white space control; for tags, after the name.
    pub markup: Span,
    pub trims_before: bool,
    pub trims_after: bool,
    /// Whether it has its closing braces.
    pub closed: bool,
}

/// The deepest nesting of `{{ … }}`.
const MAX_BRACES: usize = 100;

#[derive(Debug)]
pub(super) struct Scanner<'s> {
    text: &'s str,
    pos: usize,
    html_comments: HtmlComments,
    /// The next comment to remove; found lazily.
    comment: Option<Option<Span>>,
    /// Up to here, nested braces aren't balanced: outputs end at the first `}}`. Keeps scanning
    /// linear, because no span is searched for balance twice.
    unbalanced_until: usize,
    /// The first `{{` or `{%` at or after an offset: the last result, because each in a run of
    /// comments asks again.
    construct_memo: (usize, usize),
    /// The first `%}` (or none) at or after an offset: the last result, so that a run of unclosed
    /// tags doesn't search the rest of the file repeatedly.
    tag_end_memo: Option<(usize, Option<usize>)>,
    /// A span that an output was searched for its end in vain: a later one in it isn't closed
    /// either, unless it is one of `paired`.
    endless: Range<usize>,
    /// Where the outputs in that span start that are closed, in order.
    paired: Vec<usize>,
}

impl<'s> Scanner<'s> {
    pub fn new(text: &'s str, pos: usize, html_comments: HtmlComments) -> Scanner<'s> {
        Scanner {
            text,
            pos,
            html_comments,
            comment: None,
            unbalanced_until: 0,
            construct_memo: (usize::MAX, 0),
            tag_end_memo: None,
            endless: 0..0,
            paired: Vec::new(),
        }
    }

    pub fn pos(&self) -> usize {
        self.pos
    }

    pub fn next(&mut self) -> Option<Token> {
        let start = self.pos;
        if start >= self.text.len() {
            return None;
        }
        let comment = self.next_comment(start);
        let construct = self.next_construct(start);
        let stop = construct.min(comment.map_or(usize::MAX, |span| span.start as usize));
        if stop > start {
            self.pos = stop.min(self.text.len());
            return Some(Token::Text(Span::new(start, self.pos)));
        }
        if let Some(span) = comment.filter(|span| span.start as usize == start) {
            self.pos = span.end as usize;
            return Some(Token::HtmlComment(span));
        }
        Some(match self.text.as_bytes()[start + 1] {
            b'{' => self.output(start),
            _ => self.tag(start),
        })
    }

    /// Returns the text up to `{% name %}`, and that tag; the rest and `None` if there is none.
    pub fn verbatim(&mut self, name: &str) -> (Span, Option<Construct>) {
        let start = self.pos;
        let bytes = self.text.as_bytes();
        let mut from = start;
        while let Some(found) = memmem::find(&bytes[from..], b"{%") {
            let open = from + found;
            let (word, _) = self.tag_name(open);
            if &self.text[word.range()] == name
                && let Some(construct) = self.closed_tag(open)
            {
                self.pos = construct.span.end as usize;
                return (Span::new(start, open), Some(construct));
            }
            from = open + 2;
        }
        self.pos = bytes.len();
        (Span::new(start, self.pos), None)
    }

    /// Returns the next tag in skipped text, as Ruby tokenizes it: an unclosed output swallows the
    /// tag after it.
    pub(crate) fn skipped_tag(&mut self) -> Option<(Span, Construct)> {
        let bytes = self.text.as_bytes();
        loop {
            let open = self.next_construct(self.pos);
            let comment = self.next_comment(self.pos);
            if let Some(span) = comment.filter(|span| (span.start as usize) < open) {
                self.pos = span.end as usize;
                continue;
            }
            if open >= bytes.len() {
                self.pos = bytes.len();
                return None;
            }
            if bytes[open + 1] == b'%' {
                let (name, _) = self.tag_name(open);
                let Some(construct) = self.closed_tag(open) else {
                    self.pos = bytes.len();
                    return None;
                };
                self.pos = construct.span.end as usize;
                return Some((name, construct));
            }
            let mut at = open + 2;
            while at < bytes.len() && bytes[at] != b'}' && !bytes[at..].starts_with(b"{%") {
                at += 1;
            }
            let swallows = bytes.get(at) == Some(&b'{');
            self.pos = if swallows { self.tag_end(at).unwrap_or(bytes.len()) } else { at + 1 };
            self.pos = self.pos.min(bytes.len());
        }
    }

    fn next_construct(&mut self, from: usize) -> usize {
        let (searched, known) = self.construct_memo;
        if searched <= from && from <= known {
            return known;
        }
        let bytes = self.text.as_bytes();
        let found = memchr_iter(b'{', &bytes[from..])
            .map(|at| from + at)
            .find(|&at| matches!(bytes.get(at + 1), Some(b'{' | b'%')))
            .unwrap_or(usize::MAX);
        self.construct_memo = (from, found);
        found
    }

    fn next_comment(&mut self, from: usize) -> Option<Span> {
        if self.html_comments == HtmlComments::Keep {
            return None;
        }
        if let Some(known) = self.comment
            && known.is_none_or(|span| span.start as usize >= from)
        {
            return known;
        }
        let found = self.find_comment(from);
        self.comment = Some(found);
        found
    }

    fn find_comment(&self, mut from: usize) -> Option<Span> {
        let bytes = self.text.as_bytes();
        loop {
            let start = from + memmem::find(&bytes[from..], b"<!--")?;
            let end = start + 4 + memmem::find(&bytes[start + 4..], b"-->")? + 3;
            let inner = &bytes[start + 4..];
            let conditional = inner.starts_with(b"[if") || inner.starts_with(b"<![endif]");
            if self.html_comments == HtmlComments::Strip || !conditional {
                return Some(Span::new(start, end));
            }
            from = end;
        }
    }

    /// Scans `{{ … }}` at `start`, up to the balanced `}}`, skipping `${…}` and inner braces. As in
    /// Ruby, a lone `}` ends it (wrongly), and quotes don't hide `}}`.
    fn output(&mut self, start: usize) -> Token {
        if let Some(end) = plain_end(self.text.as_bytes(), start + 2) {
            return self.output_token(start, end, end + 2, true);
        }
        if self.endless.contains(&start) && self.paired.binary_search(&start).is_err() {
            return self.unclosed_output(start, self.endless.end);
        }
        let bytes = self.text.as_bytes();
        let balances = start >= self.unbalanced_until;
        let mut open = Vec::new();
        let mut paired = Vec::new();
        let mut quote = None;
        let mut run = Run::default();
        let mut at = start + 2;
        while let Some(&byte) = bytes.get(at) {
            let next = bytes.get(at + 1).copied();
            match (byte, next) {
                (b'\'' | b'"', _) => quote = run.quote(bytes, at, quote),
                (b'$', Some(b'{')) if quote.is_none() => {
                    let stop =
                        bytes[at + 2..].iter().position(|b| matches!(b, b'}' | b'{' | b'\n'));
                    match stop.map(|length| at + 2 + length) {
                        Some(close) if bytes[close] == b'}' => at = close,
                        _ => {}
                    }
                }
                (b'{', Some(b'%')) => break,
                (b'{', next) if quote.is_none() && run.is_over(next, open.len()) => {
                    self.endless = start..at;
                    paired.sort_unstable();
                    self.paired = paired;
                    return self.unclosed_output(start, at);
                }
                (b'{', Some(b'{')) if quote.is_none() && balances => {
                    open.push(at);
                    at += 1;
                    if open.len() > MAX_BRACES {
                        break;
                    }
                }
                (b'}', Some(b'}')) => {
                    let Some(inner) = open.pop() else {
                        return self.output_token(start, at, at + 2, true);
                    };
                    paired.push(inner);
                    at += 1;
                }
                (b'}', _) if open.is_empty() => return self.half_closed_output(start, at),
                _ => {}
            }
            run.step(bytes, at, quote.is_some());
            at += 1;
        }
        let at = at.min(bytes.len());
        if balances && !open.is_empty() {
            self.unbalanced_until = at;
            return self.output(start);
        }
        self.endless = start..at;
        paired.sort_unstable();
        self.paired = paired;
        self.unclosed_output(start, at)
    }

    /// Ends an output with a single brace, unless that brace belongs to something else.
    fn half_closed_output(&mut self, start: usize, brace: usize) -> Token {
        let end = recovery::output_end(self.text.as_bytes(), start + 2, brace);
        if end < brace {
            return self.output_token(start, end, end, false);
        }
        self.output_token(start, brace, brace + 1, false)
    }

    fn unclosed_output(&mut self, start: usize, limit: usize) -> Token {
        let end = recovery::output_end(self.text.as_bytes(), start + 2, limit.max(start + 2));
        self.output_token(start, end, end, false)
    }

    fn output_token(&mut self, start: usize, inner_end: usize, end: usize, closed: bool) -> Token {
        self.pos = end;
        Token::Output(self.construct(Span::new(start, end), start + 2, inner_end, closed))
    }

    fn construct(&self, span: Span, from: usize, to: usize, closed: bool) -> Construct {
        let bytes = self.text.as_bytes();
        let trims_before = from < to && bytes[from] == b'-' && from == span.start as usize + 2;
        let from = from + usize::from(trims_before);
        let trims_after = closed && from < to && bytes[to - 1] == b'-';
        let to = to - usize::from(trims_after);
        Construct { span, markup: Span::new(from, to), trims_before, trims_after, closed }
    }

    /// Returns the word after `{%`, and where the markup starts.
    fn tag_name(&self, open: usize) -> (Span, usize) {
        let bytes = self.text.as_bytes();
        let mut at = open + 2;
        at += usize::from(bytes.get(at) == Some(&b'-'));
        while bytes.get(at).copied().is_some_and(is_space) {
            at += 1;
        }
        let start = at;
        if bytes.get(at) == Some(&b'#') {
            at += 1;
        } else {
            while bytes.get(at).copied().is_some_and(is_word) {
                at += 1;
            }
        }
        (Span::new(start, at), at)
    }

    fn tag_end(&mut self, open: usize) -> Option<usize> {
        let from = open + 2;
        if let Some((searched, found)) = self.tag_end_memo
            && searched <= from
            && found.is_none_or(|at| at >= from)
        {
            return found.map(|at| at + 2);
        }
        let bytes = self.text.as_bytes();
        let found = memchr_iter(b'%', &bytes[from..])
            .map(|length| from + length)
            .find(|at| bytes.get(at + 1) == Some(&b'}'));
        self.tag_end_memo = Some((from, found));
        found.map(|at| at + 2)
    }

    fn closed_tag(&mut self, open: usize) -> Option<Construct> {
        let end = self.tag_end(open)?;
        Some(self.tag_construct(open, end - 2, end, true))
    }

    fn tag_construct(&self, open: usize, inner_end: usize, end: usize, closed: bool) -> Construct {
        let (_, from) = self.tag_name(open);
        let from = from.min(inner_end);
        let whole = self.construct(Span::new(open, end), open + 2, inner_end, closed);
        let to = (whole.markup.end as usize).max(from);
        Construct { markup: Span::new(from, to), ..whole }
    }

    fn tag(&mut self, open: usize) -> Token {
        let bytes = self.text.as_bytes();
        let (name, from) = self.tag_name(open);
        let word = &self.text[name.range()];
        let end = self.tag_end(open);
        // Ruby continues to the next `%}` through any tags in between; only in a comment is that
        // intended.
        let next_tag = memchr_iter(b'{', &bytes[from..end.unwrap_or(bytes.len())])
            .map(|at| from + at)
            .find(|at| bytes.get(at + 1) == Some(&b'%'));
        let next_tag =
            next_tag.filter(|&at| !end.is_some_and(|end| is_quoted(&bytes[from..end], at - from)));
        if let (Some(end), true) = (end, next_tag.is_none() || word == "#") {
            self.pos = end;
            let construct = self.tag_construct(open, end - 2, end, true);
            return Token::Tag { construct, name };
        }
        let limit = next_tag.unwrap_or(bytes.len());
        let stop = recovery::tag_end(bytes, from, limit, word == "connected_content");
        let inner_end = stop - usize::from(stop > from && matches!(bytes[stop - 1], b'}' | b'%'));
        self.pos = stop;
        let construct = self.tag_construct(open, inner_end.max(from), stop, false);
        Token::Tag { construct, name }
    }
}

/// What an output's end is searched past.
#[derive(Debug, Default)]
struct Run {
    /// Whether HTML has begun: from there on, quotes belong to it.
    html: bool,
    /// Whether a line has ended.
    line: bool,
    /// The last byte that isn't a space.
    last: Option<u8>,
}

impl Run {
    fn step(&mut self, bytes: &[u8], at: usize, quoted: bool) {
        // The place may be behind the last byte.
        let Some(&byte) = bytes.get(at) else { return };
        self.html |= byte == b'<' && !quoted;
        self.line |= byte == b'\n' && !quoted;
        if !is_space(byte) {
            self.last = Some(byte);
        }
    }

    /// Returns the open quote after the one at a place.
    fn quote(&self, bytes: &[u8], at: usize, open: Option<u8>) -> Option<u8> {
        match open {
            None if !self.html && recovery::opens_string(bytes, at) => Some(bytes[at]),
            Some(quote) if quote == bytes[at] => None,
            other => other,
        }
    }

    /// Whether a brace here shows that the output before it was never closed: after HTML there is
    /// no expression to go on with, and on another line, a value doesn't follow a value.
    fn is_over(&self, next: Option<u8>, depth: usize) -> bool {
        let expects_value = |last: u8| b":,|([.=".contains(&last);
        let follows_value = self.last.is_some_and(|last| !expects_value(last));
        self.html || (self.line && depth == 0 && next == Some(b'{') && follows_value)
    }
}

/// Returns where an output that starts here has its `}}`, if there are no braces in it but those of
/// `${…}`: nearly all outputs are such.
fn plain_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let brace = at + memchr2(b'{', b'}', &bytes[at..])?;
        if bytes[brace] == b'}' {
            return (bytes.get(brace + 1) == Some(&b'}')).then_some(brace);
        }
        // Between quotes, `${` begins nothing.
        let before = &bytes[from..brace];
        if before.last() != Some(&b'$') || memchr2(b'\'', b'"', before).is_some() {
            return None;
        }
        let rest = &bytes[brace + 1..];
        let close = brace + 1 + memchr3(b'}', b'{', b'\n', rest)?;
        if bytes[close] != b'}' {
            return None;
        }
        at = close + 1;
    }
}

/// Whether a place in a tag's markup is between a pair of quotes.
fn is_quoted(markup: &[u8], place: usize) -> bool {
    let mut open = None;
    for (at, &byte) in markup[..place].iter().enumerate() {
        match open {
            None if recovery::is_html(markup, at) => return false,
            None if recovery::opens_string(markup, at) => open = Some(byte),
            Some(quote) if byte == quote => open = None,
            _ => {}
        }
    }
    open.is_some_and(|quote| markup[place..].contains(&quote))
}

impl<'s> Scanner<'s> {
    /// Goes back to `pos`, where a tag starts.
    pub fn rewind(&mut self, pos: usize) {
        self.pos = pos;
    }

    pub fn slice(&self, span: Span) -> &'s str {
        &self.text[span.range()]
    }
}
