//! Runs `tests/spec/**/*.md`: the reference of the dialect is its test. `tests/spec/README.md` says
//! how a page is written; `MENISCUS_SPEC=overwrite` rewrites what the pages expect.

#[path = "support/lint_workspace.rs"]
mod lint_workspace;
mod spec_runner;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use spec_runner::coverage;
use spec_runner::page::{About, Page};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let overwrite = std::env::var("MENISCUS_SPEC").is_ok_and(|mode| mode == "overwrite");
    let mut trials = coverage::trials(&folder);
    for (name, path) in pages(&folder) {
        // Pages about rules say what is found; all others, what is sent.
        let about = if name.starts_with("rules/") { About::Linting } else { About::Rendering };
        let text = match read(&path, about, overwrite && !arguments.list) {
            Ok(text) => text,
            Err(problem) => {
                trials.push(Trial::test(name, move || Err(Failed::from(problem))));
                continue;
            }
        };
        match Page::parse(&text, about) {
            Ok(page) => trials.extend(page.sections.into_iter().map(|section| {
                let title = format!("{name}: {}", section.title);
                Trial::test(title, move || section.check().map_err(Failed::from))
            })),
            Err(problem) => trials.push(Trial::test(name, move || Err(Failed::from(problem)))),
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The pages of a folder and those below, with their names, in order.
fn pages(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut found = ignore::WalkBuilder::new(folder)
        .standard_filters(false)
        .sort_by_file_path(Ord::cmp)
        .build()
        .flatten()
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| {
            let name = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
            (name.replace('\\', "/"), path)
        })
        .collect::<Vec<_>>();
    found.sort();
    found
}

/// The text of a page, once it is rewritten where that was asked for.
fn read(path: &Path, about: About, overwrite: bool) -> Result<String, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read it: {error}"))?;
    if !overwrite {
        return Ok(text);
    }
    let fresh = Page::parse(&text, about)?.rewritten(&text)?;
    if fresh != text {
        std::fs::write(path, &fresh).map_err(|error| format!("cannot write it: {error}"))?;
    }
    Ok(fresh)
}
