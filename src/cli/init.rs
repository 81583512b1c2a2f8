use std::fs;
use std::io::{BufRead, IsTerminal};
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;
use meniscus::example::{Example, WHOLE};
use meniscus::project::ProjectError;
use meniscus::send::shell_word;

use super::Verdict;
use super::arguments::InitArguments;
use super::formats::Start;
use super::terminal::note;
use meniscus::files::{Placement, write_whole};

type Files = &'static [(&'static str, &'static str)];

impl From<Start> for Example {
    fn from(start: Start) -> Example {
        match start {
            Start::Wallet => Example::Wallet,
            Start::Push => Example::Push,
            Start::Tags => Example::Tags,
            Start::Triggered => Example::Triggered,
        }
    }
}

/// Files for git; existing ones are kept.
const FOR_GIT: Files = &[
    (".gitignore", "# Written by `meniscus test` for review.\n*.snap.new\n"),
    (
        ".gitattributes",
        "# Compared byte for byte, so git must not change line endings.\n\
         snapshots/** -text\n\
         recordings/** -text\n",
    ),
];

/// Instructions for coding agents; an existing file is kept.
const FOR_AGENTS: &str = include_str!("agents.md");

/// Entries that a folder may contain and still count as unused.
const UNIMPORTANT: [&str; 2] = [".git", ".DS_Store"];

/// Writes a workspace that renders right away. Never overwrites a file.
pub(super) fn run(arguments: &InitArguments) -> Result<Verdict> {
    let folder = &arguments.folder;
    if folder.is_file() {
        return Err(ProjectError::Unknown {
            message: format!("`{}` is a file, but must be a folder", folder.display()),
            help: "choose a new folder: `meniscus init FOLDER`".to_owned(),
        }
        .into());
    }
    if !arguments.non_empty {
        refuse_used(folder)?;
    }
    let starts = match &arguments.with[..] {
        [] if arguments.example => vec![Start::Wallet],
        [] => ask()?,
        named => named.to_vec(),
    };
    let wanted = match arguments.example {
        true => WHOLE.to_vec(),
        false => starts.iter().flat_map(|start| Example::from(*start).files()).collect(),
    };
    let mut files: Vec<(&str, &str)> = Vec::new();
    for (name, text) in wanted {
        let text = match name {
            // Anna's expectations are about the wallet email.
            "scenarios/anna.toml" if !starts.contains(&Start::Wallet) => {
                text.split("\n[[expect]]").next().unwrap_or(text)
            }
            _ => text,
        };
        if !files.iter().any(|(known, _)| *known == name) {
            files.push((name, text));
        }
    }
    // What an interrupted run has written is left as it is.
    files.retain(|(name, text)| !fs::read(folder.join(name)).is_ok_and(|is| is == text.as_bytes()));
    let exists = |name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
    let taken = files.iter().filter(|(name, _)| exists(name)).map(|(name, _)| *name);
    let taken = taken.collect::<Vec<_>>();
    let folders = files.iter().flat_map(|(name, _)| Path::new(name).ancestors().skip(1));
    if let Some(file) = folders.map(|inner| folder.join(inner)).find(|inner| inner.is_file()) {
        return Err(ProjectError::Unknown {
            message: format!("`{}` is a file, but must be a folder", file.display()),
            help: "move it away, or choose another folder".to_owned(),
        }
        .into());
    }
    if !taken.is_empty() {
        return Err(ProjectError::Unknown {
            message: format!("`{}` already has {}", folder.display(), taken.join(", ")),
            help: "move it away, or choose an empty folder: `meniscus init FOLDER`".to_owned(),
        }
        .into());
    }
    for (name, text) in files {
        write_new(&folder.join(name), text)?;
        if !arguments.example {
            note(&format!("wrote {}\n", folder.join(name).display()));
        }
    }
    if arguments.example {
        note(&format!("wrote the example, {} files\n", WHOLE.len()));
    }
    for (name, text) in FOR_GIT {
        let path = folder.join(name);
        if fs::read(&path).is_ok_and(|is| is == text.as_bytes()) {
            continue;
        }
        if fs::symlink_metadata(&path).is_ok() {
            let rules = text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>();
            note(&format!(
                "kept {}; add these lines to it: {}\n",
                path.display(),
                rules.join(", ")
            ));
        } else {
            write_new(&path, text)?;
            note(&format!("wrote {}\n", path.display()));
        }
    }
    let path = folder.join("AGENTS.md");
    if fs::symlink_metadata(&path).is_err() {
        write_new(&path, FOR_AGENTS)?;
        note(&format!("wrote {}\n", path.display()));
    }
    let template = starts.first().map_or("", |start| Example::from(*start).template());
    // A name starting with `-` would be taken for an option.
    let shown = |path: &Path| match path.display().to_string() {
        text if text.starts_with('-') => shell_word(&format!("./{text}")),
        text => shell_word(&text),
    };
    note(&format!(
        "next: run `meniscus preview {}` to see it in a browser, or `meniscus render {}` to print \
         it\n",
        shown(folder),
        shown(&folder.join(template)),
    ));
    Ok(Verdict::Fine)
}

/// Refuses a folder that may already be in use.
fn refuse_used(folder: &Path) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|error| ProjectError::unreadable(folder, &error))?,
    };
    for entry in entries {
        let name = entry.map_err(|error| ProjectError::unreadable(folder, &error))?.file_name();
        if UNIMPORTANT.iter().any(|known| name == *known) {
            continue;
        }
        return Err(ProjectError::Unknown {
            message: format!("`{}` isn't empty: it contains {}", folder.display(), name.display()),
            help: "choose a new folder, or add `--non-empty`: it never overwrites a file, and completes \
                   an interrupted run"
                .to_owned(),
        }
        .into());
    }
    Ok(())
}

/// Asks on a terminal which messages to start with; without one, uses the wallet.
fn ask() -> Result<Vec<Start>> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Ok(vec![Start::Wallet]);
    }
    note("Which messages do you want to start with?\n");
    for start in Start::value_variants() {
        let value = start.to_possible_value();
        let help = value.as_ref().and_then(|value| value.get_help()).map(ToString::to_string);
        let name = value.as_ref().map_or("", |value| value.get_name());
        note(&format!("  {name:<10} {}\n", help.unwrap_or_default()));
    }
    loop {
        note("Names separated by commas, or `all` [wallet]: ");
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).context("can't read the answer")?;
        let names = line.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty());
        let names = names.collect::<Vec<_>>();
        if names.is_empty() {
            return Ok(vec![Start::Wallet]);
        }
        if names == ["all"] {
            return Ok(Start::value_variants().to_vec());
        }
        let starts = names.iter().map(|name| Start::from_str(name, true));
        match starts.collect::<Result<Vec<_>, _>>() {
            Ok(starts) => return Ok(starts),
            Err(problem) => note(&format!("{problem}\n")),
        }
    }
}

/// Writes a file that doesn't exist yet.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let written = write_whole(path, text.as_bytes(), Placement::New);
    written.with_context(|| format!("can't write `{}`", path.display()))
}
