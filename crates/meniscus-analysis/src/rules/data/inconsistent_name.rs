use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::analyze::ReadRoot;
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::rule::rule;
use crate::rules::{Check, Findings, Subject};
use crate::text::{Source, Span};

rule! {
    /// One attribute or property under two spellings.
    ///
    /// ## What it does
    ///
    /// Reports two spellings of one name in a message. A custom attribute that other messages of
    /// the workspace spell differently is reported as info.
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
    for spellings in spellings(&names).into_values() {
        let Some((usual, first)) = usual(&spellings) else { continue };
        for (spelling, places) in spellings.iter().filter(|(spelling, _)| **spelling != usual) {
            let Some(place) = places.first() else { continue };
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
