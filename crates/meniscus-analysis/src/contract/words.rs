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
        Need::Required if node.stops => "without which the message is not sent",
        Need::Required if !node.fields.is_empty() => {
            "of which the message prints fields without a default"
        }
        Need::Required if looped => "over which the message loops",
        Need::Required => "which the message uses without a default",
        Need::Sometimes => "which the message uses in some cases without a default",
        Need::Optional => "for which the message has a default or a guard",
        Need::Tested => "which only conditions of the message read",
        Need::Read => "which the message reads",
    }
}

pub(super) fn expected(node: &Node, what: What) -> String {
    if what == What::OtherKind {
        let seen = node.known.as_ref().map_or(Kinds::ANY, |known| known.shape.kinds);
        let kinds = seen.without(Kinds::NIL);
        return format!("{kinds} as in what is known of it");
    }
    if let Some(name) = node.fields.keys().next() {
        return format!("an object: the message reads `{name}` of it");
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
        Usage::Argument => "an argument here",
        Usage::Indexed => "an index here",
        Usage::Interpolated => "part of the call here",
    };
    Some((used, words))
}
