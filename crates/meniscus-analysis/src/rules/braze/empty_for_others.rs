use crate::analyze::Site;
use crate::rules::reading::values::path_of;
use crate::rules::rule::rule;
use crate::rules::subject::PartModel;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{
    Branch, BranchKind, Comparison, Expr, ExprKind, Markup, Node, Operator, Path, Root, Tag,
};
use crate::text::Source;

rule! {
    /// A message that is empty for customers with another language.
    ///
    /// ## What it does
    ///
    /// Reports a message whose whole text is in branches for certain languages or countries, without
    /// an `else`.
    ///
    /// ## Why it matters
    ///
    /// Customers with another language, or none, get an empty message.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if ${language} == 'en' %}Your table is ready{% elsif ${language} == 'fr' %}Votre table est prête{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if ${language} == 'fr' %}Votre table est prête{% else %}Your table is ready{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Operators and truth (reference, section 4).
    name: "empty-for-others", level: Warn, check: Check::Message(check),
}

/// Names of attributes for a language or country.
const CHOICES: [&str; 5] = ["language", "country", "locale", "lang", "most_recent_locale"];

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.is_block {
        return;
    }
    for part in &subject.parts {
        let source = &part.template.source;
        if let Some(tag) = only_tag(part, source).filter(|tag| is_choice(tag, source)) {
            let at = Site { source, span: tag.open, via: None };
            let message = "customers with another language or country get an empty message";
            findings
                .report(&part.model, at, message)
                .label("has no `else`")
                .help("add `{% else %}` with a text, or with `abort_message`");
        }
    }
}

/// Returns the tag that contains the whole text of a part.
fn only_tag<'t>(part: &PartModel<'t>, source: &Source) -> Option<&'t Tag> {
    let mut found = None;
    for node in &part.template.nodes {
        match node {
            Node::Text(text) if source.slice(text.span).trim().is_empty() => {}
            Node::Tag(tag) if tag.blank => {}
            Node::Tag(tag) if found.is_none() => found = Some(&**tag),
            Node::HtmlComment(_) => {}
            _ => return None,
        }
    }
    found
}

/// Whether a tag compares a language with words, and has a text for each of at least two.
fn is_choice(tag: &Tag, source: &Source) -> bool {
    let branches = tag.own_branches().collect::<Vec<_>>();
    let asks = match &tag.markup {
        Markup::Subject(value) => is_language(value, source),
        Markup::Condition(first) if source.slice(tag.name) == "if" => {
            let more = branches.iter().filter_map(|branch| match &branch.markup {
                Markup::Condition(condition) => Some(condition),
                _ => None,
            });
            std::iter::once(first)
                .chain(more)
                .flat_map(|condition| &condition.comparisons)
                .all(|one| is_word(one, source))
        }
        _ => false,
    };
    let prints = |branch: &&&Branch| {
        let is_text = |node: &Node| matches!(node, Node::Text(text) if !source.slice(text.span).trim().is_empty());
        branch.body.iter().any(is_text)
    };
    asks && branches.iter().all(|branch| branch.kind != BranchKind::Else)
        && branches.iter().filter(prints).count() > 1
}

fn is_word(one: &Comparison, source: &Source) -> bool {
    let Some((operator, _, right)) = &one.rest else { return false };
    matches!(operator, Operator::Equal | Operator::Contains)
        && matches!(right.kind, ExprKind::Str(_))
        && is_language(&one.left, source)
}

fn is_language(expr: &Expr, source: &Source) -> bool {
    let Some(Path { root: Root::Attribute(attribute), segments, .. }) = path_of(expr) else {
        return false;
    };
    segments.is_empty() && CHOICES.contains(&source.slice(attribute.name))
}
