use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::analyze::ReadRoot;
use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::families::FAMILIES;
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::{Source, Span, is_near};

rule! {
    /// One attribute or property under two spellings.
    ///
    /// ## What it does
    ///
    /// Reports two spellings of one name in a message, and a name that differs by one letter from
    /// one that the message reads more often. If it reads both as often, that is info. So is a custom
    /// attribute that other messages spell differently.
    ///
    /// ## Why it matters
    ///
    /// Names are case-sensitive, and `cart_token` isn't `Cart Token`. One of the two is blank for
    /// every customer.
    ///
    /// ## Example
    ///
    /// ```liquid bad
    /// {% if custom_attribute.${home_store} != blank %}Your store: {{custom_attribute.${Home Store}}}{% endif %}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```liquid good
    /// {% if custom_attribute.${home_store} != blank %}Your store: {{custom_attribute.${home_store}}}{% endif %}
    /// ```
    ///
    /// ## Source
    ///
    /// Braze: Attribute names, and official samples (reference, sections 1.1 and 7.4).
    name: "inconsistent-name", level: Warn, check: Check::Message(check),
}

/// Families with custom fields.
const NAMED: [&str; 5] = [
    "custom_attribute",
    "event_properties",
    "api_trigger_properties",
    "context",
    "canvas_entry_properties",
];

/// A name that a message reads.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Named {
    family: &'static str,
    name: String,
    source: Arc<Source>,
    span: Span,
}

/// Returns the names that a message reads, with every place, in order.
pub(in crate::rules) fn names(subject: &Subject<'_>) -> Vec<Named> {
    let mut names = Vec::new();
    for model in subject.models() {
        for read in &model.reads {
            let ReadRoot::Attribute { name, span, .. } = read.root else { continue };
            let family = subject.family_of(&read.root);
            let Some(family) = family.filter(|family| NAMED.contains(family)) else { continue };
            let source = Arc::clone(read.at.source);
            names.push(Named { family, name: name.to_owned(), source, span });
        }
    }
    names
}

/// Returns the letters and digits of a name, which its spellings share.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Groups the spellings of each name, with their places.
fn spellings(names: &[Named]) -> BTreeMap<(&'static str, String), IndexMap<&str, Vec<&Named>>> {
    let mut all: BTreeMap<_, IndexMap<&str, Vec<&Named>>> = BTreeMap::new();
    for one in names {
        let entry = all.entry((one.family, plain(&one.name))).or_default();
        entry.entry(&one.name).or_default().push(one);
    }
    all.retain(|_, spellings| spellings.len() > 1);
    all
}

fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    let names = names(subject);
    near_misses(subject, &names, findings);
    for spellings in spellings(&names).into_values() {
        let Some((usual, first)) = usual(&spellings) else { continue };
        for (spelling, places) in spellings.iter().filter(|(spelling, _)| **spelling != usual) {
            let Some(place) = places.first() else { continue };
            if spellings[usual].iter().any(|other| is_alternative(place, other)) {
                continue;
            }
            findings
                .report_in(
                    &place.source,
                    place.span,
                    format!("Braze treats `{spelling}` and `{usual}` as different names"),
                )
                .label("spelled differently here")
                .related_in(&first.source, first.span, format!("spelled `{usual}` here"))
                .help("use one spelling everywhere, the one in Braze");
        }
    }
}

/// Most bytes between names of which one takes the place of the other.
const MAX_BETWEEN: u32 = 120;

/// Whether one name takes the place of the other: in a `default`, or in an `or`.
fn is_alternative(one: &Named, other: &Named) -> bool {
    if !Arc::ptr_eq(&one.source, &other.source) {
        return false;
    }
    let (start, end) = (one.span.end.min(other.span.end), one.span.start.max(other.span.start));
    if end.saturating_sub(start) > MAX_BETWEEN {
        return false;
    }
    let between = one.source.text().get(start as usize..end as usize).unwrap_or_default();
    !between.contains("%}")
        && !between.contains("{%")
        && (between.contains("default") || between.contains(" or ") || between.contains(" and "))
}

/// Reports two names of which one is probably the other, misspelled: a letter is missing, too much,
/// or changes places with the next. Numbers and endings tell names apart.
fn near_misses(subject: &Subject<'_>, names: &[Named], findings: &mut Findings<'_>) {
    let mut all: IndexMap<(&str, &str), Vec<&Named>> = IndexMap::new();
    for one in names {
        all.entry((one.family, &one.name)).or_default().push(one);
    }
    if all.len() > MAX_NAMES {
        return;
    }
    for (index, ((family, name), places)) in all.iter().enumerate() {
        for ((other_family, other), other_places) in all.iter().skip(index + 1) {
            if family != other_family || !is_near(name, other) {
                continue;
            }
            // A name that data has isn't misspelled, and others say more of one that it lacks.
            if is_known(subject, family, name) || is_known(subject, family, other) {
                continue;
            }
            let is_usual = places.len() >= other_places.len();
            let ((usual, first), (rare, found)) = match is_usual {
                true => ((name, places[0]), (other, other_places[0])),
                false => ((other, other_places[0]), (name, places[0])),
            };
            let is_rare = places.len() != other_places.len();
            let report = findings
                .report_in(
                    &found.source,
                    found.span,
                    format!("`{rare}` may be a misspelling of `{usual}`"),
                )
                .label("spelled differently here")
                .related_in(&first.source, first.span, format!("spelled `{usual}` here"))
                .help("use the name in Braze, or allow this finding if both exist");
            // `country` and `county` may both be there.
            if !is_rare {
                report.at_most(Severity::Info);
            }
        }
    }
}

/// Whether scenarios or schemas have an attribute.
fn is_known(subject: &Subject<'_>, family: &str, name: &str) -> bool {
    let place = FAMILIES.iter().position(|one| one.name == family);
    let shape = place.and_then(|place| subject.families.get(place));
    shape.is_some_and(|shape| shape.field(name).is_some())
}

/// Most names of a message that are compared with each other.
const MAX_NAMES: usize = 300;

/// Returns the most frequent spelling with its first place; on a tie, the first.
fn usual<'n>(spellings: &IndexMap<&'n str, Vec<&'n Named>>) -> Option<(&'n str, &'n Named)> {
    let most = spellings.values().map(Vec::len).max()?;
    let (name, places) = spellings.iter().find(|(_, places)| places.len() == most)?;
    Some((name, places.first()?))
}

/// Finds attributes that messages of a workspace spell differently. Messages that mix spellings
/// themselves are left out, because that is reported in them.
pub(in crate::rules) fn across(messages: &[Vec<Named>], severity: Severity) -> Vec<Diagnostic> {
    let all = messages.iter().flatten().filter(|one| one.family == "custom_attribute");
    let all = all.cloned().collect::<Vec<_>>();
    let mut found = Vec::new();
    for spellings in spellings(&all).into_values() {
        let Some((usual, first)) = usual(&spellings) else { continue };
        for (spelling, places) in spellings.iter().filter(|(spelling, _)| **spelling != usual) {
            let Some(place) = places.first() else { continue };
            let in_usual = |one: &&Named| Arc::ptr_eq(&one.source, &place.source);
            if spellings[usual].iter().any(in_usual) {
                continue;
            }
            let message = format!("`{spelling}` is spelled `{usual}` in other messages");
            let severity = severity.min(Severity::Info);
            let report = Diagnostic::new(RULE.name, severity, &place.source, place.span, message)
                .related(&first.source, first.span, format!("spelled `{usual}` here"))
                .help("use one spelling everywhere, the one in Braze");
            found.push(report);
        }
    }
    found
}
