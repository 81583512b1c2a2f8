use std::ops::Range;
use std::sync::Arc;

use crate::dialect::BRAZE;
use crate::dialect::families::FAMILIES;
use crate::syntax::ast::Node;
use crate::syntax::{ParseOptions, Visitor, parse, walk_nodes, walk_tag};
use crate::text::{Source, Span};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Context {
    Tag,
    Filter,
    /// A field of the value at a path.
    Field {
        /// The path without the dot after it.
        owner: Range<usize>,
    },
    /// The name between `${` and `}`.
    Attribute {
        /// The family before it; empty for the profile.
        family: String,
    },
    /// An option of a call.
    Option,
    /// The value of an option of a call.
    OptionValue {
        option: String,
    },
    /// A family's name with its dot, before `${`, or a field of a variable with that name.
    Family {
        owner: Range<usize>,
    },
    /// The start of an expression.
    Root {
        /// Whether words such as `and` are allowed here.
        in_tag: bool,
    },
}

/// A position in markup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub context: Context,
    /// The word at or before the position.
    pub word: Range<usize>,
    /// Where the outermost markup around it starts.
    pub markup: usize,
}

impl Cursor {
    /// Finds the markup around an offset; returns `None` in text, comments, and verbatim bodies, in
    /// quotes, and inside a character.
    pub fn at(text: &str, offset: usize, options: ParseOptions) -> Option<Cursor> {
        let before = text.get(..offset)?;
        let Markup { start: markup, inside: base, is_tag } = Markup::around(text, offset, options)?;
        let inner = before.get(base..)?;
        // A comment has no expressions; those for meniscus are completed by themselves.
        let is_comment = is_tag && inner.trim_start_matches('-').trim_start().starts_with('#');
        if in_quotes(inner) || is_comment {
            return None;
        }
        if let Some(start) = inner.rfind("${").filter(|at| !inner[*at..].contains('}')) {
            let name = base + start + 2;
            let family = inner[..start].strip_suffix('.').map(last_word).unwrap_or_default();
            let end = text[offset..].find(['}', '\n']).map_or(offset, |at| offset + at);
            let context = Context::Attribute { family: family.to_owned() };
            return Some(Cursor { context, word: name..end, markup });
        }
        let start = offset - last_word(inner).len();
        // `$` begins `${`.
        let has_dollar = before[..start].ends_with('$') && base < start;
        let start = if has_dollar { start - 1 } else { start };
        let end = offset + first_word(&text[offset..]).len();
        if has_dollar && text[end..].starts_with('{') {
            return None;
        }
        let word = start..end;
        let ahead = &text[base..start];
        let trimmed = ahead.trim_end();
        let context = if trimmed.ends_with('|') {
            Context::Filter
        } else if is_tag && trimmed.trim_start_matches('-').is_empty() {
            Context::Tag
        } else if let Some(path) = ahead.strip_suffix('.') {
            let owner = base + path_start(path)..start - 1;
            if owner.is_empty() {
                return None;
            }
            match FAMILIES.iter().any(|family| family.name == &text[owner.clone()]) {
                true if text[end..].starts_with(['$', '{']) => return None,
                true => Context::Family { owner },
                false => Context::Field { owner },
            }
        } else if is_tag
            && ahead.ends_with(':')
            && ahead.trim_start_matches(['-', ' ']).starts_with("connected_content")
        {
            Context::Option
        } else if let Some(option) = option_before(ahead).filter(|_| is_tag) {
            let option = option.to_owned();
            // A value goes from space to space.
            let from = ahead.trim_end_matches(|c: char| !c.is_whitespace()).len();
            let to = text[end..].find(|c: char| c.is_whitespace() || matches!(c, '%' | '}'));
            let word = base + from..to.map_or(end, |to| end + to);
            return Some(Cursor { context: Context::OptionValue { option }, word, markup });
        } else {
            Context::Root { in_tag: is_tag }
        };
        Some(Cursor { context, word, markup })
    }
}

/// Returns the option of a `connected_content` tag whose value is being written; empty for its URL.
///
/// `inside` is the text of the tag up to there, without its braces.
#[must_use]
pub fn option_before(inside: &str) -> Option<&str> {
    let options = inside.trim_start_matches('-').trim_start().strip_prefix("connected_content")?;
    // A header and a URL have colons, too: an option is a word of its own.
    let mut words = options.split_ascii_whitespace().filter_map(|word| word.strip_prefix(':'));
    Some(words.next_back().unwrap_or_default())
}

/// Markup around a position.
#[derive(Clone, Copy)]
struct Markup {
    /// Where the outermost markup starts: an output may be inside a tag.
    start: usize,
    /// The first byte after the opening braces of the innermost.
    inside: usize,
    is_tag: bool,
}

impl Markup {
    fn around(text: &str, offset: usize, options: ParseOptions) -> Option<Markup> {
        let source = Arc::new(Source::new("editor", text));
        let template = parse(&source, &BRAZE, options);
        let mut finder = Finder { text, offset, found: None };
        walk_nodes(&mut finder, &template.nodes);
        let mut found = finder.found?;
        // Unfinished braces inside markup are text to the parser.
        let ahead = text.get(found.inside..offset)?;
        if let Some(open) = ahead.rfind("{{").filter(|at| !ahead[*at..].contains("}}")) {
            (found.inside, found.is_tag) = (found.inside + open + 2, false);
        }
        Some(found)
    }
}

struct Finder<'t> {
    text: &'t str,
    offset: usize,
    found: Option<Markup>,
}

impl Finder<'_> {
    /// Returns where unfinished markup ends: after the spaces that the parser leaves to the text.
    fn reach(&self, end: usize) -> usize {
        self.text.len() - self.text[end..].trim_start_matches([' ', '\t']).len()
    }

    /// Takes the markup with these characters if the position is inside its braces.
    fn take(&mut self, span: Span) {
        let (start, end) = (span.start as usize, span.end as usize);
        let markup = &self.text[span.range()];
        let is_tag = !markup.starts_with("{{");
        // The lines of a `liquid` tag have no braces.
        let opening = if markup.starts_with(['{']) { 2 } else { 0 };
        let is_closed = opening > 0 && markup.ends_with(if is_tag { "%}" } else { "}}" });
        let end = if is_closed { end - 2 } else { self.reach(end) };
        if (start + opening..=end).contains(&self.offset) {
            self.found = Some(Markup { start, inside: start + opening, is_tag });
        }
    }
}

impl Visitor for Finder<'_> {
    fn node(&mut self, node: &Node) {
        let span = node.span();
        if !(span.start as usize..=self.reach(span.end as usize)).contains(&self.offset) {
            return;
        }
        match node {
            Node::Text(_) | Node::HtmlComment(_) => {}
            Node::Error(span) => self.take(*span),
            Node::Output(output) => self.take(output.span),
            Node::Tag(tag) => {
                let branches = tag.branches.iter().map(|branch| branch.open);
                [tag.open]
                    .into_iter()
                    .chain(branches)
                    .chain(tag.close)
                    .for_each(|at| self.take(at));
                walk_tag(self, tag);
            }
        }
    }
}

fn in_quotes(text: &str) -> bool {
    let mut open = None;
    for c in text.chars() {
        match (open, c) {
            (None, '"' | '\'') => open = Some(c),
            (Some(quote), c) if quote == c => open = None,
            _ => {}
        }
    }
    open.is_some()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn last_word(text: &str) -> &str {
    let start = text.char_indices().rev().take_while(|(_, c)| is_word(*c)).last();
    start.map_or("", |(at, _)| &text[at..])
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c| !is_word(c)).unwrap_or(text.len());
    &text[..end]
}

/// Returns where a path at the end of a text starts: words, dots, brackets, and `${…}`.
pub(super) fn path_start(text: &str) -> usize {
    let mut start = text.len();
    let mut closing: Vec<char> = Vec::new();
    for (at, c) in text.char_indices().rev() {
        match (closing.last(), c) {
            (Some(open), c) if c == *open => drop(closing.pop()),
            (_, ']') => closing.push('['),
            (_, '}') => closing.push('{'),
            (Some(_), _) => {}
            (None, c) if is_word(c) || c == '.' || c == '$' => {}
            (None, _) => break,
        }
        start = at;
    }
    start
}

/// Returns the path around an offset, up to the end of the word there; `None` without a word.
pub(super) fn path_at(text: &str, offset: usize) -> Option<Range<usize>> {
    let before = text.get(..offset)?;
    let end = offset + first_word(&text[offset..]).len();
    let in_braces = before.rfind("${").filter(|at| !before[*at..].contains('}'));
    let end = match in_braces {
        // A name in braces ends with its brace.
        Some(_) => offset + text[offset..].find('}')? + 1,
        None => end,
    };
    let start = path_start(&text[..end]);
    (start < end).then_some(start..end)
}

#[cfg(test)]
mod tests {
    use super::{Context, Cursor, path_at};
    use crate::syntax::{HtmlComments, ParseOptions};

    fn at(text: &str) -> Option<(Context, String)> {
        let offset = text.find('¦').expect("a place");
        let text = text.replace('¦', "");
        let cursor = Cursor::at(&text, offset, ParseOptions::default())?;
        Some((cursor.context, text[cursor.word].to_owned()))
    }

    #[test]
    fn the_context_is_what_is_being_written() {
        let root = |in_tag| Context::Root { in_tag };
        assert_eq!(at("a ¦ b"), None);
        assert_eq!(at("{{ 'a¦' }}"), None);
        assert_eq!(at("{{ wal¦let }}"), Some((root(false), "wallet".to_owned())));
        assert_eq!(at("{{ x | def¦"), Some((Context::Filter, "def".to_owned())));
        assert_eq!(at("{{ $¦"), Some((root(false), "$".to_owned())));
        assert_eq!(at("{% # for ¦ %}"), None);
        assert_eq!(
            at("{{ custom_attribute.¦"),
            Some((Context::Family { owner: 3..19 }, String::new()))
        );
        for text in ["{{ custom_attribute.¦${tier} }}", "{{ $¦{first_name} }}", "{{ a.$¦{b} }}"]
        {
            assert_eq!(at(text), None, "{text}");
        }
        let value = |option: &str| Context::OptionValue { option: option.to_owned() };
        let call = "{% connected_content https://x.example";
        assert_eq!(at(&format!("{call} :method po¦")), Some((value("method"), "po".to_owned())));
        assert_eq!(at(&format!("{call} ¦")), Some((value(""), String::new())));
        assert_eq!(at("{%- as¦"), Some((Context::Tag, "as".to_owned())));
        assert_eq!(at("{% if a == b¦ %}"), Some((root(true), "b".to_owned())));
        assert_eq!(at("{{ a.b[0].c¦ }}"), Some((Context::Field { owner: 3..9 }, "c".to_owned())));
        assert_eq!(
            at("{{ custom_attribute.${zip¦ code} }}"),
            Some((
                Context::Attribute { family: "custom_attribute".to_owned() },
                "zip code".to_owned()
            ))
        );
        assert_eq!(
            at("{% connected_content https://x.example :sa¦"),
            Some((Context::Option, "sa".to_owned()))
        );
        let nested = "{% connected_content https://{{ho¦";
        assert_eq!(at(nested), Some((root(false), "ho".to_owned())));
        assert_eq!(
            Cursor::at("{% assign a = {{ho", 18, ParseOptions::default()).expect("a cursor").markup,
            0
        );
        // While a tag is written, its end isn't there yet.
        for unfinished in [
            "{% if ¦",
            "{% if ¦\ntext {% endif %}",
            "{% for x in ¦\n<p>",
            "{% if a == ¦\ntext",
            "{% assign a = ¦\n{{ list }}",
            "{% if a %}{% elsif ¦\nx{% endif %}",
        ] {
            assert_eq!(at(unfinished), Some((root(true), String::new())), "{unfinished}");
        }
        let filter = "{% assign a = list | ¦\n{% if a %}x{% endif %}";
        assert_eq!(at(filter), Some((Context::Filter, String::new())));
        assert_eq!(at("{{ ¦\ntext {{ list }}"), Some((root(false), String::new())));
        assert_eq!(at("{{ a }} ¦"), None);
        assert_eq!(at("{% assign a = 1 %} ¦"), None);
        let keeps = ParseOptions { html_comments: HtmlComments::Keep, ..ParseOptions::default() };
        assert!(Cursor::at("<!-- {{ a }} -->", 9, keeps).is_some());
        // What only looks like markup isn't.
        assert_eq!(at("{% raw %}{{ wal¦let }}{% endraw %}"), None);
        assert_eq!(at("{% comment %}{{ wal¦let }}{% endcomment %}"), None);
        assert_eq!(at("<!-- {{ wal¦let }} -->"), None);
        assert_eq!(at("{{ 'a }} b' }} wal¦let"), None);
        assert_eq!(at("{% if a %}{{ b¦ }}{% endif %}"), Some((root(false), "b".to_owned())));
        assert_eq!(at("{% if a %}{% elsif b¦ %}{% endif %}"), Some((root(true), "b".to_owned())));
        assert_eq!(at("{% if a %}{% end¦if %}"), Some((Context::Tag, "endif".to_owned())));
        let lines = "{% liquid\n  assign a = 1\n  ec¦ho a\n%}";
        assert_eq!(at(lines), Some((Context::Tag, "echo".to_owned())));
        assert_eq!(at("{{ wal¦\n<p>{{ b }}</p>"), Some((root(false), "wal".to_owned())));
        assert_eq!(Cursor::at("é", 1, ParseOptions::default()), None);
    }

    #[test]
    fn a_path_ends_with_the_word() {
        let at = |text: &str, offset| path_at(text, offset).map(|range| text[range].to_owned());
        assert_eq!(at("{{ a.b[0].cc.d }}", 10), Some("a.b[0].cc".to_owned()));
        assert_eq!(at("{{ a.b }}", 3), Some("a".to_owned()));
        assert_eq!(at("{{ ca.${zip code} | x", 10), Some("ca.${zip code}".to_owned()));
        assert_eq!(at("{{  }}", 3), None);
    }
}
