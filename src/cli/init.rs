use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use meniscus::project::ProjectError;

use super::Verdict;
use super::arguments::InitArguments;
use super::terminal::note;

/// The files of a new workspace: the offer wallet of this project's own example.
const FILES: [(&str, &str); 7] = [
    ("meniscus.toml", include_str!("../../meniscus.toml")),
    (
        "templates/offer_wallet/message.toml",
        include_str!("../../templates/offer_wallet/message.toml"),
    ),
    (
        "templates/offer_wallet/subject.liquid",
        include_str!("../../templates/offer_wallet/subject.liquid"),
    ),
    ("templates/offer_wallet/body.html", include_str!("../../templates/offer_wallet/body.html")),
    (
        "content_blocks/sessionm_wallet.liquid",
        include_str!("../../content_blocks/sessionm_wallet.liquid"),
    ),
    ("scenarios/anna.toml", include_str!("../../scenarios/anna.toml")),
    ("recordings/wallet/two-offers.json", include_str!("../../recordings/wallet/two-offers.json")),
];

/// Writes a workspace that renders at once. Files that are there are left alone.
pub(super) fn run(arguments: &InitArguments) -> Result<Verdict> {
    let folder = &arguments.folder;
    let taken = FILES.iter().filter(|(name, _)| folder.join(name).exists()).map(|(name, _)| *name);
    let taken = taken.collect::<Vec<_>>();
    if !taken.is_empty() {
        return Err(ProjectError::Unknown {
            message: format!("`{}` already has {}", folder.display(), taken.join(", ")),
            help: "name an empty folder: `meniscus init FOLDER`".to_owned(),
        }
        .into());
    }
    for (name, text) in FILES {
        write_new(&folder.join(name), text)?;
        note(&format!("wrote {}\n", folder.join(name).display()));
    }
    let template = folder.join("templates/offer_wallet");
    note(&format!("now try: meniscus render {}\n", template.display()));
    Ok(Verdict::Fine)
}

/// Writes a file that is not there yet, to a temporary name that is then renamed.
fn write_new(path: &Path, text: &str) -> Result<()> {
    let written = || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        Ok(())
    };
    written().with_context(|| format!("cannot write `{}`", path.display()))
}
