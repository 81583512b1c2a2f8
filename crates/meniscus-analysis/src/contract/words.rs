//! Wording of a check's findings.

use super::node::{Need, Node, Use};
use crate::analyze::Usage;
use crate::shape::Kinds;
use crate::value::to_json;

/// Problems that a field can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    Lacks,
    Null,
    WrongKind,
    OtherKind,
    Unread,
}

pub(super) fn need_words(node: &Node, what: What) -> &'static str {
    let looped = node.uses.iter().any(|used| used.usage == Usage::Looped);
    match node.need {
        _ if what == What::Unread => "",
        Need::Required if node.stops => "without it, the message isn't sent",
        Need::Required if !node.fields.is_empty() => {
            "the message prints its fields without a default"
        }
        Need::Required if looped => "the message loops over it",
        Need::Required => "the message uses it without a default",
        Need::Sometimes => "in some cases, the message uses it without a default",
        Need::Optional => "the message has a default or a check for it",
        Need::Tested => "only conditions in the message read it",
        Need::Read => "the message reads it",
    }
}

pub(super) fn expected(node: &Node, what: What) -> String {
    if what == What::OtherKind {
        let seen = node.known.as_ref().map_or(Kinds::ANY, |known| known.shape.kinds);
        let kinds = seen.without(Kinds::NIL);
        return format!("{kinds} as in the known data");
    }
    if let Some(name) = node.fields.keys().next() {
        return format!("an object: the message reads its `{name}`");
    }
    if node.item.is_some() {
        return "a list: the message reads its items".to_owned();
    }
    let compared = node.compared.iter().take(3).map(|value| format!("`{}`", to_json(value.view())));
    let compared = compared.collect::<Vec<_>>();
    let kinds = node.takes.without(Kinds::NIL);
    if compared.is_empty() {
        return kinds.to_string();
    }
    format!("{kinds}: the message compares it with {}", compared.join(", "))
}

/// Returns the most revealing use and what it does.
pub(super) fn key_use(node: &Node) -> Option<(&Use, &'static str)> {
    let rank = |used: &&Use| (used.guarded, matches!(used.usage, Usage::Tested | Usage::Assigned));
    let inside = node.fields.values().chain(node.item.as_deref());
    let inside = inside.flat_map(|node| &node.uses);
    let used = node.uses.iter().min_by_key(rank).or_else(|| inside.min_by_key(rank))?;
    let words = match used.usage {
        Usage::Printed => "printed here",
        Usage::Tested => "tested here",
        Usage::Looped => "looped over here",
        Usage::Assigned => "read here",
        Usage::Argument => "used as an argument here",
        Usage::Indexed => "used as an index here",
        Usage::Interpolated => "used in a call here",
    };
    Some((used, words))
}
