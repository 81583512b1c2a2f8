//! `meniscus test --review` in a terminal: each key does what it says, and is done at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::program::{code, run, stderr, stdout};
use super::{ALL, accepted, edit, read, shop, snapshots};

/// Runs a review in a terminal and presses these keys; none where there is no Python to do so.
fn press(folder: &Path, keys: &str) -> Option<Output> {
    press_with(folder, keys, &[], None)
}

/// The same with more arguments, and with programs of a folder before all others.
fn press_with(folder: &Path, keys: &str, more: &[&str], programs: Option<&Path>) -> Option<Output> {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("left out: there is no python3");
        return None;
    }
    let tool = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/tools/answer_keys.py");
    let mut command = Command::new("python3");
    command.arg(tool).args(["q quit ", keys, env!("CARGO_BIN_EXE_meniscus"), "test", "--review"]);
    command.current_dir(folder).env("NO_COLOR", "1").env("TERM", "xterm").env("CI", "true");
    command.args(more);
    if let Some(programs) = programs {
        let path = std::env::var("PATH").expect("a path");
        command.env("PATH", format!("{}:{path}", programs.display()));
    }
    Some(command.output().expect("python runs"))
}

#[test]
fn each_key_does_what_it_says() {
    let folder = shop();
    // Subjects come first: anna, ben; then bodies. `x` means nothing.
    let Some(output) = press(folder.path(), "xa,r,xs,q") else { return };
    let text = stdout(&output);
    assert_eq!(code(&output), 1, "{text}");
    for said in ["[1 of 4] a accept", "+ Hi Ben", "1 accepted, 1 rejected, 2 skipped"] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert_eq!(snapshots(folder.path()), ["offer/body/anna.snap.new", "offer/subject/anna.snap"]);
}

#[test]
fn what_was_decided_before_it_was_stopped_stays() {
    let folder = shop();
    let Some(output) = press(folder.path(), "a,q") else { return };
    let text = stdout(&output);
    assert_eq!(code(&output), 1, "{text}");
    assert!(text.contains("1 accepted, 0 rejected, 3 skipped"), "{text}");
    assert_eq!(snapshots(folder.path()), ["offer/subject/anna.snap"]);
    let Some(output) = press(folder.path(), "s,$") else { return };
    assert_ne!(code(&output), 0);
    assert_eq!(snapshots(folder.path()).len(), 2, "{:?}", snapshots(folder.path()));
}

#[test]
fn the_rest_is_accepted_at_once() {
    let folder = shop();
    let Some(output) = press(folder.path(), "r,A") else { return };
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert_eq!(snapshots(folder.path()).len(), 3);
    let Some(output) = press(folder.path(), "A") else { return };
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert_eq!(snapshots(folder.path()), ALL);
    let Some(output) = press(folder.path(), "") else { return };
    assert!(stdout(&output).contains("nothing to review"), "{}", stdout(&output));
    assert_eq!(code(&output), 0);
}

#[test]
fn a_rejected_change_leaves_the_snapshot() {
    let folder = accepted();
    let before = read(folder.path(), "snapshots/offer/subject/anna.snap");
    edit(folder.path(), "templates/offer/subject.liquid", "Hi", "Ho");
    assert_eq!(code(&run(folder.path(), &["test"])), 1);
    assert_eq!(snapshots(folder.path()).len(), 6);
    let Some(output) = press(folder.path(), "r,r") else { return };
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert_eq!(snapshots(folder.path()), ALL);
    assert_eq!(read(folder.path(), "snapshots/offer/subject/anna.snap"), before);
}

#[cfg(target_os = "linux")]
#[test]
fn the_preview_is_opened_where_one_is_running() {
    use std::io::{Read, Write};
    use std::os::unix::fs::PermissionsExt;

    let folder = shop();
    let programs = tempfile::tempdir().expect("a folder");
    let browser = programs.path().join("xdg-open");
    let log = programs.path().join("log");
    fs::write(&browser, format!("#!/bin/sh\necho \"$1\" > '{}'\n", log.display()))
        .expect("written");
    fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).expect("made a program");

    let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = server.local_addr().expect("an address").port();
    let more = ["--preview-port", &port.to_string()];
    let answers = std::thread::spawn(move || {
        for page in ["something else", "<title>meniscus</title>"] {
            let (mut stream, _) = server.accept().expect("somebody asks");
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte).expect("a request");
                request.extend(byte);
            }
            assert!(request.starts_with(b"GET / HTTP/1.1\r\nHost: 127.0.0.1:"));
            write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{page}").expect("answered");
        }
    });
    let Some(output) = press_with(folder.path(), "ppq", &more, Some(programs.path())) else {
        return;
    };
    answers.join().expect("both were asked for");
    let text = stdout(&output);
    let url = format!("http://127.0.0.1:{port}/#/offer/anna");
    assert!(text.contains(&format!("no preview at http://127.0.0.1:{port}/: start")), "{text}");
    assert!(text.contains(&format!("opened {url}")), "{text}");
    let started = std::time::Instant::now();
    while !log.exists() && started.elapsed().as_secs() < 10 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(fs::read_to_string(&log).expect("the browser was asked").trim(), url);
}

#[test]
fn without_a_terminal_it_says_so() {
    let output = run(shop().path(), &["test", "--review"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("found no terminal"), "{}", stderr(&output));
}
