use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indexmap::IndexMap;
use meniscus::import::{Asked, Import, Input, Kind, NewFile, State, files, read};
use meniscus::live::LiveConfig;
use meniscus::live::credential::Environment;
use meniscus::live::record::write_file;
use meniscus::live::redact::Redactor;
use meniscus::project::{ProjectError, Workspace};

use super::arguments::{ImportArguments, ImportKind};
use super::import_files::{refuse_others, shown_error, text_of, word};
use super::reading;
use super::record::report_doubtful;
use super::terminal::{note, print, show_recording_errors};
use super::{Verdict, import_openapi};

/// Makes recordings from what other tools saved.
pub(super) fn run(arguments: &ImportArguments) -> Result<Verdict> {
    let workspace = reading::workspace(Path::new(""))?;
    if let Some(file) = &arguments.openapi {
        return import_openapi::run(arguments, &workspace, file);
    }
    let imports = read_all(&workspace, arguments)?;
    let own = workspace.root.join(&workspace.config.paths.recordings);
    let folder = std::path::absolute(arguments.into.as_deref().unwrap_or(&own))?;
    let mut options = workspace.config.redact_options(&Environment::of_process())?;
    options.detect = !arguments.keep_personal_data;
    let mut redactor = Redactor::new(options);
    let taken = names(&workspace);
    let new = files(&imports, &mut redactor, &folder, &taken);
    for import in &imports {
        report_skipped(import);
    }
    if new.is_empty() {
        let help = "check that each response has its request, status, and body".to_owned();
        let message = "nothing to import: the files contain no usable response".to_owned();
        return Err(ProjectError::Unknown { message, help }.into());
    }
    check_loads(&new)?;
    let texts = new.iter().map(|file| (file.file.as_path(), file.state)).collect::<Vec<_>>();
    refuse_others(&workspace, &texts, arguments)?;
    write(&workspace, arguments, &new)?;
    report_doubtful(&redactor);
    if !arguments.dry_run {
        report_shadowed(&workspace, &new);
    }
    if !folder.starts_with(&own) {
        let recordings = &workspace.config.paths.recordings;
        note(&format!("note: meniscus reads recordings only from `{recordings}`\n"));
    }
    Ok(Verdict::Fine)
}

fn read_all(workspace: &Workspace, arguments: &ImportArguments) -> Result<Vec<Import>> {
    let kind = arguments.kind.map(|kind| match kind {
        ImportKind::Har => Kind::Har,
        ImportKind::Postman => Kind::Postman,
        ImportKind::Wiremock => Kind::WireMock,
        ImportKind::Curl => Kind::Curl,
        ImportKind::Json => Kind::Json,
    });
    let body = arguments.body.as_deref().map(|body| match body.strip_prefix('@') {
        Some(file) => text_of(Path::new(file)),
        None => Ok(body.to_owned()),
    });
    let body = body.transpose()?;
    let asked = arguments.url.as_deref().map(|url| Asked {
        method: arguments.method.as_deref(),
        url,
        body: body.as_deref(),
    });
    let mut imports = Vec::new();
    for path in paths(arguments)? {
        let is_input = path.as_os_str() == "-";
        let shown = if is_input { "stdin".to_owned() } else { workspace.shown(&path) };
        let text = text_of(&path)?;
        let input = Input { path: &path, shown: &shown, text: &text, asked };
        imports.push(read(&input, kind).map_err(shown_error)?);
    }
    Ok(imports)
}

fn paths(arguments: &ImportArguments) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for path in &arguments.files {
        if !path.is_dir() {
            paths.push(path.clone());
            continue;
        }
        let before = paths.len();
        let mut walk = ignore::WalkBuilder::new(path);
        // Response bodies are read with the mappings that name them.
        walk.standard_filters(false).filter_entry(|entry| entry.file_name() != "__files");
        walk.sort_by_file_path(Ord::cmp);
        for entry in walk.build() {
            let path = entry.context("can't read the folder")?.into_path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if path.is_file() && ["json", "har"].contains(&ending) {
                paths.push(path);
            }
        }
        if paths.len() == before {
            let message = format!("`{}` contains no `.json` or `.har` files", path.display());
            let help = "name the files".to_owned();
            return Err(ProjectError::Unknown { message, help }.into());
        }
    }
    Ok(paths)
}

/// Returns the names of recordings with their files.
fn names(workspace: &Workspace) -> BTreeMap<String, PathBuf> {
    // Mistakes in existing recordings are reported by other commands.
    let known = workspace.recordings().unwrap_or_default();
    known.iter().map(|known| (known.name().to_owned(), known.origin().file.clone())).collect()
}

/// Parses what is to be written, so that nothing written breaks the workspace.
fn check_loads(new: &[NewFile]) -> Result<()> {
    let folder = tempfile::tempdir().context("can't check the recordings")?;
    for file in new {
        write_file(folder.path(), &folder.path().join(&file.path), &file.contents)?;
    }
    if let Err(errors) = meniscus::files::recordings::load_as(folder.path(), Path::new("")) {
        show_recording_errors(&errors);
        bail!("{} of the recordings can't be used; nothing was written", errors.len());
    }
    Ok(())
}

fn write(workspace: &Workspace, arguments: &ImportArguments, new: &[NewFile]) -> Result<()> {
    for file in new {
        let shown = workspace.shown(&file.file);
        if file.state != State::Same && !arguments.dry_run {
            write_file(&workspace.root, &file.file, &file.contents)?;
        }
        let mut text =
            format!("{} {shown}\n  from {}\n", word(file.state, arguments.dry_run), file.origin);
        if !file.redacted.is_empty() {
            text.push_str(&format!("  removed {}\n", file.redacted.join("; ")));
        }
        if let Some(also) = &file.also {
            text.push_str(&format!(
                "  matches the same request as `{also}`, which comes first; choose one with \
                 `recordings` in a scenario\n"
            ));
        }
        print(&text)?;
        if file.request_changed {
            note(&format!(
                "note: personal data in the request of {shown} was replaced; it now matches only \
                 the invented values\n"
            ));
        }
        if file.unread_body {
            note(&format!("note: the body of {shown} isn't JSON; check it for personal data\n"));
        }
    }
    Ok(())
}

/// Lists new recordings that can never answer, because another matches their request first.
fn report_shadowed(workspace: &Workspace, new: &[NewFile]) {
    // Mistakes in other recordings are reported by other commands.
    let Ok(known) = workspace.recordings() else { return };
    for file in new.iter().filter(|file| file.also.is_none()) {
        let winner = file.request.as_ref().and_then(|request| known.find(request));
        if let Some(winner) = winner.filter(|winner| winner.origin().file != file.file) {
            note(&format!(
                "note: {} matches this request before {}; remove it, or give the new one \
                 `\"priority\": 1`\n",
                workspace.shown(&winner.origin().file),
                workspace.shown(&file.file)
            ));
        }
    }
}

/// Reports what couldn't be imported, grouping similar items on one line.
fn report_skipped(import: &Import) {
    let mut reasons: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for skipped in &import.skipped {
        reasons.entry(&skipped.reason).or_default().push(&skipped.place);
    }
    for (reason, places) in reasons {
        let what = match places.as_slice() {
            [first, .., last] => format!("{} of them, {first} to {last}", places.len()),
            places => places.concat(),
        };
        note(&format!("skipped {}, {what}: {reason}\n", import.file));
    }
}
