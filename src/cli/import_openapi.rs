use std::path::Path;

use anyhow::{Context, Result, bail};
use meniscus::dialect::families::FAMILIES;
use meniscus::endpoint::Packs;
use meniscus::files::Disk;
use meniscus::import::{Input, State, read_openapi};
use meniscus::live::record::write_file;
use meniscus::project::{ProjectError, Workspace};

use super::Verdict;
use super::arguments::ImportArguments;
use super::import_files::{refuse_others, shown_error, text_of, word};
use super::terminal::{note, print, show_pack_errors};

/// Makes a pack of endpoints from an OpenAPI document.
pub(super) fn run(
    arguments: &ImportArguments,
    workspace: &Workspace,
    file: &Path,
) -> Result<Verdict> {
    let text = text_of(file)?;
    let shown = workspace.shown(file);
    let input = Input { path: file, shown: &shown, text: &text, asked: None };
    let made = read_openapi(&input).map_err(shown_error)?;
    if made.endpoints == 0 {
        let message = format!("{shown}: `paths` contains no endpoint");
        let help = "use a document with at least one".to_owned();
        return Err(ProjectError::Unknown { message, help }.into());
    }
    let into = arguments.into.clone();
    let folder = into.unwrap_or_else(|| workspace.root.join(&workspace.config.paths.schemas));
    let files = [("pack.toml", &made.pack), (made.schemas_file.as_str(), &made.schemas)];
    check_loads(&files)?;
    let files = files.map(|(name, text)| {
        let path = folder.join(&made.name).join(name);
        let state = match std::fs::read(&path) {
            Err(_) if !path.exists() => State::New,
            Ok(bytes) if bytes == text.as_bytes() => State::Same,
            _ => State::Other,
        };
        (path, text, state)
    });
    let states = files.each_ref().map(|(path, _, state)| (path.as_path(), *state));
    refuse_others(workspace, &states, arguments)?;
    for skipped in &made.skipped {
        note(&format!("skipped {}: {}\n", skipped.place, skipped.reason));
    }
    // The pack comes last: it refers to the schemas, and is broken without them.
    for (path, text, state) in files.iter().rev() {
        if *state != State::Same && !arguments.dry_run {
            write_file(&workspace.root, path, text)?;
        }
        print(&format!("{} {}\n", word(*state, arguments.dry_run), workspace.shown(path)))?;
    }
    let noun = if made.endpoints == 1 { "endpoint" } else { "endpoints" };
    note(&format!("{} {noun}; run `meniscus shape --list` to see them\n", made.endpoints));
    Ok(Verdict::Fine)
}

/// Parses the pack as it will be read.
fn check_loads(files: &[(&str, &String)]) -> Result<()> {
    let folder = tempfile::tempdir().context("can't check the pack")?;
    for (name, text) in files {
        write_file(folder.path(), &folder.path().join(name), text)?;
    }
    let families = FAMILIES.iter().map(|family| family.name);
    let families = families.filter(|name| !name.is_empty()).collect::<Vec<_>>();
    if let Err(errors) = Packs::load(&Disk::files(), folder.path(), "", &families) {
        show_pack_errors(&errors);
        bail!("can't create a valid pack from the document; nothing was written");
    }
    Ok(())
}
