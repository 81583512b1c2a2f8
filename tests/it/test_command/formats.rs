//! What programs read of a run, and runs that do not end by themselves.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::program::{code, meniscus, put, run, stdout};
use super::{accepted, edit, snapshots};

/// A workspace with something of every kind: changed, new, missing, orphaned, refused, unusable.
fn everything() -> TempDir {
    let folder = accepted();
    edit(folder.path(), "templates/offer/body.liquid", "you have", "you <b>own</b>");
    fs::remove_file(folder.path().join("snapshots/offer/subject/ben.snap")).expect("removed");
    fs::rename(
        folder.path().join("snapshots/offer/subject/anna.snap"),
        folder.path().join("snapshots/offer/subject/zoe.snap"),
    )
    .expect("renamed");
    edit(folder.path(), "snapshots/offer/subject/zoe.snap", "scenario: anna", "scenario: zoe");
    put(folder.path(), "templates/open.liquid", "ab\n{% if x %}");
    put(folder.path(), "scenarios/timeless.toml", "");
    put(
        folder.path(),
        "scenarios/cleo.toml",
        "extends = \"anna\"\n[user]\nfirst_name = \"Cléo & <co>\"\n",
    );
    put(folder.path(), "templates/nobody/message.toml", "channel = \"fax\"\n");
    folder
}

#[test]
fn people_read_it() {
    insta::assert_snapshot!(stdout(&run(everything().path(), &["test", "--check"])));
}

#[test]
fn programs_read_json() {
    let output = run(everything().path(), &["test", "--check", "--format", "json"]);
    assert_eq!(code(&output), 2);
    let text = stdout(&output);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["summary"]["cases"], json["cases"].as_array().expect("cases").len());
    insta::assert_snapshot!(text);
}

#[test]
fn junit_report() {
    insta::assert_snapshot!(stdout(&run(
        everything().path(),
        &["test", "--check", "--format", "junit"]
    )));
}

#[test]
fn github_shows_it_at_the_lines() {
    insta::assert_snapshot!(stdout(&run(
        everything().path(),
        &["test", "--check", "--format", "github"]
    )));
}

#[test]
fn watching_tests_again_after_a_change_and_not_after_its_own() {
    let folder = accepted();
    let log = folder.path().join("log.txt");
    let file = fs::File::create(&log).expect("a log");
    let mut command = meniscus(folder.path(), &["test", "--watch"]);
    let mut child = command.stdout(file).stderr(Stdio::null()).spawn().expect("it runs");
    let runs = || fs::read_to_string(&log).expect("the log").matches("tested 4 texts").count();
    let wait_for = |count: usize| {
        let started = Instant::now();
        while runs() < count {
            assert!(started.elapsed() < Duration::from_secs(20), "no run {count}");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait_for(1);
    // Watching begins behind the first run.
    std::thread::sleep(Duration::from_millis(300));
    edit(folder.path(), "templates/offer/subject.liquid", "Hi", "Ho");
    wait_for(2);
    std::thread::sleep(Duration::from_millis(400));
    assert_eq!(runs(), 2, "what it writes itself is no reason to test again");
    assert_eq!(snapshots(folder.path()).len(), 6);
    child.kill().expect("stopped");
    child.wait().expect("ended");
}
