use crate::rules::reading::html::{Met, Walk};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::Span;

/// Attributes that nobody reads.
const UNREAD: [&str; 7] = ["class", "style", "href", "src", "id", "width", "bgcolor"];

rule! {
    /// A translation around links or styles.
    ///
    /// ## What it does
    ///
    /// Reports a `translation` tag around an element with an attribute that nobody reads, such as
    /// `href`, `class`, or `style`. Elements without attributes, such as `<b>`, are fine.
    ///
    /// ## Why it matters
    ///
    /// Only words that people read belong in a translation. A translator can break the link or the
    /// layout in a single language, where nobody on your team notices.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% translation cta %}<a href="https://www.marlowick.example/week">Book now</a>{% endtranslation %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// <a href="https://www.marlowick.example/week">{% translation cta %}Book now{% endtranslation %}</a>
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: `translation` (reference, section 2.6).
    name: "translation-around-markup", level: Warn, check: Check::Message(check),
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    for model in subject.models() {
        for tag in model.tags.iter().filter(|tag| tag.name == "translation") {
            let source = tag.at.source;
            let mut open = None;
            let mut found = None;
            let mut walk = Walk::new(source);
            for branch in &tag.tag.branches {
                walk.nodes(&branch.body, &mut |_, met| match met {
                    Met::Open(_, span) => open = Some(span),
                    Met::Attribute(name, _)
                        if UNREAD.iter().any(|one| name.eq_ignore_ascii_case(one)) =>
                    {
                        found = found.or(open.map(|open| (open, name)));
                    }
                    _ => {}
                });
            }
            let Some((open, name)) = found else { continue };
            let rest = &source.text()[open.start as usize..];
            let end = tag_end(rest).unwrap_or(open.len());
            let at = tag.at.at(Span::new(open.start as usize, open.start as usize + end));
            findings
                .report(model, at, format!("`{name}` is inside a translation"))
                .label("every translator has to copy this")
                .help("put the translation around the words only");
        }
    }
}

/// Returns the end of a tag, skipping quoted values and Liquid.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, quote) {
            (b'>', None) => return Some(at + 1),
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}
