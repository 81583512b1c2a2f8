//! The commands of README and `docs/` are run, and print what the pages show.
//!
//! A fence `console` is a terminal: a line that begins with `$ ` is a command, the lines below it
//! are its output. A line `…` stands for any lines, `…` inside a line for any characters. A page
//! runs from top to bottom in what `meniscus init --example` writes, or in an empty folder where it
//! says `<!-- in an empty folder -->`. `<!-- run: COMMAND -->` runs something that readers don't see. A
//! fence with `title="FILE"` writes that file. Commands that need something this machine lacks, such
//! as a registry, are in fences `sh`, which aren't run.
//!
//! `MENISCUS_DOCS=overwrite cargo test --test it docs` writes the output into the pages;
//! `MENISCUS_DOCS_PAGES=how-to/` limits a run to pages with this in their path.

use std::fs;
use std::iter::{Enumerate, Peekable};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::Lines;

use rayon::prelude::*;
use regex::Regex;
use tempfile::TempDir;

use crate::house::keep;

/// What a page says that doesn't start in the example workspace.
const IN_EMPTY_FOLDER: &str = "<!-- in an empty folder -->";

/// Where a how-to says which folder its commands run in.
const EXAMPLE: &str = "index.md#the-example-workspace";

/// What an example workspace consists of, where it has it.
const WORKSPACE: &[&str] =
    &["templates", "content_blocks", "scenarios", "recordings", "snapshots", "meniscus.toml"];

fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR");
    here.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from)
}

/// Returns the pages below a folder, sorted.
fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).expect("a folder");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            found.extend(pages(&path));
        } else if path.extension().is_some_and(|kind| kind == "md") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let entry = entry.expect("an entry");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).expect("a copy");
    }
}

/// Runs a command line in a shell, in the folder that the last one left it in; returns the exit
/// code and all that it printed, in order.
fn shell(folder: &mut PathBuf, home: &Path, line: &str) -> (i32, String) {
    let program = Path::new(env!("CARGO_BIN_EXE_meniscus"));
    let mut search = vec![program.parent().expect("a folder").to_path_buf()];
    search.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {line}\n}} 2>&1; code=$?; pwd > \"$HOME/.pwd\"; exit $code")])
        .current_dir(&*folder)
        .env("PATH", std::env::join_paths(search).expect("a search path"))
        .env("NO_COLOR", "1")
        .env("HOME", home)
        .env_remove("COLUMNS")
        .env_remove("CI")
        .env_remove("GITHUB_ACTIONS")
        .stdin(Stdio::null())
        .output()
        .expect("a shell runs");
    if let Ok(place) = fs::read_to_string(home.join(".pwd")) {
        *folder = place.trim_end().into();
    }
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Returns whether the printed text is what the page shows.
fn matches(shown: &str, printed: &str) -> bool {
    let mut pattern = String::from(r"(?s)\A");
    for line in shown.lines() {
        if line.trim() == "…" {
            pattern.push_str(r"(?:[^\n]*\n)*?");
            continue;
        }
        let parts: Vec<String> = line.trim_end().split('…').map(regex::escape).collect();
        pattern.push_str(&parts.join(r"[^\n]*?"));
        pattern.push_str(r"[ ]*\n");
    }
    pattern.push_str(r"\z");
    let printed = if printed.is_empty() || printed.ends_with('\n') {
        printed.to_owned()
    } else {
        format!("{printed}\n")
    };
    Regex::new(&pattern).expect("a pattern").is_match(&printed)
}

/// Returns what was printed, shortened with `…` where the page shortens it: each block of lines
/// becomes the printed block that shares most words with it.
fn shortened(shown: &str, printed: &str) -> String {
    let (shown, printed): (Vec<&str>, Vec<&str>) =
        (shown.lines().collect(), printed.lines().collect());
    let blocks: Vec<&[&str]> = shown.split(|line| line.trim() == "…").collect();
    let (mut text, mut next) = (Vec::new(), 0);
    for (number, block) in blocks.iter().enumerate() {
        let rest = printed.len().saturating_sub(next);
        let length = block.len().min(rest);
        let last = rest - length;
        let start = match (number, blocks.len() - number) {
            (0, 1) => return printed.iter().map(|line| format!("{line}\n")).collect(),
            (0, _) => 0,
            (_, 1) => last,
            _ => (0..=last)
                .rev()
                .max_by_key(|start| {
                    let place = next + start;
                    let pairs = block.iter().zip(&printed[place..place + length]);
                    pairs.map(|(one, other)| shared_words(one, other)).sum::<usize>()
                })
                .unwrap_or_default(),
        };
        if number > 0 && start > 0 {
            text.push("…");
        }
        text.extend(&printed[next + start..next + start + length]);
        next += start + length;
    }
    text.join("\n") + "\n"
}

fn shared_words(one: &str, other: &str) -> usize {
    let words: Vec<&str> = other.split_whitespace().collect();
    one.split_whitespace().filter(|word| words.contains(word)).count()
}

/// A page that is being run.
struct Run<'p> {
    name: String,
    lines: Peekable<Enumerate<Lines<'p>>>,
    /// The copy of the workspace, and where the last command left the shell.
    folder: TempDir,
    place: PathBuf,
    home: TempDir,
    /// The page with the output that was really printed.
    written: String,
    commands: usize,
    wrong: Vec<String>,
}

/// Runs a page in a copy of a workspace.
fn run_page(page: &Path, workspace: &Path) -> (String, usize, Vec<String>) {
    let text = fs::read_to_string(page).expect("a page");
    let folder = tempfile::tempdir().expect("a folder");
    let home = tempfile::tempdir().expect("a folder");
    let is_empty = text.contains(IN_EMPTY_FOLDER);
    if !is_empty && workspace == root() {
        // As a newcomer gets it.
        let made =
            shell(&mut folder.path().to_path_buf(), home.path(), "meniscus init . --example");
        assert_eq!(made.0, 0, "{}", made.1);
    } else if !is_empty {
        for name in WORKSPACE.iter().filter(|name| workspace.join(name).exists()) {
            copy(&workspace.join(name), &folder.path().join(name));
        }
    }
    let mut run = Run {
        name: page.strip_prefix(root()).expect("a page of ours").display().to_string(),
        lines: text.lines().enumerate().peekable(),
        place: folder.path().to_path_buf(),
        folder,
        home,
        written: String::new(),
        commands: 0,
        wrong: Vec::new(),
    };
    while let Some((number, line)) = run.line() {
        let indent = &line[..line.len() - line.trim_start().len()];
        let at = line.trim();
        let file = at.strip_prefix("```").and_then(|info| info.split("title=\"").nth(1));
        if let Some(hidden) = at.strip_prefix("<!-- run: ") {
            let hidden = hidden.strip_suffix("-->").expect("a comment in one line");
            let (code, printed) = shell(&mut run.place, run.home.path(), hidden.trim());
            if code != 0 {
                run.fault(number, &format!("exit code {code}\n{printed}"));
            }
        } else if let Some(file) = file.and_then(|rest| rest.split('"').next()) {
            run.file(file, indent);
        } else if at == "```console" {
            run.terminal(indent);
        }
    }
    (run.written, run.commands, run.wrong)
}

impl<'p> Run<'p> {
    /// Takes the next line, which stays in the page.
    fn line(&mut self) -> Option<(usize, &'p str)> {
        let (number, line) = self.lines.next()?;
        self.keep(line);
        Some((number, line))
    }

    fn keep(&mut self, line: &str) {
        self.written.push_str(line);
        self.written.push('\n');
    }

    fn fault(&mut self, number: usize, what: &str) {
        self.wrong.push(format!("{}:{}: {what}", self.name, number + 1));
    }

    /// Writes the file that a fence shows.
    fn file(&mut self, file: &str, indent: &str) {
        let mut content = String::new();
        while let Some((_, line)) = self.line().filter(|(_, line)| line.trim() != "```") {
            content.push_str(line.strip_prefix(indent).unwrap_or(line));
            content.push('\n');
        }
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, content).expect("a file is written");
    }

    /// Runs the commands of a fence.
    fn terminal(&mut self, indent: &str) {
        while let Some((number, line)) = self.line().filter(|(_, line)| line.trim() != "```") {
            match line.trim_start().strip_prefix("$ ") {
                Some(command) => self.command(number, command, indent),
                None => self.fault(number, "no command prints this line"),
            }
        }
    }

    /// Runs a command, and compares its output with the lines below it.
    fn command(&mut self, number: usize, command: &str, indent: &str) {
        let mut shown = String::new();
        let is_output =
            |next: &(usize, &str)| next.1.trim() != "```" && !next.1.trim_start().starts_with("$ ");
        while let Some((_, line)) = self.lines.next_if(is_output) {
            shown.push_str(line.strip_prefix(indent).unwrap_or(line));
            shown.push('\n');
        }
        self.commands += 1;
        let (code, printed) = shell(&mut self.place, self.home.path(), command);
        let printed = printed.replace(&self.folder.path().display().to_string(), ".");
        let printed = printed.replace("\r\n", "\n");
        let fits = matches(&shown, &printed);
        if code > 1 {
            self.fault(number, &format!("exit code {code}\n{printed}"));
        } else if !fits {
            self.fault(number, &format!("`{command}` prints\n{printed}--- and not\n{shown}"));
        }
        let kept = if fits { shown } else { shortened(&shown, &printed) };
        for line in kept.lines() {
            self.keep(format!("{indent}{line}").trim_end());
        }
    }
}

#[test]
fn commands_print_what_the_pages_show() {
    let overwrite = std::env::var("MENISCUS_DOCS").is_ok_and(|mode| mode == "overwrite");
    let mut all = pages(&root().join("docs"));
    all.push(root().join("README.md"));
    if let Ok(part) = std::env::var("MENISCUS_DOCS_PAGES") {
        all.retain(|page| page.to_string_lossy().contains(&part));
    }
    let mut wrong = Vec::new();
    let results = all.par_iter().map(|page| run_page(page, &root())).collect::<Vec<_>>();
    for (page, (written, commands, faults)) in all.iter().zip(results) {
        if overwrite && !faults.is_empty() {
            fs::write(page, written).expect("a page is written");
        }
        wrong.extend(faults);
        let is_task = page.parent().is_some_and(|folder| folder.ends_with("how-to"));
        let is_list = page.file_name().is_some_and(|name| name == "index.md");
        if is_task && !is_list && commands == 0 {
            wrong.push(format!("{}: a how-to without a command", page.display()));
        }
        let text = fs::read_to_string(page).expect("a page");
        let says_where = text.contains(IN_EMPTY_FOLDER) || text.contains(EXAMPLE);
        if is_task && !is_list && !says_where {
            wrong.push(format!("{}: doesn't link to {EXAMPLE}", page.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn a_page_stays_short_where_its_output_is_rewritten() {
    let printed = "new first\na\nb\nerror: the 2nd name\nc\nthe end\n";
    let short = "old first\n…\nerror: the name\n…\nthe last\n";
    assert_eq!(shortened(short, printed), "new first\n…\nerror: the 2nd name\n…\nthe end\n");
    assert_eq!(shortened("old\n", printed), printed);
    assert_eq!(shortened("old first\n…\n", printed), "new first\n…\n");
}

#[test]
fn dots_stand_for_what_differs() {
    assert!(matches("a\n…\nd\n", "a\nb\nc\nd\n"));
    assert!(matches("a\n…\nd\n", "a\nd\n"));
    assert!(matches("took … s\n", "took 0.2 s\n"));
    assert!(!matches("took … s\n", "took 0.2\nor so s\n"));
    assert!(!matches("a\n", "a\nb\n"));
    assert!(!matches("a.c\n", "abc\n"));
    assert!(matches("", ""));
}

/// `docs/reference/commands.md` has the help of each command. A stale page is rewritten, and the test
/// fails once.
#[test]
fn the_reference_has_the_help_of_each_command() {
    let home = tempfile::tempdir().expect("a folder");
    let help = |command: &str| {
        let (code, printed) =
            shell(&mut home.path().to_path_buf(), home.path(), &format!("{command} --help"));
        assert_eq!(code, 0, "{command}: {printed}");
        printed
    };
    let mut text = String::from(
        "# Commands\n\nThe help of each command, as `meniscus COMMAND --help` prints it. This page is written by \
         `cargo test --test it docs`.\n",
    );
    let mut waiting = vec!["meniscus".to_owned()];
    while !waiting.is_empty() {
        let command = waiting.remove(0);
        let printed = help(&command);
        text.push_str(&format!("\n## {command}\n\n```text\n{}\n```\n", printed.trim_end()));
        let listed = printed.split_once("Commands:\n").map_or("", |(_, rest)| rest);
        let names = listed.lines().take_while(|line| line.starts_with("  "));
        let names = names.filter(|line| !line.starts_with("   "));
        let names = names.filter_map(|line| line.split_whitespace().next());
        let inner = names.filter(|name| *name != "help").map(|name| format!("{command} {name}"));
        waiting.splice(0..0, inner.collect::<Vec<_>>());
    }
    keep(&root().join("docs/reference/commands.md"), &text);
}

/// Each workspace of `examples/workspaces` is clean and covered, and its README shows what it prints.
#[test]
fn example_workspaces_are_clean_and_covered() {
    let folder = root().join("examples/workspaces");
    let found = fs::read_dir(&folder).expect("the examples").map(|entry| entry.expect("it").path());
    let mut found: Vec<PathBuf> = found.filter(|path| path.is_dir()).collect();
    found.sort();
    assert_eq!(found.len(), 4, "{found:?}");
    let (mut wrong, home) = (Vec::new(), tempfile::tempdir().expect("a folder"));
    for example in found {
        for command in
            ["meniscus lint --level info", "meniscus test --check --coverage --coverage-min 100"]
        {
            let (code, printed) = shell(&mut example.clone(), home.path(), command);
            if code != 0 {
                wrong.push(format!("{}: `{command}`: {code}\n{printed}", example.display()));
            }
        }
        let (_, commands, faults) = run_page(&example.join("README.md"), &example);
        assert!(commands >= 3, "{}: {commands} commands", example.display());
        wrong.extend(faults);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Links between pages, to files, and to headings lead somewhere.
#[test]
fn links_between_pages_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").expect("a pattern");
    let code = Regex::new(r"`[^`\n]*`").expect("a pattern");
    let mut all: Vec<PathBuf> = ["docs", "editors", "examples", "tests/spec", "packages"]
        .iter()
        .flat_map(|folder| pages(&root().join(folder)))
        .filter(|page| !page.components().any(|part| part.as_os_str() == "node_modules"))
        .collect();
    for name in ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"] {
        all.push(root().join(name));
    }
    let mut wrong = Vec::new();
    for page in all {
        let text = fs::read_to_string(&page).expect("a page");
        let prose = outside_fences(&text).join("\n");
        let prose = code.replace_all(&prose, "`code`");
        for target in link.captures_iter(&prose).map(|found| found.get(1).expect("it").as_str()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = page.parent().expect("a folder").join(path);
            let file = if path.is_empty() { page.clone() } else { file };
            let is_page = file.extension().is_some_and(|kind| kind == "md");
            let leads = file.exists()
                && (anchor.is_empty()
                    || !is_page
                    || anchors(&file).iter().any(|one| one == anchor));
            if !leads {
                wrong.push(format!("{}: {target}", page.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the lines of a page that aren't in a fence.
fn outside_fences(text: &str) -> Vec<&str> {
    let (mut found, mut fence) = (Vec::new(), None);
    for line in text.lines() {
        let start = line.trim_start();
        let ticks = start.len() - start.trim_start_matches('`').len();
        match fence {
            Some(open) if ticks >= open && start.trim_end().len() == ticks => fence = None,
            None if ticks >= 3 => fence = Some(ticks),
            None => found.push(line),
            Some(_) => {}
        }
    }
    found
}

/// Returns the anchors of a page's headings, as GitHub and the site name them.
fn anchors(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).expect("a page");
    let mut found: Vec<String> = Vec::new();
    for line in outside_fences(&text).iter().filter(|line| line.starts_with('#')) {
        let heading = line.trim_start_matches('#').trim().to_lowercase();
        let anchor: String = heading
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect();
        let earlier = found.iter().filter(|one| **one == anchor).count();
        found.push(if earlier == 0 { anchor } else { format!("{anchor}-{earlier}") });
    }
    found
}
