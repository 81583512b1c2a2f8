//! Lints the messages of `tests/lint_corpus`, which were written before the rules: those of a cinema
//! chain whose recipients and services are known, and those of many hands of which nothing is known.
//! No warning or error may be reported in `templates/clean`; in `templates/faulty` each message
//! holds what `labels.toml` says.
//!
//! Printed are precision and recall, overall and by rule (`cargo test --test it lint_corpus -- --nocapture`).
//! A fault is found where a report of its rule, or of one of `also`, stands in its line; several
//! reports of one fault count once, those in other lines too. What is reported beside is wrong until
//! a label says otherwise.

use crate::lint_workspace;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use meniscus::diagnostic::{Diagnostic, Severity};
use meniscus::rules::{RULES, Targets, lint};
use serde::Deserialize;

/// A workspace of the corpus, and what was reached with it: never to be lowered.
struct Corpus {
    folder: &'static str,
    /// The least share of reports that are right.
    precision: f64,
    /// The least share of faults that are found.
    recall: f64,
    /// The lowest severity that counts as wrong where no fault was planted.
    counts: Severity,
}

const CORPORA: [Corpus; 2] = [
    Corpus { folder: "cinema", precision: 0.98, recall: 0.97, counts: Severity::Info },
    Corpus { folder: "other_hands", precision: 0.98, recall: 0.90, counts: Severity::Warning },
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Labels {
    fault: Vec<Fault>,
}

/// A fault that was planted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    file: String,
    rule: String,
    #[serde(default)]
    also: Vec<String>,
    line: usize,
    text: String,
    why: String,
}

impl Fault {
    fn is_found_by(&self, report: &Report) -> bool {
        let named = self.rule == report.rule || self.also.iter().any(|rule| rule == report.rule);
        named && self.file == report.file && self.line == report.line
    }
}

/// A diagnostic with its place.
struct Report {
    file: String,
    line: usize,
    column: usize,
    rule: &'static str,
    severity: Severity,
    words: String,
}

impl Report {
    fn of(found: &Diagnostic) -> Report {
        let source = &found.primary.source;
        let place = source.position(found.primary.span.start as usize);
        Report {
            file: source.name().to_owned(),
            line: place.line,
            column: place.column,
            rule: found.code,
            severity: found.severity,
            words: format!("{}: {}", found.severity.word(), found.message),
        }
    }

    fn shown(&self) -> String {
        format!("{}:{}:{} {} {}", self.file, self.line, self.column, self.rule, self.words)
    }
}

/// What became of a rule's labels and reports.
#[derive(Default)]
struct Tally {
    planted: usize,
    found: usize,
    wrong: usize,
}

impl Tally {
    fn precision(&self) -> f64 {
        share(self.found, self.found + self.wrong)
    }

    fn recall(&self) -> f64 {
        share(self.found, self.planted)
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

impl Corpus {
    fn root(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint_corpus").join(self.folder)
    }

    fn labels(&self) -> Vec<Fault> {
        let text = std::fs::read_to_string(self.root().join("labels.toml")).expect("the labels");
        toml::from_str::<Labels>(&text).expect("labels").fault
    }

    fn reports(&self) -> Vec<Report> {
        let loaded = lint_workspace::load(&self.root()).expect("the workspace");
        let messages = loaded.workspace.messages(&self.root()).expect("messages");
        let blocks = loaded.known.blocks.keys().cloned().collect();
        let messages = messages.into_iter().map(std::sync::Arc::new).collect();
        let targets = Targets { messages, blocks, is_whole: true };
        let linted = lint(&loaded.known, &loaded.levels, &targets);
        linted.diagnostics.iter().map(Report::of).collect()
    }
}

#[test]
fn labels_are_of_what_is_there() {
    let mut problems = Vec::new();
    let all = CORPORA
        .iter()
        .flat_map(|corpus| corpus.labels().into_iter().map(|fault| (corpus.root(), fault)));
    for (root, fault) in all {
        let (file, line) = (&fault.file, fault.line);
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
        let rest = text.split_inclusive('\n').skip(line.saturating_sub(1)).collect::<String>();
        let starts_here = rest.find(&fault.text).is_some_and(|at| !rest[..at].contains('\n'));
        if !starts_here {
            problems.push(format!("{file}:{line}: `{}` does not stand here", fault.text));
        }
        if fault.why.is_empty() {
            problems.push(format!("{file}:{line}: the label gives no reason"));
        }
        if file.starts_with("templates/clean") {
            problems.push(format!("{file}:{line}: what is clean has no fault"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn what_was_planted_in_the_cinema_is_found_and_nothing_else() {
    measure(&CORPORA[0]);
}

#[test]
fn what_was_planted_by_other_hands_is_found_and_nothing_else() {
    measure(&CORPORA[1]);
}

fn measure(corpus: &Corpus) {
    let faults = corpus.labels();
    let reports = corpus.reports();
    let mut rules: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut missed = Vec::new();
    let mut total = Tally::default();
    for fault in &faults {
        let found = reports.iter().any(|report| fault.is_found_by(report));
        for tally in [rules.entry(&fault.rule).or_default(), &mut total] {
            tally.planted += 1;
            tally.found += usize::from(found);
        }
        if !found {
            missed.push(fault);
        }
    }
    let (mut alarms, mut extras, mut again) = (Vec::new(), Vec::new(), Vec::new());
    let mut remarks = Vec::new();
    for report in &reports {
        if faults.iter().any(|fault| fault.is_found_by(report)) {
            continue;
        }
        // A name that is wrong where it is set is wrong where it is read.
        let found = |fault: &Fault| reports.iter().any(|report| fault.is_found_by(report));
        let same = |fault: &Fault| fault.file == report.file && fault.rule == report.rule;
        if faults.iter().any(|fault| same(fault) && found(fault)) {
            again.push(report);
            continue;
        }
        let faulty = report.file.starts_with("templates/faulty")
            || faults.iter().any(|fault| fault.file == report.file);
        if report.severity < corpus.counts {
            remarks.push(report);
            continue;
        }
        if faulty {
            extras.push(report)
        } else {
            alarms.push(report)
        }
        rules.entry(report.rule).or_default().wrong += 1;
        total.wrong += 1;
    }

    println!("{:<26} planted  found  wrong  precision  recall", "rule");
    for (rule, tally) in &rules {
        row(rule, tally);
    }
    row("all", &total);
    list("not found", missed.iter().map(|fault| missed_line(fault)));
    list("found again in another line", again.iter().map(|report| report.shown()));
    list("found beside what was planted", extras.iter().map(|report| report.shown()));
    list("only worth knowing", remarks.iter().map(|report| report.shown()));
    list("false alarms in clean messages", alarms.iter().map(|report| report.shown()));

    assert!(
        alarms.is_empty(),
        "{} false alarms in what is clean: the list stands above",
        alarms.len()
    );
    let (precision, recall) = (total.precision(), total.recall());
    let Corpus { folder, precision: least_precision, recall: least_recall, .. } = *corpus;
    assert!(
        precision >= least_precision,
        "{folder}: precision {precision:.3}, least {least_precision}"
    );
    assert!(recall >= least_recall, "{folder}: recall {recall:.3}, least {least_recall}");
}

fn row(name: &str, tally: &Tally) {
    let Tally { planted, found, wrong } = tally;
    let (precision, recall) = (tally.precision(), tally.recall());
    println!("{name:<26} {planted:>7} {found:>6} {wrong:>6} {precision:>10.3} {recall:>7.3}");
}

fn missed_line(fault: &Fault) -> String {
    let written = RULES.iter().any(|rule| rule.name == fault.rule);
    let note = if written { "" } else { " (there is no such rule)" };
    format!("{}:{} {}{note}: {}", fault.file, fault.line, fault.rule, fault.why)
}

fn list(title: &str, lines: impl ExactSizeIterator<Item = String>) {
    println!("\n{title}: {}", lines.len());
    for line in lines {
        println!("  {line}");
    }
}
