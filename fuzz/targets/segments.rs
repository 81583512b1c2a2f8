//! Any file of customers is read row by row, the same each time.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meniscus::send::tags::Segment;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

fuzz_target!(|bytes: &[u8]| {
    let path = FOLDER.path().join("s.csv");
    std::fs::write(&path, bytes).expect("written");
    let survey = || {
        let mut segment = Segment::open(std::slice::from_ref(&path), None).ok()?;
        let survey = segment.survey(|_, _| {}).ok()?;
        Some((survey.rows, survey.digest))
    };
    assert_eq!(survey(), survey());
});
