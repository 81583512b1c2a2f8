//! Texts, outputs, tags, and their blocks, with recovery: a missing or misplaced end is reported
//! once, and parsing continues.

use super::ast::{Branch, BranchKind, Markup, Node, Output, Tag, Text};
use super::cursor::{is_space, trimmed};
use super::grammar::{Blank, Body, HtmlComments, TagId, TagSyntax};
use super::parser::{OpenBlock, Parser};
use super::scanner::{Construct, Scanner, Token};
use crate::diagnostic::{Fix, Safety, Severity};
use crate::text::Span;

/// Where tokens come from: a template, or the lines of a `liquid` tag.
pub(super) enum Input<'s> {
    Document(Scanner<'s>),
    Lines { text: &'s str, pos: usize, end: usize },
}

/// Why a run of nodes ends.
enum End {
    /// The end of the input.
    Input,
    /// A tag that belongs to an enclosing block.
    Tag { construct: Construct, name: Span },
}

const QUOTED_BRACE: &str = "set the string with `capture` first; Liquid ends an output at the first `}`, even inside quotes";

impl<'s> Input<'s> {
    pub fn document(text: &'s str, start: usize, html_comments: HtmlComments) -> Input<'s> {
        Input::Document(Scanner::new(text, start, html_comments))
    }

    fn next(&mut self) -> Option<Token> {
        match self {
            Input::Document(scanner) => scanner.next(),
            Input::Lines { text, pos, end } => next_line(text, pos, *end),
        }
    }

    fn rewind(&mut self, to: usize) {
        match self {
            Input::Document(scanner) => scanner.rewind(to),
            Input::Lines { pos, .. } => *pos = to,
        }
    }

    fn pos(&self) -> usize {
        match self {
            Input::Document(scanner) => scanner.pos(),
            Input::Lines { pos, .. } => *pos,
        }
    }
}

/// Returns the next non-empty line of a `liquid` tag as a tag.
fn next_line(text: &str, pos: &mut usize, end: usize) -> Option<Token> {
    while *pos < end {
        let rest = &text.as_bytes()[*pos..end];
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        let line = trimmed(text, Span::new(*pos, *pos + length));
        *pos += length + usize::from(*pos + length < end);
        if line.is_empty() {
            continue;
        }
        let word = &text[line.range()];
        let name_length = if word.starts_with('#') {
            1
        } else {
            word.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count()
        };
        let start = line.start as usize;
        let construct = Construct {
            span: line,
            markup: Span::new(start + name_length, line.end as usize),
            trims_before: false,
            trims_after: false,
            closed: true,
        };
        return Some(Token::Tag { construct, name: Span::new(start, start + name_length) });
    }
    None
}

impl<'s> Parser<'s> {
    pub(super) fn document(&mut self, input: &mut Input<'s>, nodes: &mut Vec<Node>) {
        let end = self.nodes(input, nodes);
        debug_assert!(matches!(end, End::Input));
        if self.gave_up && input.pos() < self.text.len() {
            nodes.push(Node::Error(Span::new(input.pos(), self.text.len())));
        }
    }

    fn nodes(&mut self, input: &mut Input<'s>, nodes: &mut Vec<Node>) -> End {
        while !self.gave_up {
            let Some(token) = input.next() else { break };
            self.settle();
            match token {
                Token::Text(span) => self.text_nodes(span, nodes),
                Token::HtmlComment(span) => nodes.push(Node::HtmlComment(span)),
                Token::Output(construct) => {
                    self.control_white_space(&construct, nodes);
                    let pipeline = self.output(&construct);
                    nodes.push(Node::Output(Output { span: construct.span, pipeline }));
                }
                Token::Tag { construct, name } => {
                    self.control_white_space(&construct, nodes);
                    if let Some(end) = self.tag(construct, name, input, nodes) {
                        return end;
                    }
                }
            }
        }
        End::Input
    }

    /// Adds text; a `${…}` in it becomes an output or a warning (reference 1.1).
    fn text_nodes(&mut self, span: Span, nodes: &mut Vec<Node>) {
        let text = self.text;
        let mut start = span.start as usize;
        let mut from = start;
        while let Some(found) = memchr::memchr(b'$', &text.as_bytes()[from..span.end as usize]) {
            let dollar = from + found;
            from = dollar + 1;
            let Some((family, end)) = self.bare_attribute_at(start, dollar, span.end as usize)
            else {
                continue;
            };
            let whole = Span::new(family, end);
            // `${width}px` in a script is JavaScript.
            if !self.options.bare_attributes && self.script.holds(text, dollar) {
                from = end;
                continue;
            }
            if self.options.bare_attributes {
                if family > start {
                    self.text_node(Span::new(start, family), nodes);
                }
                let pipeline = self.bare_attribute(family, dollar, end);
                self.trim_next = false;
                nodes.push(Node::Output(Output { span: whole, pipeline }));
                start = end;
            } else {
                let shown = &text[whole.range()];
                let message =
                    format!("`{shown}` is outside braces, so customers see it as written");
                let braced = format!("{{{{{shown}}}}}");
                let title = format!("write `{braced}`");
                let diagnostic = self.report(Severity::Warning, "bare-attribute", whole, message);
                diagnostic.help = Some(title.clone());
                diagnostic.fix = Some(Fix::replace(title, Safety::Unsafe, whole, braced));
            }
            from = end;
        }
        if start < span.end as usize {
            self.text_node(Span::new(start, span.end as usize), nodes);
        }
    }

    fn text_node(&mut self, span: Span, nodes: &mut Vec<Node>) {
        let printed = self.left_trimmed(span);
        nodes.push(Node::Text(Text { span, printed }));
    }

    fn output(&mut self, construct: &Construct) -> super::ast::Pipeline {
        if !construct.closed {
            let missing = if self.slice(construct.span).ends_with('}') { "`}`" } else { "`}}`" };
            let span = construct.span;
            // Braces inside quotes end an output, too.
            let said = self.slice(span).trim_end_matches('}');
            let open = said.chars().fold(None, |open, c| match open {
                None if matches!(c, '\'' | '"') => Some(c),
                Some(quote) if quote == c => None,
                _ => open,
            });
            let is_quoted = open.is_some() && self.slice(span).ends_with('}');
            let (message, help) = if is_quoted {
                ("this `}` inside quotes ends the output".to_owned(), QUOTED_BRACE.to_owned())
            } else {
                ("`{{` is never closed".to_owned(), format!("add {missing} after the expression"))
            };
            self.refuse("unclosed-output", span, message).help = Some(help);
        }
        let said = self.diagnostics.len();
        let pipeline = self.pipeline(construct.markup);
        // Only if the content is complete is a brace all that is missing.
        if !construct.closed && self.diagnostics.len() == said && said > 0 {
            let end = construct.span.end as usize;
            let behind = self.text.as_bytes().get(end);
            if self.slice(construct.span).ends_with('}') && behind != Some(&b'%') {
                // `{{ a } }}`: the braces are there, but separate.
                let rest = self.text[end..].trim_start_matches([' ', '\t']);
                let braces = rest.bytes().take(2).take_while(|byte| *byte == b'}').count();
                let fix = if braces > 0 {
                    let apart = Span::new(end - 1, self.text.len() - rest.len() + braces);
                    Fix::replace("close it with `}}`", Safety::Safe, apart, "}}")
                } else {
                    Fix::replace("add `}`", Safety::Safe, Span::empty(end), "}")
                };
                self.diagnostics[said - 1].fix = Some(fix);
            }
        }
        if !construct.closed {
            // Where it ends is a guess; other errors will show once that is fixed.
            self.diagnostics.truncate(said);
        }
        pipeline
    }

    /// Trims the text before `{{-` and `{%-`, and remembers `-}}` and `-%}` for the text after.
    fn control_white_space(&mut self, construct: &Construct, nodes: &mut [Node]) {
        if construct.trims_before {
            for node in nodes.iter_mut().rev() {
                match node {
                    Node::Text(text) => {
                        text.printed = right_trimmed(self.text, text.printed);
                        if !text.printed.is_empty() {
                            break;
                        }
                    }
                    // The text around a removed comment counts as one text.
                    Node::HtmlComment(_) => {}
                    _ => break,
                }
            }
        }
        self.trim_next = construct.trims_after;
    }

    fn left_trimmed(&mut self, span: Span) -> Span {
        if !self.trim_next {
            return span;
        }
        let bytes = &self.text.as_bytes()[span.range()];
        let kept = bytes.iter().position(|&b| !is_space(b) && b != 0);
        self.trim_next = kept.is_none() && self.comment_follows(span);
        let start = kept.map_or(span.end as usize, |at| span.start as usize + at);
        Span::new(start, span.end as usize)
    }

    fn comment_follows(&self, span: Span) -> bool {
        self.options.html_comments != HtmlComments::Keep
            && self.text.as_bytes()[span.end as usize..].starts_with(b"<!--")
    }

    /// Parses a tag; returns it if it belongs to an enclosing block.
    fn tag(
        &mut self,
        construct: Construct,
        name: Span,
        input: &mut Input<'s>,
        nodes: &mut Vec<Node>,
    ) -> Option<End> {
        let word = &self.text[name.range()];
        if !construct.closed {
            let message = format!("`{{% {word}` is never closed");
            let fix = self.closing_tag(&construct, word);
            let diagnostic = self.refuse("unclosed-tag", construct.span, message);
            diagnostic.help = Some("add `%}` at the end of the tag".to_owned());
            diagnostic.fix = fix;
        }
        if word.is_empty() {
            let message = "this tag has no name".to_owned();
            self.refuse("nameless-tag", construct.span, message).help =
                Some("add a name, such as `assign` in `{% assign x = 1 %}`".to_owned());
            nodes.push(Node::Error(construct.span));
            return None;
        }
        if let Some((id, syntax)) = self.grammar.tag(word) {
            if matches!(syntax.body, Body::Lines) {
                self.lines(construct, name, id, nodes);
            } else {
                let tag = self.known_tag(construct, name, id, syntax, input);
                nodes.push(Node::Tag(Box::new(tag)));
            }
            return None;
        }
        if self.belongs_around(word) {
            return Some(End::Tag { construct, name });
        }
        self.stray_tag(&construct, name);
        nodes.push(Node::Error(construct.span));
        None
    }

    /// Whether a tag that the dialect doesn't list is a branch or end of an open block.
    fn belongs_around(&mut self, word: &str) -> bool {
        if let Some(block) = word.strip_prefix("end") {
            return self.open_blocks.iter().any(|open| open.name == block);
        }
        // A branch belongs to the innermost block, or is a mistake.
        self.open_blocks.last().is_some_and(|open| {
            let body = self.grammar.tag(open.name).map(|(_, syntax)| syntax.body);
            branch_kind(word, body).is_some()
        })
    }

    fn known_tag(
        &mut self,
        construct: Construct,
        name: Span,
        id: TagId,
        syntax: &'static TagSyntax,
        input: &mut Input<'s>,
    ) -> Tag {
        let said = self.diagnostics.len();
        let markup = self.markup(syntax.form, construct.markup, name);
        if !construct.closed {
            // Where the tag ends is a guess; other errors will show once that is fixed.
            self.diagnostics.truncate(said);
        }
        let mut tag = Tag {
            closed: construct.closed,
            span: construct.span,
            open: construct.span,
            name,
            id,
            markup,
            branches: Vec::new(),
            close: None,
            blank: syntax.blank == Blank::Always,
        };
        match syntax.body {
            Body::None | Body::Lines => return tag,
            Body::Verbatim | Body::Skipped | Body::Documentation => {
                self.unread_body(syntax, &mut tag, input);
            }
            Body::Nodes | Body::Branches | Body::Cases | Body::Loop => {
                if self.nesting >= self.max_nesting() {
                    self.too_deep(construct.span);
                    return tag;
                }
                self.nesting += 1;
                self.block(syntax, &mut tag, input);
                self.nesting -= 1;
            }
        }
        if syntax.blank == Blank::AsBody {
            tag.blank = tag.branches.iter().all(|branch| is_blank(self.text, &branch.body));
        }
        if tag.blank && matches!(syntax.body, Body::Branches | Body::Cases | Body::Loop) {
            drop_white_space(&mut tag);
        }
        tag
    }

    fn block(&mut self, syntax: &'static TagSyntax, tag: &mut Tag, input: &mut Input<'s>) {
        self.open_blocks.push(OpenBlock { name: syntax.name, wrong_end: false });
        let mut branch = Branch {
            open: tag.open,
            kind: BranchKind::Main,
            markup: Markup::None,
            body: Vec::new(),
        };
        let mut had_else = false;
        loop {
            let end = self.nodes(input, &mut branch.body);
            let (construct, name) = match end {
                End::Input => {
                    self.never_closed(tag);
                    break;
                }
                End::Tag { construct, name } => (construct, name),
            };
            let word = &self.text[name.range()];
            if word.strip_prefix("end") == Some(syntax.name) {
                tag.close = Some(construct.span);
                if !tag.closed {
                    self.may_lack_its_end(syntax.name);
                }
                break;
            }
            let Some(kind) = branch_kind(word, Some(syntax.body)) else {
                // It ends a block around this one.
                self.never_closed(tag);
                self.open_blocks.pop();
                tag.branches.push(branch);
                tag.span = Span::new(tag.open.start as usize, construct.span.start as usize);
                self.pending_end(construct, name, input);
                return;
            };
            if had_else && kind != BranchKind::When && syntax.body != Body::Cases {
                self.branch_after_else(kind, name);
            }
            // `else if` means `elsif`, and another `else` may follow.
            let said = self.slice(trimmed(self.text, construct.markup));
            let is_else_if =
                said.strip_prefix("if").is_some_and(|rest| rest.starts_with(char::is_whitespace));
            had_else |= kind == BranchKind::Else && !is_else_if;
            let markup = self.branch_markup(kind, construct.markup, name, syntax);
            let next = Branch { open: construct.span, kind, markup, body: Vec::new() };
            tag.branches.push(std::mem::replace(&mut branch, next));
        }
        tag.branches.push(branch);
        self.open_blocks.pop();
        tag.span = Span::new(
            tag.open.start as usize,
            tag.close.map_or(input.pos(), |close| close.end as usize),
        );
    }

    /// Puts an end tag back for the block it belongs to.
    fn pending_end(&mut self, construct: Construct, _name: Span, input: &mut Input<'s>) {
        input.rewind(construct.span.start as usize);
    }

    /// Notes that the end of a block was given to an unfinished tag inside it, so that the block
    /// isn't reported for lacking one.
    fn may_lack_its_end(&mut self, name: &str) {
        let around = self.open_blocks.iter_mut().rev().skip(1);
        if let Some(block) = around.into_iter().find(|block| block.name == name) {
            block.wrong_end = true;
        }
    }

    fn branch_after_else(&mut self, kind: BranchKind, name: Span) {
        let word = self.slice(name);
        let (code, message) = if kind == BranchKind::Else {
            ("duplicate-else", "this second `else` is never reached".to_owned())
        } else {
            ("branch-after-else", format!("this `{word}` comes after `else` and is never reached"))
        };
        self.report(Severity::Warning, code, name, message).help =
            Some("keep one `else`, and make it the last branch".to_owned());
    }

    fn never_closed(&mut self, tag: &Tag) {
        let block = self.open_blocks.last();
        // While its tag is being written, its end is not.
        let told = block.is_some_and(|open| open.wrong_end) || self.gave_up || !tag.closed;
        if told {
            self.refused = true;
            return;
        }
        let word = &self.text[tag.name.range()];
        let message = format!("this `{word}` has no `end{word}`");
        self.refuse("unclosed-block", tag.open, message).help =
            Some(format!("add `{{% end{word} %}}` where the block ends"));
    }

    fn unread_body(&mut self, syntax: &'static TagSyntax, tag: &mut Tag, input: &mut Input<'s>) {
        let closing = format!("end{}", syntax.name);
        let start = input.pos();
        if !tag.closed && self.unended.contains(&syntax.name) {
            return;
        }
        let (body, close) = match input {
            Input::Document(scanner) if syntax.body == Body::Skipped => {
                skip_nested(scanner, syntax.name, &closing)
            }
            Input::Document(scanner) => scanner.verbatim(&closing),
            Input::Lines { text, pos, end } => skip_lines(text, pos, *end, syntax, &closing),
        };
        if let Some(close) = close {
            tag.close = Some(close.span);
            self.trim_next = close.trims_after;
        } else if !tag.closed {
            // Its body hasn't been written yet; what follows isn't it.
            self.unended.push(syntax.name);
            input.rewind(start);
            return;
        } else {
            let message = format!("this `{}` has no `{closing}`", syntax.name);
            self.refuse("unclosed-block", tag.open, message).help =
                Some(format!("add `{{% {closing} %}}` where the block ends"));
        }
        let end = tag.close.map_or(input.pos().max(start), |close| close.end as usize);
        tag.span = Span::new(tag.open.start as usize, end);
        let body =
            if syntax.body == Body::Verbatim { body } else { Span::empty(body.start as usize) };
        if !body.is_empty() {
            tag.blank = false;
        }
        let text = Node::Text(Text { span: body, printed: body });
        let branch = Branch {
            open: tag.open,
            kind: BranchKind::Main,
            markup: Markup::None,
            body: vec![text],
        };
        tag.branches.push(branch);
    }

    /// Parses `{% liquid … %}`, whose lines become tags in its place.
    fn lines(&mut self, construct: Construct, name: Span, id: TagId, nodes: &mut Vec<Node>) {
        if self.nesting >= self.max_nesting() {
            self.too_deep(construct.span);
            nodes.push(Node::Error(construct.span));
            return;
        }
        self.nesting += 1;
        let text = self.text;
        let (pos, end) = (construct.markup.start as usize, construct.markup.end as usize);
        let mut input = Input::Lines { text, pos, end };
        let mut body = Vec::new();
        let around = std::mem::take(&mut self.open_blocks);
        while let End::Tag { construct, name } = self.nodes(&mut input, &mut body) {
            self.stray_tag(&construct, name);
        }
        self.open_blocks = around;
        self.nesting -= 1;
        self.trim_next = construct.trims_after;
        let blank = is_blank(self.text, &body);
        let branch =
            Branch { open: construct.span, kind: BranchKind::Main, markup: Markup::None, body };
        nodes.push(Node::Tag(Box::new(Tag {
            closed: construct.closed,
            span: construct.span,
            open: construct.span,
            name,
            id,
            markup: Markup::None,
            branches: vec![branch],
            close: None,
            blank,
        })));
    }
}

fn branch_kind(word: &str, body: Option<Body>) -> Option<BranchKind> {
    match (word, body?) {
        ("elsif", Body::Branches) => Some(BranchKind::Elsif),
        ("when", Body::Cases) => Some(BranchKind::When),
        ("else", Body::Branches | Body::Cases | Body::Loop) => Some(BranchKind::Else),
        _ => None,
    }
}

/// Skips to the end of a comment: nested comments count, and `raw` hides its contents.
fn skip_nested(scanner: &mut Scanner<'_>, name: &str, closing: &str) -> (Span, Option<Construct>) {
    let start = scanner.pos();
    let mut depth = 1;
    while let Some((word, construct)) = scanner.skipped_tag() {
        match scanner.slice(word) {
            "raw" => drop(scanner.verbatim("endraw")),
            word if word == name => depth += 1,
            word if word == closing => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (Span::new(start, construct.span.start as usize), Some(construct));
        }
    }
    (Span::new(start, scanner.pos()), None)
}

fn skip_lines(
    text: &str,
    pos: &mut usize,
    end: usize,
    syntax: &TagSyntax,
    closing: &str,
) -> (Span, Option<Construct>) {
    let start = *pos;
    let mut depth = 1;
    while let Some(Token::Tag { construct, name }) = next_line(text, pos, end) {
        let word = &text[name.range()];
        depth += usize::from(word == syntax.name && syntax.body == Body::Skipped);
        depth -= usize::from(word == closing);
        if depth == 0 {
            return (Span::new(start, construct.span.start as usize), Some(construct));
        }
    }
    (Span::new(start, end), None)
}

fn right_trimmed(text: &str, span: Span) -> Span {
    let bytes = &text.as_bytes()[span.range()];
    let kept = bytes.iter().rposition(|&b| !is_space(b) && b != 0).map_or(0, |last| last + 1);
    Span::new(span.start as usize, span.start as usize + kept)
}

fn is_blank(text: &str, nodes: &[Node]) -> bool {
    nodes.iter().all(|node| match node {
        Node::Text(piece) => text.as_bytes()[piece.printed.range()].iter().copied().all(is_space),
        Node::HtmlComment(_) | Node::Error(_) => true,
        Node::Output(_) => false,
        Node::Tag(tag) => tag.blank,
    })
}

/// Drops the text of a block with only white space and blank tags, as Ruby does.
fn drop_white_space(tag: &mut Tag) {
    for node in tag.branches.iter_mut().flat_map(|branch| &mut branch.body) {
        if let Node::Text(text) = node {
            text.printed.end = text.printed.start;
        }
    }
}
