//! Every rule's documentation holds: its bad examples bring it up, its good ones bring up nothing
//! at all; what it says is kept in `tests/snapshots/rules__NAME.snap`.
//!
//! `cargo test --test rules NAME` runs one rule; with `INSTA_UPDATE=always` it writes the snapshot,
//! which is then read before it is kept. An example is a fence of the doc comment:
//!
//! | fence | what it is |
//! |---|---|
//! | `liquid bad`, `liquid good` | the body of a message; `html` and `json` for files of that ending |
//! | `liquid bad subject` | another part of it; parts that follow each other are one message |
//! | `liquid block NAME` | a content block |
//! | `json recording NAME`, `toml scenario [NAME]` | a recording, a scenario |
//! | `toml message`, `toml meniscus` | `message.toml`, `meniscus.toml` |
//! | `liquid block NAME times 1200` | any of these, that often |
//!
//! What an example stands in comes before it, and holds for all that follow.

#[path = "support/lint_workspace.rs"]
mod lint_workspace;
#[path = "support/rule_examples.rs"]
mod rule_examples;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use meniscus::diagnostic::Diagnostic;
use meniscus::report::{Look, draw};
use meniscus::rules::fixes::apply_fixes;
use meniscus::rules::{Check, RULES, Rule, SECTIONS, rule_of};

use rule_examples::{Example, examples};

const LOOK: Look = Look::plain(100);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = vec![
        Trial::test("rules are sorted and each has its own name", in_order),
        Trial::test("all that the parser reports is a rule", parser_codes),
        Trial::test("every snapshot is of a rule", snapshots_have_rules),
    ];
    trials.extend(RULES.iter().copied().map(|rule| {
        Trial::test(rule.name, move || {
            let mut problems = documentation(rule);
            match examples(rule) {
                Ok(examples) => problems.extend(run(rule, &examples)),
                Err(problem) => problems.push(problem),
            }
            done(&problems)
        })
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn done(problems: &[String]) -> Result<(), Failed> {
    if problems.is_empty() { Ok(()) } else { Err(Failed::from(problems.join("\n"))) }
}

/// What the doc comment lacks.
fn documentation(rule: &Rule) -> Vec<String> {
    let mut problems = Vec::new();
    let lines: Vec<&str> = rule.lines().collect();
    let first = lines.first().copied().unwrap_or_default();
    if first.is_empty()
        || !first.ends_with('.')
        || lines.get(1).is_some_and(|line| !line.is_empty())
    {
        problems.push(format!("the first line is to be a summary, found {first:?}"));
    }
    let headings = lines.iter().filter_map(|line| line.strip_prefix("## "));
    let headings: Vec<&str> = headings.collect();
    let has_fix = headings.contains(&"Fix safety");
    let due = SECTIONS.into_iter().filter(|one| *one != "Fix safety" || has_fix);
    if !due.eq(headings.iter().copied()) {
        problems.push(format!("the headings are to be {SECTIONS:?}, found {headings:?}"));
    }
    for heading in &headings {
        let place = lines.iter().position(|line| line.strip_prefix("## ") == Some(heading));
        let mut below = place.map_or(&[][..], |place| &lines[place + 1..]).iter();
        if below.find(|line| !line.is_empty()).is_none_or(|line| line.starts_with("## ")) {
            problems.push(format!("nothing is below \"{heading}\""));
        }
    }
    let kebab = rule.name.split('-').all(|word| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    });
    if !kebab {
        problems.push(format!("`{}` is not in kebab case", rule.name));
    }
    problems
}

/// Runs the examples of a rule, and compares what it says with its snapshot.
fn run(rule: &'static Rule, examples: &[Example]) -> Vec<String> {
    let mut problems = Vec::new();
    for (kind, is_bad) in [("bad", true), ("good", false)] {
        if !examples.iter().any(|example| example.bad == is_bad) {
            problems.push(format!("there is no {kind} example: write a fence `liquid {kind}`"));
        }
    }
    let mut said = Vec::new();
    for example in examples {
        let linted = match example.files.lint() {
            Ok(linted) => linted,
            Err(problem) => {
                problems.push(format!("{} cannot be linted: {problem}", example.title));
                continue;
            }
        };
        let (own, other): (Vec<_>, Vec<_>) =
            linted.diagnostics.into_iter().partition(|found| found.code == rule.name);
        if !example.bad {
            let found = [own, other].concat();
            if !found.is_empty() {
                problems.push(format!("{} brings up something:\n{}", example.title, lines(&found)));
            }
            continue;
        }
        if own.is_empty() {
            let besides = if other.is_empty() { "nothing".to_owned() } else { lines(&other) };
            problems.push(format!(
                "{} does not bring up `{}`; found: {besides}",
                example.title, rule.name
            ));
        }
        problems.extend(own.iter().flat_map(|found| wording(found, &example.title)));
        problems.extend(own.iter().filter_map(|found| mended(example, found, own.len()).err()));
        // Another rule's words are in that rule's snapshot.
        let mut text = String::new();
        for found in &own {
            draw(found, LOOK, &mut text);
            if let Some(fix) = &found.fix {
                text.push_str(&format!("fix ({:?}): {}\n", fix.safety, fix.title));
            }
        }
        let fixes = own.iter().any(|found| found.fix.is_some());
        if fixes && !rule.docs.contains("## Fix safety") {
            problems.push("it offers a fix: say under `## Fix safety` how safe".to_owned());
        }
        said.push(text);
    }
    if problems.is_empty() {
        // A missing or different snapshot panics with insta's own words, which the runner shows.
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_path(root().join("tests/snapshots"));
        settings.bind(|| {
            insta::assert_snapshot!(format!("rules__{}", rule.name), said.join("\n"));
        });
    }
    problems
}

/// Whether the fix of what was found mends it: the rule finds less, and nothing breaks.
fn mended(example: &Example, found: &Diagnostic, before: usize) -> Result<(), String> {
    let Some(fix) = &found.fix else { return Ok(()) };
    let source = &found.primary.source;
    if !example.files.has(source.name()) {
        // A header of message.toml: its characters are no file of their own.
        return Ok(());
    }
    let applied = apply_fixes(source, std::slice::from_ref(found), |_| true);
    let mut files = example.files.clone();
    files.put(source.name(), &*applied.text);
    let wrong = |what: String| format!("{}: the fix \"{}\" {what}", example.title, fix.title);
    let after = files.lint().map_err(|problem| wrong(format!("breaks it: {problem}")))?;
    let left = after.diagnostics.iter().filter(|left| left.code == found.code).count();
    if left >= before {
        return Err(wrong(format!("leaves what it is for:\n{}", lines(&after.diagnostics))));
    }
    let is_syntax = |code| rule_of(code).is_some_and(|rule| matches!(rule.check, Check::Parser));
    let broken = after.diagnostics.iter().filter(|left| is_syntax(left.code)).count();
    if broken > 0 && !is_syntax(found.code) {
        return Err(wrong(format!("breaks the template:\n{}", lines(&after.diagnostics))));
    }
    Ok(())
}

/// A line for each diagnostic.
fn lines(found: &[Diagnostic]) -> String {
    let lines = found.iter().map(|found| {
        let place = found.primary.source.position(found.primary.span.start as usize);
        format!(
            "  {}:{}:{} {} {}: {}",
            found.primary.source.name(),
            place.line,
            place.column,
            found.severity.word(),
            found.code,
            found.message
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What is not as messages are written here.
fn wording(found: &Diagnostic, example: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let mut bad = |what: &str, text: &str| {
        problems.push(format!("{example}: the message {what}: {text:?}"));
    };
    let message = &*found.message;
    let shouted = |word: &str| word.chars().skip(1).all(|c| c.is_uppercase() || c.is_numeric());
    let first = message.split([' ', ',', '\'', '’']).next().unwrap_or_default();
    let upper = first.chars().next().is_some_and(char::is_uppercase);
    // Names of products and formats keep their capitals.
    let name = ["Braze", "SessionM", "Liquid", "Ruby"].contains(&first);
    if upper && !shouted(first) && !name {
        bad("starts with a capital", message);
    }
    if message.ends_with('.') && !message.ends_with('…') {
        bad("ends with a stop", message);
    }
    if message.matches('`').count() % 2 == 1 {
        bad("has a backtick without its other one", message);
    }
    if found.primary.source.text().get(found.primary.span.range()).is_none() {
        bad("stands outside of the text", message);
    }
    problems
}

fn in_order() -> Result<(), Failed> {
    let names = RULES.iter().map(|rule| rule.name).collect::<Vec<_>>();
    let twice = names.windows(2).filter(|pair| pair[0] >= pair[1]);
    let twice = twice.map(|pair| format!("`{}` stands twice or out of order", pair[1]));
    done(&twice.collect::<Vec<_>>())
}

/// All codes in the parser's sources: texts in kebab case of two words or more. There is no other
/// use for such texts there.
fn codes_of_parser() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let folder = root().join("crates/meniscus-engine/src/syntax");
    for entry in fs::read_dir(folder).expect("the parser").flatten() {
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let words = line.split('"').skip(1).step_by(2);
            found.extend(words.filter(|word| is_code(word)).map(str::to_owned));
        }
    }
    found
}

fn is_code(text: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
    text.contains('-') && text.split('-').all(word)
}

fn parser_codes() -> Result<(), Failed> {
    let codes = codes_of_parser();
    assert!(codes.len() > 20, "the test reads no codes any more");
    // What the parser reports may be reported of other places by a look at the message, too.
    let rules = RULES.iter().filter(|rule| !matches!(rule.check, Check::Suppression));
    let rules = rules.map(|rule| rule.name).collect::<BTreeSet<_>>();
    let mut problems = Vec::new();
    for code in &codes {
        if !rules.contains(&**code) {
            problems.push(format!("the parser reports `{code}`, and no rule is of that name"));
        }
    }
    let of_parser = RULES.iter().filter(|rule| matches!(rule.check, Check::Parser));
    for rule in of_parser.map(|rule| rule.name) {
        if !codes.contains(rule) {
            problems.push(format!("`{rule}` is to come from the parser, which never reports it"));
        }
    }
    done(&problems)
}

fn snapshots_have_rules() -> Result<(), Failed> {
    let mut problems = Vec::new();
    for entry in fs::read_dir(root().join("tests/snapshots"))?.flatten() {
        let path = entry.path();
        let stem = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(name) = stem.strip_prefix("rules__").and_then(|name| name.strip_suffix(".snap"))
        else {
            continue;
        };
        if !RULES.iter().any(|rule| rule.name == name) {
            problems.push(format!("remove {}: there is no rule of that name", show(&path)));
        }
    }
    done(&problems)
}

fn show(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
