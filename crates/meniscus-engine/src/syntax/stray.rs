//! Misplaced tags: ends without a start, and unknown names.

use super::cursor::trimmed;
use super::parser::{Parser, suggest};
use super::scanner::Construct;
use crate::diagnostic::{Fix, Safety};
use crate::text::{Span, nearest_typo};

impl Parser<'_> {
    pub(super) fn stray_tag(&mut self, construct: &Construct, name: Span) {
        let word = &self.text[name.range()];
        let span = construct.span;
        let is_end =
            word.strip_prefix("end").is_some_and(|block| self.grammar.tag(block).is_some());
        if is_end || matches!(word, "else" | "elsif" | "when") {
            let innermost = self.open_blocks.last_mut();
            let expected = innermost.map(|open| {
                open.wrong_end |= is_end;
                format!("`end{}`", open.name)
            });
            let (message, help) = match expected {
                Some(expected) if is_end => (
                    format!("found `{word}`, expected {expected}"),
                    format!("write {expected} here, or open the block that `{word}` closes"),
                ),
                Some(expected) => (
                    format!("`{word}` isn't part of this block, expected {expected}"),
                    format!("close the block with {expected} first"),
                ),
                None => (
                    format!("`{word}` is outside any block"),
                    "remove it, or add the tag that opens its block".to_owned(),
                ),
            };
            self.refuse("stray-tag", span, message).help = Some(help);
            return;
        }
        let message = format!("unknown tag `{word}`");
        let foreign = self.grammar.foreign_tag(word);
        let lower = word.to_ascii_lowercase();
        let lower_end = lower.strip_prefix("end").filter(|block| self.grammar.tag(block).is_some());
        let innermost = self.open_blocks.last().map(|open| format!("end{}", open.name));
        let expected = match word {
            "end" => innermost,
            _ => lower_end
                .map(|_| lower.clone())
                .or_else(|| innermost.filter(|end| nearest_typo(word, [end.as_str()]).is_some())),
        };
        if let Some(expected) = expected {
            if let Some(open) = self.open_blocks.last_mut() {
                open.wrong_end = true;
            }
            let diagnostic = self.refuse("unknown-tag", name, message);
            diagnostic.help = Some(format!("write `{expected}`"));
            let title = format!("replace `{word}` with `{expected}`");
            diagnostic.fix = Some(Fix::replace(title, Safety::Unsafe, name, expected));
            return;
        }
        let branches = ["else", "elsif", "when"];
        let branch = nearest_typo(word, branches).filter(|_| !self.open_blocks.is_empty());
        let near = branch.or_else(|| self.near("unknown-tag", word, |names| names.tag_names()));
        let output_like = matches!(self.text.as_bytes().get(name.end as usize), Some(b'.' | b'['));
        if output_like && foreign.is_none() {
            let inner = self.slice(trimmed(self.text, name.to(construct.markup)));
            let output = format!("{{{{ {inner} }}}}");
            let diagnostic = self.refuse("unknown-tag", name, message);
            diagnostic.help = Some(format!("write `{output}` to print a value"));
            if construct.closed {
                let title = format!("write `{output}`");
                diagnostic.fix = Some(Fix::replace(title, Safety::Unsafe, span, output));
            }
            return;
        }
        suggest(self.refuse("unknown-tag", name, message), foreign, near);
    }
}
