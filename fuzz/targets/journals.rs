//! Any file in the place of a journal is resumed or refused, and what is refused stays as it is.
#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meniscus::send::tags::{Journal, RunKey, Segment, State, Tags, Target};
use tempfile::TempDir;

const ROWS: u32 = 3;

static PLACE: LazyLock<(TempDir, RunKey, Vec<u8>)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let csv = folder.path().join("s.csv");
    std::fs::write(&csv, "user_id\na\nb\nc\n").expect("written");
    let survey = Segment::open(&[csv], None).and_then(|mut segment| segment.survey(|_, _| {}));
    let tags = Tags::new(&["t".to_owned()], None).expect("tags");
    let target = Target::new("https://api.example", None, "core", false).expect("a target");
    let key = RunKey::new(&survey.expect("a survey"), &tags, &target);
    let path = folder.path().join("j");
    drop(Journal::open(&path, &key, ROWS).expect("a journal"));
    let header = std::fs::read(&path).expect("a header");
    (folder, key, header)
});

fuzz_target!(|input: (bool, &[u8])| {
    let (has_header, lines) = input;
    let (folder, key, header) = &*PLACE;
    let path: PathBuf = folder.path().join("j");
    let mut bytes = if has_header { header.clone() } else { Vec::new() };
    bytes.extend_from_slice(lines);
    std::fs::write(&path, &bytes).expect("written");
    let states =
        |journal: &Journal| (0..ROWS).map(|row| journal.state(row)).collect::<Vec<State>>();
    match Journal::open(&path, key, ROWS) {
        Ok(journal) => {
            let first = states(&journal);
            drop(journal);
            let again = Journal::open(&path, key, ROWS).expect("it opens again");
            assert_eq!(states(&again), first);
        }
        Err(error) => {
            assert!(!error.message.is_empty());
            assert_eq!(std::fs::read(&path).expect("it's there"), bytes);
        }
    }
});
