use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use super::error::TagError;
use super::journal_file::JournalFile;
use super::segment::{HexOf, Survey};
use super::target::{Tags, Target};

/// The state of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Not sent yet.
    New,
    /// A request was about to be sent when the run ended; its result is unknown.
    InFlight,
    Sent,
    /// Permanently rejected, with this code.
    Failed(String),
    /// Not accepted yet, with this code.
    Later(String),
    /// Possibly accepted and not resent automatically, with this code.
    Unclear(String),
}

/// Identifies a run. The journal contains digests of its components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunKey(Vec<(&'static str, String)>);

impl RunKey {
    #[must_use]
    pub fn new(survey: &Survey, tags: &Tags, target: &Target) -> Self {
        let digest = |text: &str| format!("{:x}", HexOf(&Sha256::digest(text)));
        let ids = if target.is_external() { "external" } else { "sessionm" };
        Self(vec![
            ("rows", survey.rows.to_string()),
            ("segment", survey.digest.clone()),
            ("tags", digest(&tags.names().join("\0"))),
            ("ttl", tags.ttl().map_or_else(|| "none".to_owned(), |ttl| ttl.to_string())),
            ("ids", ids.to_owned()),
            ("endpoint", digest(target.endpoint())),
        ])
    }
}

/// The state of each row, in memory and on disk. Contains row numbers and codes, but no ids or
/// secrets.
///
/// Lines: `> 17` is about to be sent, `+ 17` sent, `- 17 CODE` rejected, `~ 17 CODE` later, `? 17
/// CODE` unclear; `f DIGEST` is a written file of failures.
#[derive(Debug)]
pub struct Journal {
    file: JournalFile,
    rows: Mutex<Rows>,
    /// Whether an earlier run wrote to it.
    resumed: bool,
}

/// Two bytes per row.
#[derive(Debug, Default)]
struct Rows {
    states: Vec<u16>,
    codes: Vec<String>,
    files: Vec<String>,
}

const NEW: u16 = 0;
const IN_FLIGHT: u16 = 1;
const SENT: u16 = 2;
/// From here on: three values for each code.
const CODED: u16 = 3;
/// More codes than any host has; later ones are replaced by the last.
const MAX_CODES: usize = 1000;

impl Rows {
    fn coded(&mut self, kind: u16, code: &str) -> u16 {
        let known = self.codes.iter().position(|known| known == code);
        let index = known.unwrap_or_else(|| {
            if self.codes.len() < MAX_CODES {
                self.codes.push(code.to_owned());
            }
            self.codes.len() - 1
        });
        // At most 3 + 3 × 1,000.
        CODED + 3 * u16::try_from(index).unwrap_or_default() + kind
    }

    fn set(&mut self, row: u32, state: u16) -> Option<()> {
        *self.states.get_mut(usize::try_from(row).ok()?)? = state;
        Some(())
    }

    fn get(&self, row: u32) -> State {
        let state = usize::try_from(row).ok().and_then(|row| self.states.get(row)).copied();
        match state.unwrap_or(NEW) {
            NEW => State::New,
            IN_FLIGHT => State::InFlight,
            SENT => State::Sent,
            coded => {
                let code = self.codes.get(usize::from((coded - CODED) / 3));
                let code = code.cloned().unwrap_or_default();
                match (coded - CODED) % 3 {
                    0 => State::Failed(code),
                    1 => State::Later(code),
                    _ => State::Unclear(code),
                }
            }
        }
    }

    /// Applies a line of the file.
    fn read(&mut self, line: &str) -> Option<()> {
        let (mark, rest) = line.split_once(' ')?;
        if mark == "f" {
            self.files.push(rest.to_owned());
            return Some(());
        }
        let (row, code) = match rest.split_once(' ') {
            Some((row, code)) => (row, Some(code)),
            None => (rest, None),
        };
        let state = match (mark, code) {
            (">", None) => IN_FLIGHT,
            ("+", None) => SENT,
            ("-", Some(code)) => self.coded(0, code),
            ("~", Some(code)) => self.coded(1, code),
            ("?", Some(code)) => self.coded(2, code),
            _ => return None,
        };
        self.set(row.parse().ok()?, state)
    }
}

impl Journal {
    /// Opens or creates the journal of a run, exclusively until it is dropped or the program ends.
    ///
    /// # Errors
    ///
    /// If another run has it open, it belongs to another run or isn't a journal, is damaged, or
    /// can't be written.
    pub fn open(path: &Path, key: &RunKey, rows: u32) -> Result<Self, TagError> {
        let rows = usize::try_from(rows).unwrap_or(usize::MAX);
        let mut known = Rows { states: vec![NEW; rows], ..Rows::default() };
        let mut resumed = false;
        let file = JournalFile::open(path, &key.0, |line| {
            resumed = true;
            known.read(line)
        })?;
        Ok(Self { file, rows: Mutex::new(known), resumed })
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an earlier run wrote to it.
    #[must_use]
    pub fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// Returns the state of a row.
    #[must_use]
    pub fn state(&self, row: u32) -> State {
        self.rows().get(row)
    }

    /// Records the state of a row. The intent to send is on disk when this returns.
    pub(super) fn record(&self, row: u32, state: &State) -> Result<(), TagError> {
        let line = match state {
            State::New => return Ok(()),
            State::InFlight => format!("> {row}\n"),
            State::Sent => format!("+ {row}\n"),
            State::Failed(code) => format!("- {row} {code}\n"),
            State::Later(code) => format!("~ {row} {code}\n"),
            State::Unclear(code) => format!("? {row} {code}\n"),
        };
        self.file.add(&line, *state == State::InFlight)?;
        let mut rows = self.rows();
        let state = match state {
            State::New => NEW,
            State::InFlight => IN_FLIGHT,
            State::Sent => SENT,
            State::Failed(code) => rows.coded(0, code),
            State::Later(code) => rows.coded(1, code),
            State::Unclear(code) => rows.coded(2, code),
        };
        rows.set(row, state);
        Ok(())
    }

    /// Whether this run, or one that it resumes, wrote a file with this digest.
    #[must_use]
    pub fn wrote(&self, digest: &str) -> bool {
        self.rows().files.iter().any(|known| known == digest)
    }

    /// Records that a file with this digest belongs to this run, so that the next may replace it.
    ///
    /// # Errors
    ///
    /// If the journal can't be written.
    pub fn record_file(&self, digest: &str) -> Result<(), TagError> {
        if self.wrote(digest) {
            return Ok(());
        }
        self.file.add(&format!("f {digest}\n"), true)?;
        self.rows().files.push(digest.to_owned());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn key(ttl: &str) -> RunKey {
        RunKey(vec![("rows", "9".to_owned()), ("ttl", ttl.to_owned())])
    }

    fn place() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("j");
        (folder, path)
    }

    #[test]
    fn a_journal_tells_again_what_it_was_told() {
        let (_folder, path) = place();
        let states = [
            State::New,
            State::InFlight,
            State::Sent,
            State::Failed("user_not_found".into()),
            State::Later("http_503".into()),
            State::Unclear("timeout".into()),
        ];
        let journal = Journal::open(&path, &key("1"), 9).unwrap();
        assert!(!journal.is_resumed());
        for (row, state) in states.iter().enumerate() {
            let row = u32::try_from(row).unwrap();
            journal.record(row, &State::InFlight).unwrap();
            journal.record(row, state).unwrap();
        }
        journal.record_file("abc").unwrap();
        let busy = Journal::open(&path, &key("1"), 9).unwrap_err();
        assert!(busy.message.contains("another run is using"), "{busy}");
        drop(journal);
        let journal = Journal::open(&path, &key("1"), 9).unwrap();
        assert!(journal.is_resumed() && journal.wrote("abc") && !journal.wrote("x"));
        for (row, state) in states.iter().enumerate().skip(1) {
            assert_eq!(&journal.state(u32::try_from(row).unwrap()), state);
        }
    }

    #[test]
    fn a_torn_journal_is_read_up_to_its_last_whole_line() {
        let (_folder, path) = place();
        let journal = Journal::open(&path, &key("1"), 9).unwrap();
        journal.record(0, &State::InFlight).unwrap();
        journal.record(0, &State::Sent).unwrap();
        journal.record(1, &State::InFlight).unwrap();
        journal.record(1, &State::Failed("http_404".into())).unwrap();
        drop(journal);
        let whole = fs::read(&path).unwrap();
        let header = whole.len() - "> 0\n+ 0\n> 1\n- 1 http_404\n".len();
        for length in 0..=whole.len() {
            for tail in ["", "\0\0\0"] {
                let mut torn = whole[..length].to_vec();
                torn.extend(tail.as_bytes());
                fs::write(&path, &torn).unwrap();
                let opened = Journal::open(&path, &key("1"), 9);
                if length < header {
                    // Otherwise, sent requests would be sent again.
                    let error = opened.unwrap_err();
                    let is_cut = error.message.contains("is cut off");
                    assert!(is_cut || !tail.is_empty(), "{length}: {error}");
                    assert_eq!(fs::read(&path).unwrap(), torn, "{length}");
                    continue;
                }
                let journal = opened.unwrap();
                let lines =
                    whole[header.min(length)..length].iter().filter(|b| **b == b'\n').count();
                let expected = [State::New, State::InFlight, State::Sent, State::Sent, State::Sent];
                assert_eq!(journal.state(0), expected[lines], "{length}");
                journal.record(2, &State::Sent).unwrap();
                drop(journal);
                let journal = Journal::open(&path, &key("1"), 9).unwrap();
                assert_eq!(
                    journal.state(2),
                    State::Sent,
                    "{length}: the next line stands by itself"
                );
            }
        }
    }

    #[test]
    fn other_files_are_refused_and_left_alone() {
        let (_folder, path) = place();
        for text in
            ["user_id\n1\n", "x", "\u{0}", "meniscus tags journal 2\nrows 9\n", &"é".repeat(90_000)]
        {
            fs::write(&path, text).unwrap();
            let error = Journal::open(&path, &key("1"), 9).unwrap_err();
            assert!(error.message.contains("isn't a journal of"), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        fs::remove_file(&path).unwrap();
        drop(Journal::open(&path, &key("1"), 9).unwrap());
        let error = Journal::open(&path, &key("2"), 9).unwrap_err();
        assert!(error.message.contains("another run: the ttl is different"), "{error}");
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str("> 0\n+ zero\n> 1\n");
        fs::write(&path, &text).unwrap();
        let error = Journal::open(&path, &key("1"), 9).unwrap_err();
        assert!(error.message.contains("damaged at line 6"), "{error}");
        fs::write(&path, text.replace("+ zero", "+ 9")).unwrap();
        assert!(Journal::open(&path, &key("1"), 9).unwrap_err().message.contains("damaged"));
    }
}
