//! Whether two calls are equal, and whether both can be made.

use crate::analyze::{Call, Interpolation, Model, Pieces, ReadRoot, Site, TextPart};
use crate::rules::Subject;
use crate::rules::reading::origin::origin;
use crate::syntax::{self, ast::Node};
use crate::text::Span;

/// A call with the model of the part that makes it.
type Made<'m, 'a> = (&'m Model<'a>, &'m Call<'a>);

/// Options that determine the request and its credentials.
const ASKED: [&str; 4] = ["body", "headers", "basic_auth", "auth_credentials"];

/// Whether two calls make the same request for any recipient.
pub(in crate::rules) fn is_same(a: Made<'_, '_>, b: Made<'_, '_>) -> bool {
    let same = |name: &&'static str| {
        let value = |call| Call::option(call, name).and_then(|option| option.value.as_ref());
        match (value(a.1), value(b.1)) {
            (Some(first), Some(second)) => same_text((a.0, first), (b.0, second)),
            (None, None) => true,
            _ => false,
        }
    };
    a.1.method.is_some()
        && a.1.method == b.1.method
        && same_text((a.0, &a.1.url), (b.0, &b.1.url))
        && ASKED.iter().all(same)
}

/// A piece of a string: characters, or a value.
enum Token<'p, 'a> {
    Text(String),
    Interpolation(&'p Interpolation<'a>),
}

fn same_text(a: (&Model<'_>, &Pieces<'_>), b: (&Model<'_>, &Pieces<'_>)) -> bool {
    let (first, second) = (tokens(a.1), tokens(b.1));
    first.len() == second.len()
        && first.iter().zip(&second).all(|pair| match pair {
            (Token::Text(a), Token::Text(b)) => a == b,
            (Token::Interpolation(one), Token::Interpolation(other)) => {
                same_value((a.0, one), (b.0, other))
            }
            _ => false,
        })
}

/// Merges adjacent strings and trims the whole.
fn tokens<'p, 'a>(pieces: &'p Pieces<'a>) -> Vec<Token<'p, 'a>> {
    let mut tokens: Vec<Token<'p, 'a>> = Vec::new();
    for part in &pieces.parts {
        match (part, tokens.last_mut()) {
            (TextPart::Text { text, .. }, Some(Token::Text(before))) => before.push_str(text),
            (TextPart::Text { text, .. }, _) => tokens.push(Token::Text(text.to_string())),
            (TextPart::Interpolation(interpolation), _) => {
                tokens.push(Token::Interpolation(interpolation))
            }
        }
    }
    if let Some(Token::Text(first)) = tokens.first_mut() {
        *first = first.trim_start().to_owned();
    }
    if let Some(Token::Text(last)) = tokens.last_mut() {
        *last = last.trim_end().to_owned();
    }
    tokens
}

/// Whether two values are equal for every recipient: they come from the same attribute through the
/// same filters, or from the same assignment.
fn same_value(a: (&Model<'_>, &Interpolation<'_>), b: (&Model<'_>, &Interpolation<'_>)) -> bool {
    let (Some(first), Some(second)) = (a.1.pipeline, b.1.pipeline) else { return false };
    let first = origin(a.0, a.1.at, first);
    let second = origin(b.0, b.1.at, second);
    let words =
        |call: &syntax::ast::FilterCall, at: &Site<'_>| at.source.slice(call.span).to_owned();
    let filters = |origin: &crate::rules::reading::origin::TracedValue<'_, '_>| {
        origin.filters.iter().map(|(call, at)| words(call, at)).collect::<Vec<_>>()
    };
    if first.at.text() != second.at.text() || filters(&first) != filters(&second) {
        return false;
    }
    let (Some(one), Some(other)) = (first.read, second.read) else { return false };
    match (&one.root, &other.root) {
        (ReadRoot::Attribute { .. }, ReadRoot::Attribute { .. }) => true,
        (
            ReadRoot::Variable { definition: a_set, global: a_global, .. },
            ReadRoot::Variable { definition: b_set, global: b_global, .. },
        ) => {
            (*a_global && *b_global)
                || (std::ptr::eq(a.0, b.0) && a_set.is_some() && a_set == b_set)
        }
        _ => false,
    }
}

/// A branch that contains a span: its tag, and the branch's index.
type Branch = (Span, usize);

/// Whether two places are in alternative branches of one tag.
pub(in crate::rules) fn exclude_each_other(
    subject: &Subject<'_>,
    model: &Model<'_>,
    a: Site<'_>,
    b: Site<'_>,
) -> bool {
    let (first, second) = (chain(model, a), chain(model, b));
    for (a, b) in first.iter().zip(&second) {
        let (one, other) = (branches(subject, model, *a), branches(subject, model, *b));
        let apart = |&(tag, branch): &Branch| {
            other.iter().any(|&(known, taken)| known == tag && taken != branch)
        };
        if one.iter().any(apart) {
            return true;
        }
        if a.span != b.span {
            return false;
        }
    }
    false
}

/// Whether a call is a retry: it is in a condition on an earlier one's result, and overwrites its
/// response.
pub(in crate::rules) fn is_second_try(
    subject: &Subject<'_>,
    model: &Model<'_>,
    first: &Call<'_>,
    second: &Call<'_>,
) -> bool {
    let asks = |site: &Site<'_>| {
        branches(subject, model, *site).iter().any(|(tag, _)| {
            model.reads_of(first.target).any(|read| {
                read.usage == crate::analyze::Usage::Tested
                    && std::ptr::eq(read.at.source, site.source)
                    && tag.start <= read.at.span.start
                    && read.at.span.end <= site.span.start
            })
        })
    };
    first.target == second.target && chain(model, second.at).iter().any(asks)
}

/// Returns the site in the message itself, and then in each content block on the way.
fn chain<'a>(model: &Model<'a>, at: Site<'a>) -> Vec<Site<'a>> {
    let mut sites = vec![at];
    let mut via = at.via;
    while let Some(inclusion) = via.and_then(|via| model.inclusions.get(via)) {
        sites.push(inclusion.at);
        via = inclusion.at.via;
    }
    sites.reverse();
    sites
}

fn branches(subject: &Subject<'_>, model: &Model<'_>, at: Site<'_>) -> Vec<Branch> {
    let block = at.via.and_then(|via| model.inclusions.get(via)).map(|inclusion| inclusion.name);
    let template = match block {
        None => Some(model.template),
        Some(name) => subject.known.blocks.get(name).map(|block| &*block.template),
    };
    let mut found = Vec::new();
    let mut nodes = template.map_or(&[][..], |template| &template.nodes);
    while let Some(Node::Tag(tag)) = node_around(nodes, at.span) {
        let begun = |branch: &syntax::ast::Branch| branch.open.start <= at.span.start;
        let inside = tag.branches.partition_point(begun).checked_sub(1);
        let inside = inside.and_then(|index| Some((index, tag.branches.get(index)?)));
        let Some((index, branch)) = inside else { break };
        if node_around(&branch.body, at.span).is_none() {
            break;
        }
        found.push((tag.span, index));
        nodes = &branch.body;
    }
    found
}

/// Returns the node among these siblings that contains a span.
fn node_around(nodes: &[Node], inner: Span) -> Option<&Node> {
    let behind = nodes.partition_point(|node| node.span().start <= inner.start);
    let node = nodes.get(behind.checked_sub(1)?)?;
    (inner.end <= node.span().end).then_some(node)
}
