use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use meniscus::calibrate::{
    CALL_PROBES, ECHO, Judged, Outcome, PROBES, call_template, judge, readable, template,
};
use meniscus::files::{Placement, read_file, write_whole};
use meniscus::http::secret::mask_url;
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
    #[arg(long, required_unless_present_any = ["read", "echo"])]
    pub print: bool,
    /// With --print: print probes that call this host instead; it serves what --echo writes
    #[arg(long, value_name = "URL", requires = "print")]
    pub calls: Option<String>,
    /// Write the recordings that answer the probes of --calls, for `meniscus mock`
    #[arg(long, value_name = "FILE", conflicts_with = "read")]
    pub echo: Option<PathBuf>,
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
  meniscus calibrate --echo recordings/calibrate.json
  meniscus calibrate --print --calls https://echo.larkspur.example > calls.liquid

Paste the template into Braze's composer, as the body of an email. Preview it or send it to
yourself, and save the result. The template makes no calls without --calls, and reads nothing about
the recipient except the language.";

const SAVE_WHOLE: &str =
    "save everything that Braze rendered from the template of `meniscus calibrate --print`";

/// Prints the probes, or judges what Braze made of them.
pub(super) fn run(arguments: &CalibrateArguments) -> Result<Verdict> {
    let Some(file) = &arguments.read else {
        let probes = arguments.print.then(|| probes(arguments)).transpose()?;
        if let Some(file) = &arguments.echo {
            write_echo(file)?;
        }
        if let Some(probes) = probes {
            print_exact(&probes)?;
        }
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

/// Returns the template with the probes.
fn probes(arguments: &CalibrateArguments) -> Result<String> {
    let all = if arguments.calls.is_some() { CALL_PROBES } else { PROBES };
    let unknown = |number: &&u16| !all.iter().any(|probe| probe.number == **number);
    if let Some(number) = arguments.without.iter().find(unknown) {
        let numbers = all.iter().map(|probe| probe.number);
        let (first, last) = (numbers.clone().min(), numbers.max());
        let help = format!("use numbers from {} to {}", first.unwrap_or(1), last.unwrap_or(1));
        return Err(failed(format!("unknown probe {number}"), &help));
    }
    let Some(url) = &arguments.calls else { return Ok(template(&arguments.without)) };
    let parsed = url::Url::parse(url).ok();
    let is_plain = parsed.as_ref().is_some_and(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if !is_plain || url.contains(['{', '}', ' ']) {
        let message = format!("`{}` can't be called", mask_url(url));
        return Err(failed(message, "write a URL such as `https://echo.larkspur.example`"));
    }
    Ok(call_template(url, &arguments.without))
}

/// Writes the recordings for `--calls`. Never overwrites a file.
fn write_echo(file: &Path) -> Result<()> {
    write_whole(file, ECHO.as_bytes(), Placement::New).map_err(|error| {
        let help = match error.kind() {
            std::io::ErrorKind::AlreadyExists => "choose another file, or remove it",
            _ => "check that the folder exists and is writable",
        };
        failed(format!("can't write `{}`: {error}", file.display()), help)
    })?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(|| ".".to_owned(), |folder| folder.display().to_string());
    note(&format!("wrote {}; serve it with `meniscus mock {folder}`\n", file.display()));
    Ok(())
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
