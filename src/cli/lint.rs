use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use meniscus::diagnostic::Severity;
use meniscus::files::{Placement, write_changes, write_whole};
use meniscus::project::{ProjectError, Workspace};
use meniscus::report::{lint as formats, unified_diff};
use meniscus::rules::baseline::Baseline;
use meniscus::rules::fix_rounds::{Changed, fixed};
use meniscus::rules::{Knowledge, Levels, Linted, RULES, Targets, lint, unused_overrides};
use meniscus::send::shell_word;
use meniscus::session::Session;

use super::Verdict;
use super::arguments::{LintArguments, LintLevel};
use super::formats::LintFormat;
use super::lint_targets::{input_name, is_stdin, targets, templates_by_workspace, workspace_of};
use super::reading;
use super::terminal::{look_of_output, note, paths_of, print_as, print_exact};
use super::watch;

/// Where the baseline is by default.
const BASELINE: &str = "meniscus-baseline.json";

/// Lints once, or at every change.
pub(super) fn run(arguments: &LintArguments) -> Result<Verdict> {
    if arguments.r#unsafe && !arguments.fix && !arguments.diff {
        bail!("use `--unsafe` with `--fix` or `--diff`");
    }
    if arguments.stdin_filename.is_some() && !arguments.paths.iter().any(|path| is_stdin(path)) {
        bail!("use `--stdin-filename` with the path `-`");
    }
    if arguments.templates_only {
        return lint_templates(arguments);
    }
    if !arguments.watch {
        return lint_once(arguments);
    }
    if arguments.paths.iter().any(|path| is_stdin(path)) {
        bail!("can't watch stdin: name a file");
    }
    let workspace = workspace_of(arguments)?;
    let named = arguments.paths.iter().filter_map(|path| std::path::absolute(path).ok());
    let named = named.collect::<Vec<_>>();
    let mut folders = workspace.folders();
    folders.push(workspace.config.paths.schemas.clone());
    let root = workspace.root.clone();
    let matters = move |path: &Path| {
        named.iter().any(|known| path.starts_with(known))
            || folders.iter().any(|folder| path.starts_with(root.join(folder)))
    };
    watch::repeat(&workspace.root, matters, || lint_once(arguments))
}

/// Lints the files that are templates, each in its own workspace.
fn lint_templates(arguments: &LintArguments) -> Result<Verdict> {
    let (workspaces, others) = templates_by_workspace(&arguments.paths)?;
    if others > 0 {
        let files = if others == 1 {
            "1 file that isn't a template"
        } else {
            "files that aren't templates"
        };
        let count = if others == 1 { String::new() } else { format!("{others} ") };
        note(&format!("skipped {count}{files}: see `[paths] templates` in meniscus.toml\n"));
    }
    let is_document = !arguments.format.is_report();
    if is_document && workspaces.len() > 1 {
        bail!(
            "the templates belong to {} workspaces; in this format, lint one workspace at a time",
            workspaces.len()
        );
    }
    if is_document && workspaces.is_empty() {
        print_formatted(&formats::Findings::of(&[], &[]), arguments.format)?;
    }
    let mut verdict = Verdict::Fine;
    let (mut has_baseline, is_any) = (false, !workspaces.is_empty());
    for (root, paths) in workspaces {
        let baseline = arguments.baseline.as_ref().map(|file| root.join(file));
        let baseline = baseline.filter(|file| file.exists());
        has_baseline |= baseline.is_some();
        verdict = verdict.max(lint_once(&LintArguments { paths, baseline, ..arguments.clone() })?);
    }
    if let Some(file) = arguments.baseline.as_ref().filter(|_| !has_baseline && is_any) {
        bail!(
            "no workspace has the baseline `{}`; create it with `--write-baseline`",
            file.display()
        );
    }
    Ok(verdict)
}

fn lint_once(arguments: &LintArguments) -> Result<Verdict> {
    let error = match lint_workspace(arguments) {
        Err(error) => error,
        verdict => return verdict,
    };
    // Mistakes in the configuration are reported in the requested format.
    match error.downcast::<ProjectError>() {
        Ok(ProjectError::Content(found)) if arguments.format != LintFormat::Human => {
            let file = found.primary.source.name().to_owned();
            print_formatted(&formats::Findings::of(&[*found], &[file]), arguments.format)?;
            Ok(Verdict::CouldNotRun)
        }
        Ok(other) => Err(other.into()),
        Err(other) => Err(other),
    }
}

fn lint_workspace(arguments: &LintArguments) -> Result<Verdict> {
    let workspace = workspace_of(arguments)?;
    let levels = reading::levels(&workspace)?;
    let (mut known, mut unread) = Session::knowledge(&workspace);
    let mut targets = targets(arguments, &workspace, &mut known, &mut unread)?;
    if !arguments.fix && !arguments.diff {
        let mut linted = lint(&known, &levels, &targets);
        if targets.is_whole {
            let scenarios = known.scenarios.iter().flat_map(|scenario| &scenario.sources);
            let files = linted.files.iter().map(String::as_str);
            let files = files.chain(scenarios.map(|source| source.name())).collect::<Vec<_>>();
            linted.add(unused_overrides(&workspace.config, &files)?);
        }
        linted.add(unread);
        return report(arguments, &workspace, &levels, linted);
    }
    let (mut linted, changed, made) = fixed(&mut known, &levels, &mut targets, arguments.r#unsafe);
    if arguments.diff {
        reading::report(&unread);
        let is_colored = look_of_output().color;
        let mut diff = String::new();
        for (name, (before, after)) in &changed {
            unified_diff(name, before.text(), after.text(), is_colored, &mut diff);
        }
        // Without color, it is a patch that programs can apply.
        print_as(is_colored, &diff)?;
        return Ok(if changed.is_empty() { Verdict::Fine } else { Verdict::Found });
    }
    linted.add(unread);
    let input = input_name(arguments, &workspace);
    // Standard input isn't written.
    write_changes(&workspace, changed.iter().filter(|(name, _)| input.as_ref() != Some(*name)))?;
    if let Some(name) = input {
        print_exact(text_of(&name, &known, &targets))?;
        return Ok(verdict(&linted, arguments));
    }
    note(&fixes_line(&changed, made));
    report(arguments, &workspace, &levels, linted)
}

/// Returns the text of standard input with fixes applied.
fn text_of<'t>(name: &str, known: &'t Knowledge, targets: &'t Targets) -> &'t str {
    let parts = targets.messages.iter().flat_map(|message| &message.parts);
    let parts = parts.map(|part| part.source());
    let mut all = parts.chain(known.blocks.values().map(|block| &block.template.source));
    all.find(|source| source.name() == name).map_or("", |source| source.text())
}

/// Returns whether a finding counts: hints don't stop a commit.
fn verdict(linted: &Linted, arguments: &LintArguments) -> Verdict {
    let least = least(arguments).max(Severity::Warning);
    let counts = linted.diagnostics.iter().any(|found| found.severity >= least);
    if counts { Verdict::Found } else { Verdict::Fine }
}

/// Returns the lowest severity to show.
fn least(arguments: &LintArguments) -> Severity {
    match arguments.level {
        LintLevel::Info => Severity::Info,
        LintLevel::Warn => Severity::Warning,
        LintLevel::Error => Severity::Error,
    }
}

fn fixes_line(changed: &Changed, made: usize) -> String {
    match (made, changed.len()) {
        (0, _) => "nothing to fix\n".to_owned(),
        (1, _) => "applied 1 fix\n".to_owned(),
        (made, 1) => format!("applied {made} fixes in 1 file\n"),
        (made, files) => format!("applied {made} fixes in {files} files\n"),
    }
}

fn report(
    arguments: &LintArguments,
    workspace: &Workspace,
    levels: &Levels,
    mut linted: Linted,
) -> Result<Verdict> {
    let least = least(arguments);
    if arguments.write_baseline {
        return write_baseline(arguments, workspace, &linted);
    }
    linted.diagnostics.retain(|diagnostic| diagnostic.severity >= least);
    let (mut hidden, mut stale) = (0, 0);
    if let Some(path) = &arguments.baseline {
        let baseline = Baseline::read(path)?;
        let found = baseline.hide(&mut linted.diagnostics, |path| {
            // A deleted file has no findings.
            linted.files.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
                || !workspace.root.join(path).exists()
        });
        hidden = found.count;
        stale = found.gone();
    }
    let paths = paths_of(workspace);
    paths.name_in(&mut linted.diagnostics);
    linted.files.iter_mut().for_each(|name| *name = paths.seen(name));
    linted.files.sort();
    let rules = RULES.iter().map(|rule| formats::Described {
        name: rule.name,
        summary: rule.summary(),
        docs: rule.docs,
        level: levels.highest(rule).severity(),
    });
    let rules = rules.collect::<Vec<_>>();
    let findings = formats::Findings {
        diagnostics: &linted.diagnostics,
        files: &linted.files,
        rules: &rules,
        hidden,
        stale,
    };
    print_formatted(&findings, arguments.format)?;
    Ok(verdict(&linted, arguments))
}

/// Prints findings in a format.
pub(super) fn print_formatted(findings: &formats::Findings<'_>, format: LintFormat) -> Result<()> {
    print_as(format.is_report(), &formatted(findings, format))
}

fn formatted(findings: &formats::Findings<'_>, format: LintFormat) -> String {
    match format {
        LintFormat::Human => {
            let mut text = String::new();
            formats::human(findings, look_of_output(), &mut text);
            text
        }
        LintFormat::Compact => formats::compact(findings),
        LintFormat::Json => format!("{:#}\n", formats::json(findings)),
        LintFormat::Sarif => format!("{:#}\n", formats::sarif(findings)),
        LintFormat::Github => formats::github(findings),
        LintFormat::Gitlab => format!("{:#}\n", formats::gitlab(findings)),
        LintFormat::Junit => formats::junit(findings),
    }
}

fn write_baseline(
    arguments: &LintArguments,
    workspace: &Workspace,
    linted: &Linted,
) -> Result<Verdict> {
    let path: PathBuf = arguments.baseline.clone().unwrap_or_else(|| workspace.root.join(BASELINE));
    let mut baseline = Baseline::of(&linted.diagnostics);
    // Entries for files outside this run are kept.
    if path.is_file() {
        let is_tested_anywhere = |name: &str| linted.files.iter().any(|file| file == name);
        let known = Baseline::read(&path)?;
        baseline
            .keep(known, |name| !is_tested_anywhere(name) && workspace.root.join(name).exists());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let written = write_whole(&path, baseline.to_text().as_bytes(), Placement::Replace);
    written.map_err(|error| ProjectError::Unknown {
        message: format!("can't write `{}`: {error}", path.display()),
        help: format!("check that `{}` is a writable folder", folder.display()),
    })?;
    note(&format!(
        "wrote {}: {} recorded; lint with `--baseline {}`\n",
        paths_of(workspace).seen(&workspace.shown(&path)),
        baseline.len(),
        shell_word(&paths_of(workspace).seen(&workspace.shown(&path)))
    ));
    Ok(Verdict::Fine)
}
