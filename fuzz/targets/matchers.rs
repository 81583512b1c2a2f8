//! The recording that is suggested for a request answers that request, and no secret of it is in the file.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use meniscus::http::Request;
use meniscus::recording::Suggestion;
use tempfile::TempDir;

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder"));

const SECRET: &str = "s3cret-t0ken-of-a-customer";

fuzz_target!(|input: (&str, &str, bool)| {
    let (path, body, posts) = input;
    let url = format!("https://api.example/{path}?token={SECRET}");
    let mut request = Request::new(if posts { "POST" } else { "GET" }, &url);
    request.headers.push(("Authorization".to_owned(), format!("Bearer {SECRET}")));
    request.body = posts.then(|| body.to_owned());
    let suggestion = Suggestion::for_request(&request);
    // A fragment ends the URL before the parameter.
    if !path.contains('#') {
        assert!(!suggestion.contents.contains(SECRET), "{}", suggestion.contents);
    }
    std::fs::write(FOLDER.path().join("a.json"), &suggestion.contents).expect("written");
    let replay = meniscus::files::recordings::load_as(FOLDER.path(), Path::new("recordings")).expect("a recording");
    assert!(replay.find(&request).is_some(), "{} doesn't match {request:?}", suggestion.contents);
});
