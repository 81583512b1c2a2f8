use std::collections::BTreeSet;

use anyhow::Result;
use clap::Args;
use meniscus::braze::{drift, only_here};
use meniscus::report::drift::DriftReport;

use super::Verdict;
use super::braze::{Asking, SETTINGS, Selection, versions_failed};
use super::formats::Format;
use super::terminal::{look_of_output, print, print_exact};

/// Arguments of `drift`.
#[derive(Args, Debug)]
#[command(after_help = format!("{EXAMPLES}\n{SETTINGS}"))]
pub(super) struct DriftArguments {
    #[command(flatten)]
    pub selection: Selection,
    /// Output format
    #[arg(short, long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

const EXAMPLES: &str = "\
Examples:
  meniscus drift
  meniscus drift --only content_blocks --format json

Exit codes: 0 no drift, 1 something that is sent differs, 2 not everything could be compared.
IDs, times, names, and comments in message.toml never count as drift.";

/// Compares the workspace with Braze.
pub(super) fn run(arguments: &DriftArguments) -> Result<Verdict> {
    let asking = Asking::new(&arguments.selection)?;
    let mut report = DriftReport::default();
    for kind in asking.kinds() {
        let listed = asking.list(*kind, None)?;
        if asking.is_all() {
            report.gone.extend(asking.lock.gone(*kind, &listed));
            let only = only_here(&asking.workspace, &asking.lock, *kind, &listed);
            report.only_here.extend(only.into_iter().map(|one| one.name));
        }
        let mut taken = BTreeSet::new();
        for one in listed.iter().filter(|one| asking.takes(one)) {
            asking.go_on("")?;
            let found = drift(&asking.client, &asking.workspace, &asking.lock, one, &mut taken);
            asking.bar.inc(1);
            let found = match found {
                Ok(found) => found,
                Err(error) if error.is_about_one() => {
                    report.failed.push(format!("the {} {}: {error}", kind.words().0, one.name));
                    continue;
                }
                Err(error) => return Err(versions_failed(one, &error)),
            };
            report.compared += 1;
            if !found.differences.is_empty() {
                report.drifts.push(found);
            }
        }
    }
    asking.bar.finish_and_clear();
    match arguments.format {
        Format::Text => print(&report.human(look_of_output()))?,
        Format::Json => print_exact(&format!("{:#}\n", report.json()))?,
    }
    if !report.failed.is_empty() {
        return Ok(Verdict::CouldNotRun);
    }
    Ok(if report.is_gating() { Verdict::Found } else { Verdict::Fine })
}
