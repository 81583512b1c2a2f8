//! `audience --out`: what each row gets, in a file for each input file, and `--resume`.

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anyhow::Result;
use meniscus::audience::{Audience, Plan, Progress, Tally, Users, run as count};
use meniscus::files::{Placement, Readers, unfinished, write_synced};
use meniscus::live::record::WriteError;
use meniscus::project::ProjectError;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use sha2::{Digest, Sha256};

use super::braze::write_failed;
use super::terminal::note;

/// Where results go.
pub(super) struct Out<'o> {
    pub folder: &'o Path,
    /// Whether results of an earlier run count, where nothing has changed.
    pub resume: bool,
}

/// What is kept of an input file once all its rows are written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Finished {
    /// A digest of all that the results depend on.
    state: String,
    /// The size of the file with the rows, in bytes.
    bytes: u64,
    /// A [`Tally`], read with its own checks.
    tally: Box<RawValue>,
}

impl Out<'_> {
    /// Renders each file of an audience, or takes its results from an earlier run. `sources` are the
    /// other files that results depend on: responses, exclusions, recordings.
    ///
    /// # Errors
    /// If the folder has other files, or something can't be read or written.
    pub fn run(
        &self,
        plan: &Plan,
        audience: &Audience<'_>,
        sources: &[PathBuf],
        progress: &Progress,
    ) -> Result<Tally> {
        self.check()?;
        let mut shared = Sha256::new();
        shared.update(plan.state());
        for source in sources {
            add_file(&mut shared, source)?;
        }
        let mut sum: Option<Tally> = None;
        let (mut taken, mut done) = (0_usize, 0_usize);
        let files = audience.users.files().len();
        for users in audience.users.each_file() {
            let Some(input) = users.files().first() else { continue };
            let mut state = shared.clone();
            add_file(&mut state, input)?;
            let state = hex(&state.finalize());
            let tally = match self.finished(input, &state) {
                Some(tally) => {
                    taken += 1;
                    tally
                }
                None => self.file(plan, audience, &users, &state, progress)?,
            };
            let is_partial = tally.partial;
            done += usize::from(!is_partial);
            match &mut sum {
                None => sum = Some(tally),
                Some(sum) => sum.merge(tally, plan.samples()).map_err(anyhow::Error::msg)?,
            }
            if is_partial {
                break;
            }
        }
        if taken > 0 {
            note(&format!("took the results of {taken} of {files} files from the earlier run\n"));
        }
        if progress.stop.load(Ordering::Relaxed) {
            note(&format!("{done} of {files} files are finished; continue with `--resume`\n"));
        }
        sum.ok_or_else(|| anyhow::anyhow!("the audience has no files"))
    }

    /// Makes the folder; other people's files stay theirs.
    fn check(&self) -> Result<()> {
        let shown = self.folder.display();
        let failed = |error: &io::Error| ProjectError::unreadable(self.folder, error);
        std::fs::create_dir_all(self.folder).map_err(|error| failed(&error))?;
        let mut entries = std::fs::read_dir(self.folder).map_err(|error| failed(&error))?;
        let is_ours = |name: &str| {
            name.ends_with(ROWS) || name.ends_with(TALLY) || name.starts_with(".meniscus")
        };
        let other = entries.find_map(|entry| {
            let name = entry.ok()?.file_name().to_string_lossy().into_owned();
            (!self.resume || !is_ours(&name)).then_some(name)
        });
        match other {
            None => Ok(()),
            Some(name) => Err(ProjectError::Unknown {
                message: format!("`{shown}` already contains `{name}`"),
                help: match is_ours(&name) {
                    true => "use another folder, or continue the earlier run with `--resume`",
                    false => "use a folder without other files",
                }
                .to_owned(),
            }
            .into()),
        }
    }

    fn file(
        &self,
        plan: &Plan,
        audience: &Audience<'_>,
        users: &Users,
        state: &str,
        progress: &Progress,
    ) -> Result<Tally> {
        let input = users.files().first().map_or(Path::new(""), PathBuf::as_path);
        let [rows, kept] = self.places(input);
        let failed = |error: io::Error| write_failed(WriteError::new(&rows, &error));
        let mut file = unfinished(self.folder, Readers::Owner).map_err(failed)?;
        let mut lines = BufWriter::new(file.as_file_mut());
        let one = Audience { users, ..*audience };
        let tally = count(plan, &one, progress, Some(&mut lines))?;
        lines.flush().map_err(failed)?;
        drop(lines);
        if tally.partial {
            return Ok(tally);
        }
        file.as_file().sync_all().map_err(failed)?;
        let bytes = file.as_file().metadata().map_err(failed)?.len();
        // The tally says that the rows are whole, so it comes after them.
        file.persist(&rows).map_err(|error| failed(error.error))?;
        let kept_tally = to_raw_value(&tally)?;
        let finished = Finished { state: state.to_owned(), bytes, tally: kept_tally };
        let text = serde_json::to_string(&finished)?;
        write_synced(&kept, text.as_bytes(), Placement::Replace)
            .map_err(|error| write_failed(WriteError::new(&kept, &error)))?;
        Ok(tally)
    }

    /// Returns the counts of an input file that an earlier run finished, if nothing has changed.
    fn finished(&self, input: &Path, state: &str) -> Option<Tally> {
        if !self.resume {
            return None;
        }
        let [rows, kept] = self.places(input);
        let finished = serde_json::from_slice::<Finished>(&std::fs::read(kept).ok()?).ok()?;
        let is_whole = std::fs::metadata(rows).is_ok_and(|rows| rows.len() == finished.bytes);
        let is_same = finished.state == state && is_whole;
        is_same.then(|| Tally::read(finished.tally.get()).ok()).flatten()
    }

    /// Returns where the rows and the counts of an input file are.
    fn places(&self, input: &Path) -> [PathBuf; 2] {
        let name = input.file_name().unwrap_or_default().to_string_lossy();
        // Two folders may have files of one name.
        let whole = hex(&Sha256::digest(input.as_os_str().as_encoded_bytes()));
        let name = format!("{name}-{}", &whole[..8]);
        [ROWS, TALLY].map(|ending| self.folder.join(format!("{name}{ending}")))
    }
}

const ROWS: &str = ".rows.ndjson";
const TALLY: &str = ".tally.json";

/// Adds a file's name and content, or those of all files in a folder.
fn add_file(digest: &mut Sha256, path: &Path) -> Result<()> {
    let unreadable = |error: io::Error| ProjectError::unreadable(path, &error);
    digest.update(path.as_os_str().as_encoded_bytes());
    if path.is_dir() {
        let entries = std::fs::read_dir(path).map_err(unreadable)?;
        let entries = entries.map(|entry| entry.map(|entry| entry.path()));
        let mut entries = entries.collect::<io::Result<Vec<_>>>().map_err(unreadable)?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add_file(digest, entry));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    digest.update(file.metadata().map_err(unreadable)?.len().to_le_bytes());
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(()),
            read => digest.update(&buffer[..read]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
