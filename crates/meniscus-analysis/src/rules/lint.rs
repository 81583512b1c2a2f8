use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;
use rayon::prelude::*;

use super::findings::Findings;
use super::fix_safety;
use super::knowledge::Knowledge;
use super::levels::Levels;
use super::rule::Check;
use super::subject::{PartModel, Subject};
use super::suppression::Allowances;
use super::{RULES, data, rule_of};
use crate::analyze::{self, Known};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::dialect::BRAZE;
use crate::project::{Channel, Message, Part};
use crate::syntax::parse_after;
use crate::text::{Source, Span};

/// What to lint: messages, and standalone content blocks.
#[derive(Debug, Default)]
pub struct Targets {
    pub messages: Vec<Arc<Message>>,
    /// Content blocks to check even if no message includes them.
    pub blocks: Vec<String>,
    /// Whether this is the whole workspace. Only then can unused comments in content blocks be
    /// found.
    pub is_whole: bool,
}

/// The result of linting.
#[derive(Debug, Default)]
pub struct Linted {
    /// Sorted by path and place.
    pub diagnostics: Vec<Diagnostic>,
    /// Names of the checked files, in order.
    pub files: Vec<String>,
}

impl Linted {
    /// Adds other findings, such as unusable files.
    pub fn add(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        self.diagnostics.extend(found);
        self.diagnostics.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.primary.span, d.code);
            let names = a.primary.source.name().cmp(b.primary.source.name());
            names.then_with(|| key(a).cmp(&key(b)))
        });
    }
}

/// Lints messages in parallel; the result depends only on the arguments.
#[must_use]
pub fn lint(known: &Knowledge, levels: &Levels, targets: &Targets) -> Linted {
    let results = targets.messages.par_iter();
    let mut results =
        results.map(|message| looked_at(known, levels, message, false)).collect::<Vec<_>>();
    let included =
        results.iter().flat_map(|result| &result.blocks).cloned().collect::<HashSet<_>>();
    let alone = targets.blocks.iter().filter(|name| !included.contains(*name));
    results.extend(alone.filter_map(|name| block(known, levels, name)));
    let mut linted = Linted::default();
    let mut allowances: IndexMap<String, Allowances> = IndexMap::new();
    let mut said = HashSet::new();
    let names = results.iter().map(|result| result.names.clone()).collect::<Vec<_>>();
    if let Some(severity) = levels.highest(data::inconsistent_name()).severity() {
        linted.diagnostics = data::across(&names, severity);
        linted.diagnostics.retain_mut(|diagnostic| leveled(diagnostic, levels));
    }
    for result in results {
        for (name, found) in result.allowances {
            allowances.entry(name).or_insert(found);
        }
        linted.files.extend(result.files);
        for diagnostic in result.diagnostics {
            let key = (
                diagnostic.code,
                diagnostic.primary.source.name().to_owned(),
                diagnostic.primary.span,
                diagnostic.message.clone(),
            );
            if said.insert(key) {
                linted.diagnostics.push(diagnostic);
            }
        }
    }
    linted.diagnostics.retain(|diagnostic| {
        let name = diagnostic.primary.source.name();
        allowances.get_mut(name).is_none_or(|found| !found.allows(diagnostic))
    });
    once_per_name(&mut linted.diagnostics);
    let blocks = known.blocks.values().map(|block| block.template.source.name());
    let blocks = blocks.collect::<HashSet<_>>();
    for (path, found) in &allowances {
        if !targets.is_whole && blocks.contains(&**path) {
            continue;
        }
        found.report(|rule| levels.level(rule, path), &mut linted.diagnostics);
    }
    linted.files.sort();
    linted.files.dedup();
    let found = std::mem::take(&mut linted.diagnostics);
    linted.add(found.into_iter().map(Diagnostic::in_files));
    linted
}

/// Rules that report a name once per file, at any level.
const ONCE: [&str; 1] = ["undefined-variable"];

/// Most other places shown with the first.
const MAX_PLACES: usize = 5;

/// Merges findings about the same name in one file: hints are given once, and an unset name is a
/// single mistake. The other places become labels.
fn once_per_name(diagnostics: &mut Vec<Diagnostic>) {
    let mut first: HashMap<(&str, String, String), usize> = HashMap::new();
    let mut kept: Vec<Diagnostic> = Vec::with_capacity(diagnostics.len());
    let mut more: HashMap<usize, usize> = HashMap::new();
    for diagnostic in diagnostics.drain(..) {
        let is_of_a_name = diagnostic.message.contains('`')
            && (diagnostic.severity == Severity::Info || ONCE.contains(&diagnostic.code));
        if !is_of_a_name {
            kept.push(diagnostic);
            continue;
        }
        let file = diagnostic.primary.source.name().to_owned();
        let key = (diagnostic.code, file, diagnostic.message.clone());
        let Some(place) = first.get(&key).copied() else {
            first.insert(key, kept.len());
            kept.push(diagnostic);
            continue;
        };
        let count = more.entry(place).or_insert(0);
        *count += 1;
        if *count <= MAX_PLACES {
            let Label { source, span, .. } = diagnostic.primary;
            kept[place].related.push(Label { source, span, text: "also here".to_owned() });
        }
    }
    for (place, count) in more {
        if count > MAX_PLACES
            && let Some(last) = kept[place].related.last_mut()
        {
            last.text = format!("also here, and in {} more places", count - MAX_PLACES);
        }
    }
    *diagnostics = kept;
}

/// The findings in a message.
struct MessageFindings {
    diagnostics: Vec<Diagnostic>,
    allowances: Vec<(String, Allowances)>,
    files: Vec<String>,
    blocks: Vec<String>,
    names: Vec<data::Named>,
}

/// Lints a content block that no message includes; an includer may set more variables.
fn block(known: &Knowledge, levels: &Levels, name: &str) -> Option<MessageFindings> {
    let template = &known.blocks.get(name)?.template;
    let options = known.config.settings().parse;
    let start = template.nodes.first().map_or(0, |node| node.span().start as usize);
    let own = Arc::new(parse_after(&template.source, start, &BRAZE, options));
    let path = own.source.name().into();
    let part = Part { name: "body".to_owned(), path, template: own };
    let message = Message::of_part(name.to_owned(), part);
    Some(looked_at(known, levels, &message, true))
}

fn looked_at(
    known: &Knowledge,
    levels: &Levels,
    message: &Message,
    is_block: bool,
) -> MessageFindings {
    let families = known.families(&message.name);
    let keeps_printed = message.channel == Some(Channel::Webhook);
    let before = Known { is_block, keeps_printed, ..known.before(&families) };
    let parts = message.parts.iter().map(|part| PartModel {
        part,
        template: &part.template,
        model: analyze::analyze(&part.template, before),
    });
    let parts = parts.collect::<Vec<_>>();
    let subject = Subject::new(message, parts, known, &families, is_block);
    let mut blocks = Vec::new();
    for inclusion in subject.models().flat_map(|model| &model.inclusions) {
        if inclusion.known && !blocks.iter().any(|name| name == inclusion.name) {
            blocks.push(inclusion.name.to_owned());
        }
    }
    let included = blocks.iter().filter_map(|name| known.blocks.get(name.as_str()));
    let included = included.map(|block| &*block.template).collect::<Vec<_>>();
    let mut result = MessageFindings {
        diagnostics: Vec::new(),
        allowances: Vec::new(),
        files: Vec::new(),
        blocks: Vec::new(),
        names: data::names(&subject),
    };
    let templates = message.parts.iter().map(|part| &*part.template);
    let read = templates.chain(included).collect::<Vec<_>>();
    for template in &read {
        let name = template.source.name().to_owned();
        result.diagnostics.extend(template.diagnostics.iter().cloned());
        result.allowances.push((name, Allowances::of(template)));
        result.files.push(template.source.file_name().to_owned());
    }
    result.blocks = blocks;
    let broken = broken_markup(&result.diagnostics, &subject);
    for rule in RULES.iter().copied() {
        let level = levels.highest(rule);
        let (Check::Message(check), Some(severity)) = (rule.check, level.severity()) else {
            continue;
        };
        let mut findings = Findings::new(rule, severity, known);
        check(&subject, &mut findings);
        let found = findings.into_diagnostics().into_iter();
        if TO_FILL_IN.contains(&rule.name) {
            // Placeholders to be filled in aren't Liquid, so syntax errors in them aren't reported.
            let filled = found.collect::<Vec<_>>();
            result.diagnostics.retain(|other| !filled.iter().any(|one| lies_in(other, one)));
            result.diagnostics.extend(filled);
            continue;
        }
        let is_whole = WHOLE.contains(&rule.name);
        let sound = found.filter(|diagnostic| is_whole || !is_broken(&broken, diagnostic));
        result.diagnostics.extend(sound);
    }
    let whole = result.diagnostics.iter().filter(|one| WHOLE.contains(&one.code)).cloned();
    let whole = whole.collect::<Vec<_>>();
    let is_said = |other: &Diagnostic| {
        !WHOLE.contains(&other.code) && whole.iter().any(|one| lies_in(other, one))
    };
    result.diagnostics.retain(|other| !is_said(other));
    result.diagnostics.retain_mut(|diagnostic| leveled(diagnostic, levels));
    fix_safety::judge(&read, &mut result.diagnostics, known.config.settings().parse);
    result
}

/// Returns tags and outputs with syntax errors, sorted by file and place: other findings in them
/// would be consequences.
fn broken_markup(found: &[Diagnostic], subject: &Subject<'_>) -> Vec<(usize, Span)> {
    let severe = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    let severe = severe.map(|diagnostic| &diagnostic.primary).collect::<Vec<_>>();
    if severe.is_empty() {
        return Vec::new();
    }
    let sites = subject.models().flat_map(|model| {
        let tags = model.tags.iter().map(|used| used.at);
        tags.chain(model.outputs.iter().map(|used| used.at))
    });
    // They are disjoint, so at most one contains a place.
    let mut sites = sites.map(|at| (address(at.source), at.span)).collect::<Vec<_>>();
    sites.sort_unstable();
    sites.dedup();
    let broken = severe.iter().filter_map(|place| around(&sites, &place.source, place.span));
    let mut broken = broken.collect::<Vec<_>>();
    broken.sort_unstable();
    broken.dedup();
    broken
}

/// Rules about values to fill in by hand.
const TO_FILL_IN: [&str; 2] = ["campaign-settings", "unfilled-placeholder"];

/// Rules that cover everything about their span.
const WHOLE: [&str; 2] = ["inverted-check", "tag-in-output"];

fn lies_in(inner: &Diagnostic, outer: &Diagnostic) -> bool {
    let (inner, outer) = (&inner.primary, &outer.primary);
    Arc::ptr_eq(&inner.source, &outer.source)
        && outer.span.start <= inner.span.start
        && inner.span.end <= outer.span.end
}

fn is_broken(broken: &[(usize, Span)], diagnostic: &Diagnostic) -> bool {
    around(broken, &diagnostic.primary.source, diagnostic.primary.span).is_some()
}

/// Returns the entry of a sorted list that contains a place.
fn around(sites: &[(usize, Span)], source: &Arc<Source>, span: Span) -> Option<(usize, Span)> {
    let file = address(source);
    let behind = sites.partition_point(|(other, site)| (*other, site.start) <= (file, span.start));
    let found = *sites.get(behind.checked_sub(1)?)?;
    (found.0 == file && span.end <= found.1.end).then_some(found)
}

/// Returns a value that identifies a source during the run.
fn address(source: &Arc<Source>) -> usize {
    Arc::as_ptr(source) as usize
}

/// Sets a diagnostic's severity from the level in its file; returns false if the rule is off there.
fn leveled(diagnostic: &mut Diagnostic, levels: &Levels) -> bool {
    let Some(rule) = rule_of(diagnostic.code) else { return true };
    let path = diagnostic.primary.source.name().to_owned();
    let reported = match rule.check {
        // The parser doesn't know levels; its severity is the rule's default.
        Check::Parser => rule.level.severity().unwrap_or(diagnostic.severity),
        _ => diagnostic.severity,
    };
    let severity = match rule.check {
        Check::Parser => levels.level(rule, &path).severity(),
        _ => levels.severity(rule, &path, reported),
    };
    match severity {
        Some(severity) => {
            diagnostic.severity = severity;
            true
        }
        None => false,
    }
}
