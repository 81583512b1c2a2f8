use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use meniscus::project::ProjectError;
use meniscus::report::counted;
use meniscus::send::tags::{ExportError, NewFile, Segment, Survey, TagError, Tags, write_export};

use super::tags_arguments::{LiveTagsArguments, TagsArguments};
use super::tags_report::failed;
use super::terminal::note;
use super::{Verdict, tags_live};

/// Most rows without a customer that are reported one by one.
const MAX_REPORTED: u32 = 20;

/// Writes a file of tags for SessionM, or sends them.
pub(super) fn run(arguments: &TagsArguments) -> Result<Verdict> {
    let tags = Tags::new(&arguments.tags, arguments.ttl).map_err(failed)?;
    require_distinct(arguments)?;
    let mut segment = Segment::open(&arguments.csv, arguments.column.as_deref()).map_err(failed)?;
    let survey = survey(&mut segment)?;
    if arguments.strict && survey.unread > 0 {
        note("nothing was done because of `--strict`\n");
        return Ok(Verdict::Found);
    }
    let verdict = if survey.unread > 0 { Verdict::Found } else { Verdict::Fine };
    if arguments.live.live {
        return tags_live::run(arguments, &tags, &mut segment, &survey, verdict);
    }
    if survey.formulas > 0 {
        note(&format!(
            "note: {} with `=`, `+`, `-`, or `@`; IDs are written unchanged, so don't open the \
             file in a spreadsheet\n",
            counted(survey.formulas, "ID begins", "IDs begin")
        ));
    }
    match &arguments.out {
        Some(path) => {
            let mut file = NewFile::begin(path, |_| arguments.overwrite).map_err(failed)?;
            write_export(&mut segment, &tags, &mut file).map_err(|error| match error {
                ExportError::Read(error) => failed(error),
                ExportError::Write(error) => failed(TagError::new(
                    format!("can't write `{}`: {error}", path.display()),
                    "check the disk and the folder, then run the command again",
                )),
            })?;
            file.finish().map_err(failed)?;
            note(&format!(
                "wrote {}: {}\n",
                path.display(),
                counted(survey.customers, "customer", "customers")
            ));
        }
        None => {
            let mut out = std::io::stdout().lock();
            write_export(&mut segment, &tags, &mut out).map_err(|error| match error {
                ExportError::Read(error) => failed(error),
                ExportError::Write(error) => error.into(),
            })?;
            out.flush()?;
        }
    }
    Ok(verdict)
}

/// Refuses to read and write the same file, or to write one twice.
fn require_distinct(arguments: &TagsArguments) -> Result<()> {
    let LiveTagsArguments { journal, failures, unknown, .. } = &arguments.live;
    let written = [&arguments.out, journal, failures, unknown].into_iter().flatten();
    let mut known = arguments.csv.iter().map(|path| place_of(path)).collect::<Vec<_>>();
    if let Some(path) = tags_live::journal_beside(arguments) {
        known.push(place_of(&path));
    }
    for path in written {
        let place = place_of(path);
        if known.contains(&place) {
            return Err(ProjectError::Unknown {
                message: format!("`{}` is used twice", path.display()),
                help: "use a different file for each option".to_owned(),
            }
            .into());
        }
        known.push(place);
    }
    Ok(())
}

/// Normalizes a path, whether or not the file exists.
fn place_of(path: &Path) -> PathBuf {
    let whole = path.canonicalize().ok();
    let through_folder = || {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        Some(folder.unwrap_or(Path::new(".")).canonicalize().ok()?.join(path.file_name()?))
    };
    whole.or_else(through_folder).unwrap_or_else(|| path.to_owned())
}

/// Reads the segment once, and reports what is wrong with its rows.
fn survey(segment: &mut Segment) -> Result<Survey> {
    let mut reported = 0;
    let survey = segment.survey(|place, problem| {
        reported += 1;
        if reported <= MAX_REPORTED {
            note(&format!("not read: {place}: {problem}\n"));
        }
    });
    let survey = survey.map_err(failed)?;
    if reported > MAX_REPORTED {
        note(&format!("not read: {}\n", counted(reported - MAX_REPORTED, "more row", "more rows")));
    }
    if survey.repeated > 0 {
        note(&format!(
            "note: {} the customer of an earlier row; each customer counts once\n",
            counted(survey.repeated, "row repeats", "rows repeat")
        ));
    }
    Ok(survey)
}
