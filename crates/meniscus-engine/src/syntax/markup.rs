//! Parses each form of tag: strictly, then in Ruby's lax mode.

use super::ast::{BranchKind, Condition, Expr, ExprKind, Loop, Markup, Offset, Pipeline};
use super::cursor::{Cursor, Unexpected, is_space, trimmed};
use super::grammar::{Body, Form, TagSyntax};
use super::parser::Parser;
use super::syntax_error::MarkupKind;
use crate::diagnostic::{Fix, Safety, Severity};
use crate::text::Span;

impl<'s> Parser<'s> {
    pub(super) fn markup(&mut self, form: Form, span: Span, name: Span) -> Markup {
        match form {
            Form::Ignored => Markup::None,
            Form::None => {
                self.nothing_expected(span, name);
                Markup::None
            }
            Form::InlineComment => {
                self.inline_comment(span);
                Markup::None
            }
            Form::Pipeline => Markup::Pipeline(self.pipeline(span)),
            Form::Assign => self.assign(span, name),
            Form::CaptureTarget => self.capture(span, name),
            Form::CounterTarget => Markup::Target(trimmed(self.text, span)),
            Form::Condition => self.condition(span, name),
            Form::For => self.for_loop(span, name),
            Form::Tablerow => self.tablerow(span, name),
            Form::Subject => self.subject(span, name),
            Form::Cycle => self.cycle(span, name),
            Form::TextAndOptions => Markup::Options(self.options_markup(span, false)),
            Form::WordsAndOptions => Markup::Options(self.options_markup(span, true)),
            Form::Call => self.call(span),
        }
    }

    pub(super) fn branch_markup(
        &mut self,
        kind: BranchKind,
        span: Span,
        name: Span,
        syntax: &TagSyntax,
    ) -> Markup {
        match kind {
            BranchKind::Main => Markup::None,
            BranchKind::Elsif => self.condition(span, name),
            BranchKind::When => self.alternatives(span, name),
            BranchKind::Else => {
                let said = trimmed(self.text, span);
                if !said.is_empty() {
                    let taken = if syntax.body == Body::Cases { "value" } else { "condition" };
                    let message = format!("`else` takes no {taken}, found `{}`", self.slice(said));
                    if syntax.body == Body::Cases {
                        self.refuse("case-syntax", said, message).help =
                            Some("use `when` for a value".to_owned());
                    } else {
                        let condition = self.slice(said).strip_prefix("if");
                        let condition = condition.filter(|rest| rest.starts_with(is_white));
                        let fix = condition.map(|_| {
                            let whole = Span { start: name.start, end: said.start + 2 };
                            Fix::replace(
                                "replace `else if` with `elsif`",
                                Safety::Unsafe,
                                whole,
                                "elsif",
                            )
                        });
                        let diagnostic =
                            self.report(Severity::Warning, "else-takes-nothing", said, message);
                        let help = "use `elsif` for a condition; Liquid ignores it here";
                        diagnostic.help = Some(help.to_owned());
                        diagnostic.fix = fix;
                    }
                }
                Markup::None
            }
        }
    }

    /// Parses a pipeline strictly, or else in lax mode.
    pub(super) fn pipeline(&mut self, span: Span) -> Pipeline {
        self.strict_or(span, MarkupKind::Pipeline, Parser::whole_pipeline, Parser::lax_pipeline)
    }

    /// Parses strictly; if that fails, reports it and parses in lax mode.
    fn strict_or<T>(
        &mut self,
        span: Span,
        place: MarkupKind,
        strict: impl FnOnce(&mut Self, Span) -> Result<T, Unexpected>,
        lax: impl FnOnce(&mut Self, Span) -> T,
    ) -> T {
        let said = self.diagnostics.len();
        match strict(self, span) {
            Ok(read) => read,
            Err(unexpected) => {
                if self.gave_up {
                    return lax(self, span);
                }
                self.diagnostics.truncate(said);
                let whole = self.report_syntax_error(place, span, unexpected);
                let read = lax(self, span);
                if !whole && !self.gave_up {
                    // Names found in text garbled by an editor aren't real.
                    self.diagnostics.truncate(said + 1);
                }
                read
            }
        }
    }

    /// Like [`Parser::strict_or`]. If lax parsing fails too, the template is rejected, and the
    /// strict error, which describes how Liquid continues, isn't reported.
    fn strict_or_none<T>(
        &mut self,
        span: Span,
        place: MarkupKind,
        strict: impl FnOnce(&mut Self, Span) -> Result<T, Unexpected>,
        lax: impl FnOnce(&mut Self, Span) -> Option<T>,
    ) -> Option<T> {
        let said = self.diagnostics.len();
        let read = self.strict_or(span, place, |parser, span| strict(parser, span).map(Some), lax);
        if read.is_none() && self.diagnostics.len() > said {
            self.diagnostics.remove(said);
        }
        read
    }

    fn nothing_expected(&mut self, span: Span, name: Span) {
        let said = trimmed(self.text, span);
        if !said.is_empty() {
            let word = &self.text[name.range()];
            let message = format!("`{word}` takes no arguments, found `{}`", self.slice(said));
            if matches!(word, "raw" | "doc") {
                self.refuse("raw-syntax", said, message).help = Some("remove it".to_owned());
            } else {
                self.report(Severity::Warning, "tag-takes-nothing", said, message).help =
                    Some("remove it; Liquid ignores it".to_owned());
            }
        }
    }

    /// Checks that every line of an inline comment starts with `#`.
    fn inline_comment(&mut self, span: Span) {
        let text = self.text;
        let mut start = span.start as usize;
        for (index, line) in text[span.range()].split('\n').enumerate() {
            let at = trimmed(text, Span::new(start, start + line.len()));
            if index > 0 && !at.is_empty() && !text[at.range()].starts_with('#') {
                let message = "this line of the comment doesn't start with `#`".to_owned();
                self.refuse("inline-comment", at, message).help =
                    Some("start every line with `#`, or use `{% comment %}`".to_owned());
                return;
            }
            start += line.len() + 1;
        }
    }

    fn assign(&mut self, span: Span, name: Span) -> Markup {
        let mut cursor = Cursor::new(self.text, span);
        cursor.skip_space();
        let start = cursor.pos;
        while cursor.peek().is_some_and(is_target) {
            cursor.pos += 1;
        }
        let strict = Span::new(start, cursor.pos);
        let well_formed = !strict.is_empty() && !self.slice(strict).starts_with('-');
        if well_formed && cursor.eat(b'=') {
            let value = self.assigned(Span::new(cursor.pos, cursor.end));
            return Markup::Assign { target: strict, value };
        }
        match self.lax_assign_target(span) {
            Some((target, rest)) => {
                let shown =
                    self.slice(trimmed(self.text, Span::new(span.start as usize, rest - 1)));
                let message = format!("`{shown}` isn't a valid variable name");
                let read = self.slice(target).to_owned();
                let code = name_code(shown);
                self.report(Severity::Error, code, target, message).help = Some(format!(
                    "use ASCII letters, digits, and `_`; Liquid assigns to `{read}` here"
                ));
                let value = self.assigned(Span::new(rest, span.end as usize));
                Markup::Assign { target, value }
            }
            None => {
                let message = "this `assign` has no `name = value`".to_owned();
                self.refuse("assign-syntax", trimmed_or(self.text, span, name), message).help =
                    Some("write `{% assign name = value %}`".to_owned());
                Markup::None
            }
        }
    }

    fn assigned(&mut self, span: Span) -> Pipeline {
        self.strict_or(span, MarkupKind::Assign, Parser::whole_pipeline, Parser::lax_pipeline)
    }

    fn capture(&mut self, span: Span, name: Span) -> Markup {
        let bytes = self.text.as_bytes();
        let start = span.range().find(|&at| is_target(bytes[at]));
        let Some(start) = start else {
            let message = "this `capture` has no name".to_owned();
            self.refuse("capture-syntax", trimmed_or(self.text, span, name), message).help =
                Some("write `{% capture name %}…{% endcapture %}`".to_owned());
            return Markup::None;
        };
        let length = bytes[start..span.end as usize].iter().take_while(|&&b| is_target(b)).count();
        let target = Span::new(start, start + length);
        let said = trimmed(self.text, span);
        let quoted = matches!(bytes[said.start as usize], b'\'' | b'"');
        if said != target && !quoted || self.slice(target).starts_with('-') {
            let shown = self.slice(said).to_owned();
            let read = self.slice(target).to_owned();
            let message = format!("`{shown}` isn't a valid variable name");
            self.report(Severity::Error, name_code(&shown), said, message).help = Some(format!(
                "use ASCII letters, digits, and `_`; Liquid captures into `{read}` here"
            ));
        }
        Markup::Target(target)
    }

    fn condition(&mut self, span: Span, name: Span) -> Markup {
        let read = self.strict_or_none(
            span,
            MarkupKind::Condition,
            Parser::strict_condition,
            Parser::lax_condition,
        );
        match read {
            Some(condition) => Markup::Condition(condition),
            None => {
                self.no_condition(span, name);
                Markup::Condition(Condition {
                    span,
                    comparisons: Vec::new(),
                    connectives: Vec::new(),
                })
            }
        }
    }

    fn no_condition(&mut self, span: Span, name: Span) {
        let word = &self.text[name.range()];
        let message = format!("this `{word}` has no condition");
        self.refuse("condition-syntax", trimmed_or(self.text, span, name), message).help =
            Some(format!("add a condition, such as `{{% {word} value == other %}}`"));
    }

    fn for_loop(&mut self, span: Span, name: Span) -> Markup {
        let read = self.strict_or_none(
            span,
            MarkupKind::Loop,
            |parser, span| parser.strict_loop(span, false),
            |parser, span| parser.lax_loop(span, false),
        );
        self.loop_markup(read, span, name)
    }

    fn tablerow(&mut self, span: Span, name: Span) -> Markup {
        let read = self.strict_or_none(
            span,
            MarkupKind::Loop,
            |parser, span| parser.strict_loop(span, true),
            |parser, span| parser.lax_loop(span, true),
        );
        self.loop_markup(read, span, name)
    }

    fn loop_markup(&mut self, read: Option<Loop>, span: Span, name: Span) -> Markup {
        match read {
            Some(read) => Markup::Loop(read),
            None => {
                let word = &self.text[name.range()];
                let message = format!("this `{word}` has no `item in items`");
                self.refuse("loop-syntax", trimmed_or(self.text, span, name), message).help =
                    Some(format!("write `{{% {word} item in items %}}`"));
                Markup::None
            }
        }
    }

    fn strict_loop(&mut self, span: Span, table: bool) -> Result<Loop, Unexpected> {
        let mut cursor = Cursor::new(self.text, span);
        let Some(variable) = cursor.identifier() else {
            return Err(cursor.unexpected("a variable name"));
        };
        if cursor.keyword("in").is_none() {
            return Err(cursor.unexpected("`in`"));
        }
        let collection = self.strict_expression(&mut cursor)?;
        let reversed = !table && cursor.keyword("reversed").is_some();
        let mut read =
            Loop { variable, collection, reversed, limit: None, offset: None, columns: None };
        loop {
            cursor.eat(b',');
            let Some(name) = cursor.identifier() else { break };
            let attribute = self.slice(name).to_owned();
            if !cursor.eat(b':') {
                return Err(Unexpected { at: name, expected: "`limit:` or `offset:`" });
            }
            match &*attribute {
                "limit" => read.limit = Some(self.strict_expression(&mut cursor)?),
                "cols" if table => read.columns = Some(self.strict_expression(&mut cursor)?),
                "offset" if cursor.keyword("continue").is_some() => {
                    read.offset = Some(Offset::Continue)
                }
                "offset" => read.offset = Some(Offset::At(self.strict_expression(&mut cursor)?)),
                _ => return Err(Unexpected { at: name, expected: "`limit:` or `offset:`" }),
            }
        }
        if cursor.at_end() {
            Ok(read)
        } else {
            Err(cursor.unexpected("`limit:`, `offset:`, or the end"))
        }
    }

    fn subject(&mut self, span: Span, name: Span) -> Markup {
        let read = self.strict_or_none(
            span,
            MarkupKind::Condition,
            Parser::strict_whole_expression,
            Parser::lax_first_expression,
        );
        match read {
            Some(expr) => Markup::Subject(expr),
            None => {
                let message = "this `case` has no value".to_owned();
                self.refuse("case-syntax", trimmed_or(self.text, span, name), message).help =
                    Some("write `{% case value %}`".to_owned());
                Markup::Subject(Expr { span, kind: ExprKind::Missing })
            }
        }
    }

    fn strict_whole_expression(&mut self, span: Span) -> Result<Expr, Unexpected> {
        let mut cursor = Cursor::new(self.text, span);
        let expr = self.strict_expression(&mut cursor)?;
        if cursor.at_end() { Ok(expr) } else { Err(cursor.unexpected("the end")) }
    }

    fn alternatives(&mut self, span: Span, name: Span) -> Markup {
        let read = self.strict_or_none(
            span,
            MarkupKind::Condition,
            |parser, span| {
                let mut cursor = Cursor::new(parser.text, span);
                let mut values = vec![parser.strict_expression(&mut cursor)?];
                while cursor.eat(b',') || cursor.keyword("or").is_some() {
                    values.push(parser.strict_expression(&mut cursor)?);
                }
                if cursor.at_end() {
                    Ok(values)
                } else {
                    Err(cursor.unexpected("`,`, `or`, or the end"))
                }
            },
            Parser::lax_alternatives,
        );
        match read {
            Some(values) => Markup::Alternatives(values),
            None => {
                let message = "this `when` has no value".to_owned();
                self.refuse("when-syntax", trimmed_or(self.text, span, name), message).help =
                    Some("write `{% when 'value' %}`".to_owned());
                Markup::Alternatives(Vec::new())
            }
        }
    }

    fn cycle(&mut self, span: Span, name: Span) -> Markup {
        let read = self.strict_or_none(
            span,
            MarkupKind::Pipeline,
            Parser::strict_cycle,
            Parser::lax_cycle,
        );
        if let Some(Markup::Cycle { group, text, mut values }) = read {
            // Ruby drops literal `nil`.
            values.retain(|value| !matches!(value.kind, ExprKind::Nil));
            return Markup::Cycle { group, text, values };
        }
        read.unwrap_or_else(|| {
            let message = "this `cycle` has no values".to_owned();
            self.refuse("cycle-syntax", trimmed_or(self.text, span, name), message).help =
                Some("write `{% cycle 'odd', 'even' %}`".to_owned());
            Markup::None
        })
    }

    fn strict_cycle(&mut self, span: Span) -> Result<Markup, Unexpected> {
        let mut cursor = Cursor::new(self.text, span);
        let first = self.strict_expression(&mut cursor)?;
        let mut start = first.span.start as usize;
        let mut group = None;
        let mut values = Vec::new();
        if cursor.eat(b':') {
            group = Some(first);
            cursor.skip_space();
            start = cursor.pos;
            values.push(self.strict_expression(&mut cursor)?);
        } else {
            values.push(first);
        }
        while cursor.eat(b',') {
            values.push(self.strict_expression(&mut cursor)?);
        }
        if !cursor.at_end() {
            return Err(cursor.unexpected("`,` or the end"));
        }
        let text = trimmed(self.text, Span::new(start, cursor.end));
        // Ruby splits the values at every comma, even inside quotes.
        if self.slice(text).split(',').count() != values.len() {
            let quoted = values.iter().find(|value| self.slice(value.span).contains(','));
            let at = quoted.map_or(text, |value| value.span);
            return Err(Unexpected { at, expected: "a value without a comma" });
        }
        Ok(Markup::Cycle { group, text, values })
    }

    /// Parses `('argument')`, `()`, or nothing.
    fn call(&mut self, span: Span) -> Markup {
        let span = trimmed(self.text, span);
        let mut arguments = Vec::new();
        if span.is_empty() {
            return Markup::Call { span, arguments };
        }
        let bytes = &self.text.as_bytes()[span.range()];
        let wrapped = bytes.len() >= 2 && bytes[0] == b'(' && bytes[bytes.len() - 1] == b')';
        let inner = if wrapped {
            trimmed(self.text, Span::new(span.start as usize + 1, span.end as usize - 1))
        } else {
            span
        };
        if !inner.is_empty() {
            let quote = self.text.as_bytes()[inner.start as usize];
            let text = self.slice(inner);
            let quoted = matches!(quote, b'\'' | b'"')
                && text.len() >= 2
                && text.as_bytes()[1..].iter().position(|&b| b == quote) == Some(text.len() - 2);
            let text = if quoted {
                Span::new(inner.start as usize + 1, inner.end as usize - 1)
            } else {
                inner
            };
            let code = match (quoted, wrapped) {
                (true, true) => None,
                (false, true) => Some("unquoted-argument"),
                (_, false) => Some("missing-parentheses"),
            };
            if let Some(code) = code {
                let shown = self.slice(inner).to_owned();
                let message = format!("found `{shown}`, expected a quoted string in parentheses");
                let plain = self.slice(text);
                let quote = ["'", "\""].into_iter().find(|quote| !plain.contains(quote));
                let fix = quote.map(|quote| {
                    let written = format!("({quote}{plain}{quote})");
                    Fix::replace(format!("write `{written}`"), Safety::Safe, span, written)
                });
                let diagnostic = self.report(Severity::Warning, code, inner, message);
                diagnostic.help = Some("add quotes and parentheses: `('text')`".to_owned());
                diagnostic.fix = fix;
            }
            if self.slice(text).contains("{{") {
                let message = "Liquid doesn't run in this string".to_owned();
                self.report(Severity::Warning, "liquid-in-argument", inner, message).help =
                    Some("use fixed text; Braze takes the braces as written".to_owned());
            }
            arguments.push(Expr { span: inner, kind: ExprKind::Str(text) });
        }
        Markup::Call { span, arguments }
    }
}

fn name_code(name: &str) -> &'static str {
    if name.is_ascii() { "variable-name" } else { "non-ascii-name" }
}

fn is_white(c: char) -> bool {
    c.is_ascii_whitespace()
}

/// Whether Ruby's `[\w\-.\[\]()]` matches, which is allowed in assigned names.
pub(super) fn is_target(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.[]()".contains(&byte)
}

/// Returns the markup, or the tag's name if it is empty.
fn trimmed_or(text: &str, span: Span, name: Span) -> Span {
    let said = trimmed(text, span);
    debug_assert!(said.is_empty() || !is_space(text.as_bytes()[said.start as usize]));
    if said.is_empty() { name } else { said }
}
