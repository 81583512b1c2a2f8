//! Any file of a folder of recordings is read or refused with its place, and any request gets an answer or the
//! reason why there is none.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meniscus::http::Request;
use meniscus::recording::Fetch;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

fuzz_target!(|input: (&str, &str, &str)| {
    let (mapping, url, body) = input;
    std::fs::write(FOLDER.path().join("a.json"), mapping).expect("written");
    let (replay, errors) = meniscus::files::recordings::load_sound(&meniscus::files::Disk, FOLDER.path(), Path::new("recordings"));
    for error in &errors {
        assert!(!error.to_string().is_empty() && !error.help().is_empty());
    }
    for method in ["GET", "POST"] {
        let mut request = Request::new(method, url);
        request.body = Some(body.to_owned());
        let first =
            format!("{:?}", replay.fetch(&request).map_err(|unanswered| unanswered.to_string()));
        let again =
            format!("{:?}", replay.fetch(&request).map_err(|unanswered| unanswered.to_string()));
        assert_eq!(first, again);
    }
});
