use std::collections::HashSet;

use crate::analyze::{Model, ReadRoot, TagUse, Usage};
use crate::rules::reading::answers::has_unknown_blocks;
use crate::rules::reading::ranges::ranges;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::syntax::ast::{Branch, BranchKind, Markup, Node};

rule! {
    /// A variable that every branch sets, but nothing sets for all other customers.
    ///
    /// ## What it does
    ///
    /// Reports a printed variable that each branch of an `if` or `case` sets, if there are at least
    /// two branches, no `else`, and no value before them.
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
            for name in set_by_all(used) {
                if is_set_otherwise(model, used, name) || !said.insert(name) {
                    continue;
                }
                let printed = model.reads_of(name).find(|read| {
                    let ReadRoot::Variable { set, .. } = read.root else { return false };
                    let is_after = read.at.span.start >= used.tag.span.end;
                    let is_open = !read.defaulted && !read.guarded && read.path.segments.is_empty();
                    set && is_after && is_open && read.usage == Usage::Printed
                });
                let Some(read) = printed else { continue };
                findings
                    .report(model, read.at, format!("`{name}` is blank if no branch sets it"))
                    .related(used.at.at(used.tag.open), "has no `else`")
                    .help(format!("add `{{% else %}}` with a value, or set `{name}` before it"));
            }
        }
    }
}

/// Returns the variables that all branches of a tag without `else` set.
fn set_by_all<'a>(used: &TagUse<'a>) -> Vec<&'a str> {
    let is_case = used.name == "case";
    let is_own = |branch: &&Branch| !is_case || branch.kind != BranchKind::Main;
    let branches = used.tag.branches.iter().filter(is_own).collect::<Vec<_>>();
    let has_else = branches.iter().any(|branch| branch.kind == BranchKind::Else);
    let is_chain = matches!(used.name, "if" | "case") && !has_else;
    if !is_chain || branches.len() < 2 || branches.len() >= ALL_DAYS {
        return Vec::new();
    }
    if ranges(used.at.source, used.tag).is_some_and(|found| found.is_whole()) || is_either(used) {
        return Vec::new();
    }
    let sets = |branch: &Branch| {
        let names = branch.body.iter().filter_map(|node| match node {
            Node::Tag(tag) => match (&tag.markup, used.at.source.slice(tag.name)) {
                (Markup::Assign { target, .. }, _) | (Markup::Target(target), "capture") => {
                    Some(used.at.source.slice(*target))
                }
                // The message isn't sent.
                (_, "abort_message") => Some(""),
                _ => None,
            },
            _ => None,
        });
        names.collect::<Vec<_>>()
    };
    let all = branches.into_iter().map(sets).collect::<Vec<_>>();
    let Some(first) = all.iter().find(|names| !names.contains(&"")) else { return Vec::new() };
    let of_all = first
        .iter()
        .filter(|name| all.iter().all(|names| names.contains(name) || names.contains(&"")));
    of_all.copied().collect()
}

/// Whether a condition is the opposite of another one, as far as their words tell.
fn is_either(used: &TagUse<'_>) -> bool {
    let markups = std::iter::once(&used.tag.markup)
        .chain(used.tag.branches.iter().map(|branch| &branch.markup));
    let texts = markups.filter_map(|markup| match markup {
        Markup::Condition(condition) => Some(used.at.source.slice(condition.span).trim()),
        _ => None,
    });
    let texts = texts.collect::<Vec<_>>();
    texts.iter().any(|text| {
        let swapped = match (text.split_once("=="), text.split_once("!=")) {
            (Some((left, right)), _) => format!("{left}!={right}"),
            (None, Some((left, right))) => format!("{left}=={right}"),
            (None, None) => return false,
        };
        texts.contains(&swapped.as_str())
    })
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
