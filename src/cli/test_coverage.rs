//! Coverage in `test`: which branches of the templates the scenarios take.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use clap::{Args, ValueEnum};
use meniscus::coverage::{Coverage, Level, Role};
use meniscus::live::record::replace_file;
use meniscus::project::{ProjectError, Workspace};
use meniscus::render::{Gather, Outcome};
use meniscus::report::coverage as report;
use meniscus::snapshot::Plan;

use super::Verdict;
use super::terminal::{look, look_of_output, note, print};

/// Folder of the reports, below the workspace.
const FOLDER: &str = "coverage";

/// Bytes of a file that show whether it is one of our reports.
const HEAD: usize = 512;

/// Coverage arguments of `test`.
#[derive(Args, Clone, Debug)]
pub(super) struct CoverageArguments {
    /// Report branches, loop iterations, defaults, and aborts that no scenario reaches; `lcov` and
    /// `html` write lcov.info and index.html to coverage/
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 0..=1, require_equals = true,
        default_missing_value = "text", value_delimiter = ',', help_heading = "Coverage")]
    coverage: Vec<CoverageFormat>,
    /// Exit with 1 if scenarios reach less than this share of the coverage points
    #[arg(long, value_name = "PERCENT", value_parser = percentage,
        allow_negative_numbers = true, help_heading = "Coverage")]
    coverage_min: Option<f64>,
    /// Folder for lcov.info and index.html
    #[arg(long, value_name = "FOLDER", help_heading = "Coverage")]
    coverage_dir: Option<PathBuf>,
}

/// The forms of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CoverageFormat {
    /// Text after the results.
    Text,
    /// `lcov.info` for other programs.
    Lcov,
    /// `index.html` for a browser.
    Html,
}

fn percentage(text: &str) -> Result<f64, String> {
    match text.trim_end_matches('%').trim_end().parse::<f64>() {
        Ok(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => Err("write a number from 0 to 100".to_owned()),
    }
}

impl CoverageArguments {
    fn is_asked(&self) -> bool {
        !self.coverage.is_empty() || self.coverage_min.is_some()
    }

    /// Returns what renders should collect.
    pub fn gather(&self) -> Gather {
        Gather { hits: self.is_asked(), ..Gather::default() }
    }

    /// Starts counting for a plan; does nothing if no coverage is requested.
    pub fn begin(&self, plan: &Plan) -> Counting {
        if !self.is_asked() {
            return Counting(None);
        }
        let mut coverage = Coverage::default();
        for part in &plan.parts {
            let role = Role::Part { message: part.message.clone(), part: part.part.name.clone() };
            coverage.insert(&part.part.template, role);
        }
        for (name, block) in plan.blocks() {
            coverage.insert(&block.template, Role::Block(name.to_owned()));
        }
        Counting(Some(Mutex::new(coverage)))
    }

    /// Reports coverage. If `is_text`, results are for people and coverage follows them; otherwise
    /// it goes to stderr.
    pub fn report(
        &self,
        workspace: &Workspace,
        counting: Counting,
        is_text: bool,
        verdict: Verdict,
    ) -> Result<Verdict> {
        let Some(coverage) = counting.0 else { return Ok(verdict) };
        let coverage = coverage.into_inner().unwrap_or_else(PoisonError::into_inner);
        if self.coverage.contains(&CoverageFormat::Text) {
            match is_text {
                true => print(&format!("\n{}", report::text(&coverage, look_of_output())))?,
                false => note(&report::text(&coverage, look())),
            }
        }
        let folder = match &self.coverage_dir {
            Some(folder) => folder.clone(),
            None => workspace.root.join(FOLDER),
        };
        if self.coverage.contains(&CoverageFormat::Lcov) {
            write_report(workspace, &folder.join("lcov.info"), &report::lcov(&coverage))?;
        }
        if self.coverage.contains(&CoverageFormat::Html) {
            write_report(workspace, &folder.join("index.html"), &report::html(&coverage))?;
        }
        let total = coverage.total(Level::Branch);
        let Some(least) = self.coverage_min else { return Ok(verdict) };
        if total.reached as f64 * 100.0 >= least * total.points as f64 {
            return Ok(verdict);
        }
        note(&format!(
            "error: scenarios reach {} of the coverage points ({} of {}), below the minimum of \
             {least} %\n",
            report::percent(total),
            total.reached,
            total.points
        ));
        if !self.coverage.contains(&CoverageFormat::Text) {
            note(
                "help: run `meniscus test --coverage` to list the others with the scenarios they \
                 need\n",
            );
        }
        Ok(match verdict {
            Verdict::CouldNotRun => Verdict::CouldNotRun,
            _ => Verdict::Found,
        })
    }
}

/// Counts so far, shared by concurrent renders.
pub(super) struct Counting(Option<Mutex<Coverage>>);

impl Counting {
    /// Adds the coverage of a render.
    pub fn add(&self, outcome: &Outcome) {
        if let (Some(coverage), Some(hits)) = (&self.0, &outcome.hits) {
            coverage.lock().unwrap_or_else(PoisonError::into_inner).add(hits);
        }
    }
}

/// Writes a report through a temporary file. A file that isn't one of our reports is kept.
fn write_report(workspace: &Workspace, path: &Path, text: &str) -> Result<()> {
    if let Ok(known) = std::fs::read(path) {
        let head = String::from_utf8_lossy(&known[..known.len().min(HEAD)]).into_owned();
        let is_ours = head.is_empty()
            || head.starts_with(report::LCOV_TEST)
            || head.contains(report::GENERATOR);
        if !is_ours {
            let message =
                format!("`{}` isn't a coverage report, so it is kept", shown(workspace, path));
            let help = "move it, or choose another folder with `--coverage-dir FOLDER`".to_owned();
            return Err(ProjectError::Unknown { message, help }.into());
        }
    }
    // A folder elsewhere was given explicitly.
    let root = if path.starts_with(&workspace.root) { &*workspace.root } else { Path::new("/") };
    replace_file(root, path, text)?;
    note(&format!("wrote {}\n", shown(workspace, path)));
    Ok(())
}

/// Returns a path as shown: relative to the workspace if it is inside.
fn shown<'p>(workspace: &Workspace, path: &'p Path) -> std::path::Display<'p> {
    path.strip_prefix(&workspace.root).unwrap_or(path).display()
}
