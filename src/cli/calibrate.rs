use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use meniscus::calibrate::{Judged, Outcome, PROBES, judge, readable, template};
use meniscus::files::{Placement, read_file, write_whole};
use meniscus::project::{CONFIG_FILE, ProjectError};
use meniscus::report::calibrate::{calibrate as report, calibration_report};

use super::Verdict;
use super::contract::workspace_around;
use super::failed;
use super::terminal::{note, print, print_exact};

/// Arguments of `calibrate`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct CalibrateArguments {
    /// Print a template with a probe for each choice
    #[arg(long, required_unless_present = "read")]
    pub print: bool,
    /// With --print: leave out these probes, such as one that Braze refuses to save
    #[arg(long, value_name = "NUMBERS", value_delimiter = ',', requires = "print")]
    pub without: Vec<u16>,
    /// Read what Braze rendered: a text file, HTML, or a sent email (.eml)
    #[arg(long, value_name = "FILE", conflicts_with = "print")]
    pub read: Option<PathBuf>,
    /// With --read: write the differing settings to meniscus.toml
    #[arg(long, requires = "read")]
    pub write: bool,
    /// With --read: write a report that you can attach to an issue
    #[arg(long, value_name = "FILE", requires = "read")]
    pub report: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  meniscus calibrate --print > probes.liquid
  meniscus calibrate --read result.eml
  meniscus calibrate --read result.html --write --report calibration.md

Paste the template into Braze's composer, as the body of an email. Preview it or send it to
yourself, and save the result. The template makes no calls, and reads nothing about the recipient
except the language.";

const SAVE_WHOLE: &str =
    "save everything that Braze rendered from the template of `meniscus calibrate --print`";

/// Prints the probes, or judges what Braze made of them.
pub(super) fn run(arguments: &CalibrateArguments) -> Result<Verdict> {
    let Some(file) = &arguments.read else {
        let unknown = |number: &&u16| !PROBES.iter().any(|probe| probe.number == **number);
        if let Some(number) = arguments.without.iter().find(unknown) {
            return Err(failed(
                format!("unknown probe {number}"),
                &format!("use numbers from 1 to {}", PROBES.len()),
            ));
        }
        print_exact(&template(&arguments.without))?;
        return Ok(Verdict::Fine);
    };
    let bytes = read_file(file).map_err(|error| ProjectError::unreadable(file, &error))?;
    let result = readable(&bytes)
        .map_err(|why| failed(format!("`{}` can't be used: {why}", file.display()), SAVE_WHOLE))?;
    let judged = judge(&result);
    if judged.outcomes.iter().all(|(_, outcome)| *outcome == Outcome::Lost) {
        return Err(failed(format!("`{}` contains no complete probe", file.display()), SAVE_WHOLE));
    }
    print(&report(&judged))?;
    if let Some(to) = &arguments.report {
        write(to, &calibration_report(&judged))?;
    }
    if arguments.write {
        write_settings(&judged)?;
    }
    let is_other = |outcome: &Outcome| matches!(outcome, Outcome::Set | Outcome::Differs { .. });
    let found = judged.outcomes.iter().any(|(_, outcome)| is_other(outcome));
    Ok(if found { Verdict::Found } else { Verdict::Fine })
}

/// Writes the settings that differ; all else stays as it is written. A setting is never taken out:
/// text that was copied from a page has no comments, whatever Braze does.
fn write_settings(judged: &Judged) -> Result<()> {
    let workspace = workspace_around(Path::new("."))?;
    let path = workspace.root.join(CONFIG_FILE);
    let text = match read_file(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(ProjectError::unreadable(&path, &error).into()),
    };
    let (mark, plain) = match text.strip_prefix('\u{feff}') {
        Some(plain) => ("\u{feff}", plain),
        None => ("", text.as_str()),
    };
    let mut document = plain.parse::<toml_edit::DocumentMut>()?;
    for setting in judged.settings.iter().filter(|setting| !setting.is_default) {
        let Some(value) = setting.value else { continue };
        if document.get("dialect").is_none() {
            document["dialect"] = toml_edit::table();
        }
        let mut value = value.parse::<toml_edit::Value>()?;
        let known = document["dialect"].get(setting.name).and_then(toml_edit::Item::as_value);
        if let Some(known) = known {
            *value.decor_mut() = known.decor().clone();
        }
        document["dialect"][setting.name] = toml_edit::Item::Value(value);
    }
    let mut after = document.to_string();
    if plain.contains("\r\n") {
        after = after.replace("\r\n", "\n").replace('\n', "\r\n");
    }
    let after = format!("{mark}{after}");
    if after == text {
        note(&format!("{CONFIG_FILE} already has these settings\n"));
        return Ok(());
    }
    write(&path, &after)
}

fn write(path: &Path, text: &str) -> Result<()> {
    let shown = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    write_whole(path, text.as_bytes(), Placement::Replace).map_err(|error| {
        failed(
            format!("can't write `{shown}`: {error}"),
            "check that the folder exists and is writable",
        )
    })?;
    note(&format!("wrote {shown}\n"));
    Ok(())
}
