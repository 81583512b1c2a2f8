use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use crate::analyze::{ComparisonUse, Model, OriginRoot, OriginStep, Read, ReadRoot, TagUse, Usage};
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
        let index = OnceCell::new();
        let mut said = HashSet::new();
        for used in &model.tags {
            // Around it, other conditions may leave only these values.
            if used.conditions > 0 || used.loops > 0 || used.at.via.is_some() {
                continue;
            }
            let names = set_by_all(used);
            if names.is_empty() {
                continue;
            }
            let index = index.get_or_init(|| Index::of(model));
            if !index.is_open(model, used) {
                continue;
            }
            for name in names {
                if is_set_otherwise(model, used, name) || !said.insert(name) {
                    continue;
                }
                let Some(read) = index.printed(model, used, name) else { continue };
                findings
                    .report(model, read.at, format!("`{name}` is blank if no branch sets it"))
                    .related(used.at.at(used.tag.open), "has no `else`")
                    .help(format!("add `{{% else %}}` with a value, or set `{name}` before it"));
            }
        }
    }
}

/// What conditions of a template ask about, and where they are.
struct Index<'m, 'a> {
    /// How often a value is compared.
    asked: HashMap<(OriginRoot, Vec<OriginStep>), usize>,
    /// The template's own comparisons, in order.
    comparisons: Vec<&'m ComparisonUse<'a>>,
    /// The template's own outermost conditions, in order.
    conditions: Vec<Span>,
}

impl<'m, 'a> Index<'m, 'a> {
    fn of(model: &'m Model<'a>) -> Index<'m, 'a> {
        let mut asked = HashMap::new();
        for one in &model.comparisons {
            for side in [one.left, one.right] {
                let traced = origin_of(model, one.at, side);
                if let Some(origin) = traced.read.and_then(|read| read.origin.as_deref()) {
                    *asked.entry((origin.root.clone(), origin.steps.clone())).or_default() += 1;
                }
            }
        }
        let own = model.comparisons.iter().filter(|one| one.at.via.is_none());
        let mut comparisons = own.collect::<Vec<_>>();
        comparisons.sort_by_key(|one| one.at.span.start);
        let outermost = model.tags.iter().filter(|tag| {
            tag.at.via.is_none()
                && tag.conditions == 0
                && matches!(tag.name, "if" | "unless" | "case")
        });
        let mut conditions = outermost.map(|tag| tag.tag.span).collect::<Vec<_>>();
        conditions.sort();
        Index { asked, comparisons, conditions }
    }

    /// Whether a tag compares a value from outside with words or numbers that aren't all there are,
    /// and no other condition asks about that value.
    fn is_open(&self, model: &Model<'_>, used: &TagUse<'_>) -> bool {
        let start = |place: u32| self.comparisons.partition_point(|one| one.at.span.start < place);
        let own = &self.comparisons[start(used.tag.span.start)..start(used.tag.span.end)];
        let Some(first) = own.first() else { return false };
        let is_literal = |one: &&ComparisonUse<'_>| {
            matches!(one.right.kind, ExprKind::Str(_) | ExprKind::Int(_) | ExprKind::Float(_))
        };
        let is_ladder = ranges(used.at.source, used.tag).is_some_and(|found| !found.is_whole());
        let is_choice = own.iter().all(|one| one.operator == Operator::Equal);
        let traced = origin_of(model, first.at, first.left);
        let is_bounded = traced.goes_through(&["at_least", "at_most", "date", "modulo", "size"]);
        let Some(origin) = traced.read.and_then(|read| read.origin.as_deref()) else {
            return false;
        };
        let is_given = matches!(origin.root, OriginRoot::Family(_) | OriginRoot::Call(_));
        // A bucket is from 0 to 9999.
        let is_bucket = traced.at.text().contains("random_bucket");
        let asked = self.asked.get(&(origin.root.clone(), origin.steps.clone()));
        own.iter().all(is_literal)
            && (is_ladder || is_choice)
            && is_given
            && !is_bounded
            && !is_bucket
            && asked.is_none_or(|asked| *asked <= own.len())
    }

    /// Returns where a variable is printed after a tag, outside of conditions, and leaves a gap in a
    /// sentence.
    fn printed<'r>(
        &self,
        model: &'r Model<'a>,
        used: &TagUse<'a>,
        name: &str,
    ) -> Option<&'r Read<'a>> {
        model.reads_of(name).find(|read| {
            let ReadRoot::Variable { set, .. } = read.root else { return false };
            let is_after = read.at.via.is_none() && read.at.span.start >= used.tag.span.end;
            let is_bare = !read.defaulted && !read.guarded && read.path.segments.is_empty();
            if !set || !is_after || !is_bare || read.usage != Usage::Printed {
                return false;
            }
            let Some(output) = model.output_around(read) else { return false };
            let at = output.at;
            let before = self.conditions.partition_point(|one| one.start < at.span.start);
            let is_inside = before > 0 && at.span.end <= self.conditions[before - 1].end;
            !is_inside && Around::of(at.source, at.span).has_gap()
        })
    }
}

/// Returns the variables that all branches of a tag without `else` set to a word or a number.
fn set_by_all<'a>(used: &TagUse<'a>) -> Vec<&'a str> {
    let branches = used.tag.own_branches().collect::<Vec<_>>();
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
