use std::collections::HashSet;

use crate::analyze::{ComparisonUse, Model, OriginRoot, Read, ReadRoot, TagUse, Usage};
use crate::rules::reading::answers::has_unknown_blocks;
use crate::rules::reading::origin::origin_of;
use crate::rules::reading::ranges::ranges;
use crate::rules::reading::sentence::Around;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Branch, BranchKind, ExprKind, Markup, Node, Operator, Pipeline};
use crate::text::{Source, Span};

rule! {
    /// A variable that every branch sets, but nothing sets for all other customers.
    ///
    /// ## What it does
    ///
    /// Reports a variable in a sentence that each branch of an `if` or `case` sets to a word or a
    /// number. There are at least two branches, no `else`, and no value before them. If another
    /// condition asks about the same value, nothing is reported.
    ///
    /// ## Why it matters
    ///
    /// Where no branch applies, the variable is blank: "You are a member."
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${points} > 1000 %}{% assign tier = 'Gold' %}{% elsif custom_attribute.${points} > 500 %}{% assign tier = 'Silver' %}{% endif %}
    /// You are a {{tier}} member.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${points} > 1000 %}{% assign tier = 'Gold' %}{% elsif custom_attribute.${points} > 500 %}{% assign tier = 'Silver' %}{% else %}{% assign tier = 'Bronze' %}{% endif %}
    /// You are a {{tier}} member.
    /// ```
    ///
    /// ## Source
    ///
    /// Shopify Liquid 5: a variable that isn't set renders as blank.
    name: "partly-set-variable", level: Warn, check: Check::Message(check),
}

/// With as many branches, all weekdays or months have one.
const ALL_DAYS: usize = 7;

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    if subject.is_block {
        return;
    }
    for model in subject.models().filter(|model| !has_unknown_blocks(model)) {
        let mut said = HashSet::new();
        for used in &model.tags {
            // Around it, other conditions may leave only these values.
            if used.conditions > 0 || used.loops > 0 || !is_open(model, used) {
                continue;
            }
            for name in set_by_all(used) {
                if is_set_otherwise(model, used, name) || !said.insert(name) {
                    continue;
                }
                let Some(read) = printed(model, used, name) else { continue };
                findings
                    .report(model, read.at, format!("`{name}` is blank if no branch sets it"))
                    .related(used.at.at(used.tag.open), "has no `else`")
                    .help(format!("add `{{% else %}}` with a value, or set `{name}` before it"));
            }
        }
    }
}

/// Whether a tag compares a value from outside with words or numbers that aren't all there are, and
/// no other condition asks about that value.
fn is_open(model: &Model<'_>, used: &TagUse<'_>) -> bool {
    let is_inside = |span: Span| used.tag.span.start <= span.start && span.end <= used.tag.span.end;
    let own = model
        .comparisons
        .iter()
        .filter(|one| std::ptr::eq(one.at.source, used.at.source) && is_inside(one.at.span));
    let own = own.collect::<Vec<_>>();
    let Some(first) = own.first() else { return false };
    let is_literal = |one: &&ComparisonUse<'_>| {
        matches!(one.right.kind, ExprKind::Str(_) | ExprKind::Int(_) | ExprKind::Float(_))
    };
    let is_ladder = ranges(used.at.source, used.tag).is_some_and(|found| !found.is_whole());
    let is_choice = own.iter().all(|one| one.operator == Operator::Equal);
    let traced = origin_of(model, first.at, first.left);
    let is_bounded = traced.goes_through(&["at_least", "at_most", "date", "modulo", "size"]);
    let Some(origin) = traced.read.and_then(|read| read.origin.as_deref()) else { return false };
    let is_given = matches!(origin.root, OriginRoot::Family(_) | OriginRoot::Call(_));
    // A bucket is from 0 to 9999.
    let is_bucket = traced.at.text().contains("random_bucket");
    let mut others = model
        .comparisons
        .iter()
        .filter(|one| !(std::ptr::eq(one.at.source, used.at.source) && is_inside(one.at.span)));
    let asks_too = |one: &ComparisonUse<'_>| {
        [one.left, one.right].into_iter().any(|side| {
            let traced = origin_of(model, one.at, side);
            let other = traced.read.and_then(|read| read.origin.as_deref());
            other.is_some_and(|other| other.root == origin.root && other.steps == origin.steps)
        })
    };
    own.iter().all(is_literal)
        && (is_ladder || is_choice)
        && is_given
        && !is_bounded
        && !is_bucket
        && !others.any(asks_too)
}

/// Returns where a variable is printed after a tag, outside of conditions, and leaves a gap in a
/// sentence.
fn printed<'m, 'a>(model: &'m Model<'a>, used: &TagUse<'a>, name: &str) -> Option<&'m Read<'a>> {
    model.reads_of(name).find(|read| {
        let ReadRoot::Variable { set, .. } = read.root else { return false };
        let is_after = read.at.span.start >= used.tag.span.end;
        let is_bare = !read.defaulted && !read.guarded && read.path.segments.is_empty();
        set && is_after
            && is_bare
            && read.usage == Usage::Printed
            && model.output_around(read).is_some_and(|output| {
                let at = output.at;
                let holds = |tag: &TagUse<'_>| {
                    matches!(tag.name, "if" | "unless" | "case")
                        && std::ptr::eq(tag.at.source, at.source)
                        && tag.tag.span.start < at.span.start
                        && at.span.end < tag.tag.span.end
                };
                !model.tags.iter().any(holds) && Around::of(at.source, at.span).has_gap()
            })
    })
}

/// Returns the variables that all branches of a tag without `else` set to a word or a number.
fn set_by_all<'a>(used: &TagUse<'a>) -> Vec<&'a str> {
    let is_case = used.name == "case";
    let is_own = |branch: &&Branch| !is_case || branch.kind != BranchKind::Main;
    let branches = used.tag.branches.iter().filter(is_own).collect::<Vec<_>>();
    let has_else = branches.iter().any(|branch| branch.kind == BranchKind::Else);
    let is_chain = matches!(used.name, "if" | "case") && !has_else;
    if !is_chain || branches.len() < 2 || branches.len() >= ALL_DAYS {
        return Vec::new();
    }
    let source = used.at.source;
    let sets = |branch: &Branch| {
        let names = branch.body.iter().filter_map(|node| match node {
            Node::Tag(tag) => match &tag.markup {
                Markup::Assign { target, value } if is_word(value, source) => {
                    Some(source.slice(*target))
                }
                _ => None,
            },
            _ => None,
        });
        names.collect::<Vec<_>>()
    };
    let all = branches.into_iter().map(sets).collect::<Vec<_>>();
    let Some((first, rest)) = all.split_first() else { return Vec::new() };
    let of_all = first.iter().filter(|name| rest.iter().all(|names| names.contains(name)));
    of_all.copied().collect()
}

/// Whether a value is a word or number that a sentence needs, and not one that may be added to it.
fn is_word(value: &Pipeline, source: &Source) -> bool {
    match value.subject.kind {
        _ if !value.filters.is_empty() => false,
        ExprKind::Int(_) | ExprKind::Float(_) => true,
        ExprKind::Str(span) => {
            let text = source.slice(span);
            text.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphanumeric)
        }
        _ => false,
    }
}

/// Whether something else sets the variable, too.
fn is_set_otherwise(model: &Model<'_>, used: &TagUse<'_>, name: &str) -> bool {
    model.definitions_of(name).any(|set| {
        let is_inside = std::ptr::eq(set.at.source, used.at.source)
            && used.tag.span.start <= set.tag.start
            && set.tag.end <= used.tag.span.end;
        !is_inside
    })
}
