//! `meniscus test --review` in a terminal: each key does what it says, and is done at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

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
    // It is the same change for both.
    let Some(output) = press(folder.path(), "r") else { return };
    assert_eq!(code(&output), 1, "{}", stdout(&output));
    assert_eq!(snapshots(folder.path()), ALL);
    assert_eq!(read(folder.path(), "snapshots/offer/subject/anna.snap"), before);
}

/// An accepted workspace with three more recipients.
fn accepted_by_many() -> TempDir {
    let folder = shop();
    for name in ["Carla", "Dora", "Emil"] {
        let text = format!("extends = \"anna\"\n[user]\nfirst_name = \"{name}\"\n");
        let path = folder.path().join(format!("scenarios/{}.toml", name.to_lowercase()));
        fs::write(path, text).expect("written");
    }
    assert_eq!(code(&run(folder.path(), &["test", "--accept"])), 0);
    folder
}

#[test]
fn the_same_change_is_one_question() {
    let folder = accepted_by_many();
    let before = read(folder.path(), "snapshots/offer/body/anna.snap");
    edit(folder.path(), "templates/offer/body.liquid", "Dear", "Good morning,");
    edit(folder.path(), "scenarios/dora.toml", "Dora", "Dorothea");
    // Dora's name changed, too: hers is another change, and so is her subject.
    let Some(output) = press(folder.path(), "s,l,r,q") else { return };
    let text = stdout(&output);
    for said in [
        "[1 of 3] a accept",
        "[2 of 3, 1 of 4] a accept all 4 · o only this one",
        "the same change for 4 recipients: anna, ben, carla, emil",
        "offer · body · ben",
        "[2 of 3, 2 of 4]",
        "[3 of 3] a accept",
        "0 accepted, 4 rejected, 2 skipped",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert_eq!(read(folder.path(), "snapshots/offer/body/anna.snap"), before);
    let Some(output) = press(folder.path(), "s,l,o,a,q") else { return };
    let text = stdout(&output);
    assert!(text.contains("the same change for 3 recipients: anna, carla, emil"), "{text}");
    assert!(text.contains("4 accepted, 0 rejected, 2 skipped"), "{text}");
    for name in ["anna", "ben", "carla", "emil"] {
        let file = read(folder.path(), &format!("snapshots/offer/body/{name}.snap"));
        assert!(file.contains("Good morning, "), "{file}");
    }
    let dora = read(folder.path(), "snapshots/offer/body/dora.snap");
    assert!(dora.contains("Dear Dora"), "{dora}");
}

#[test]
fn one_of_a_group_can_be_accepted() {
    let folder = accepted_by_many();
    edit(folder.path(), "content_blocks/foot.liquid", "Bye.", "See you.");
    let Some(output) = press(folder.path(), "l,l,o,s") else { return };
    let text = stdout(&output);
    assert!(text.contains("[1 of 1, 3 of 5]"), "{text}");
    assert!(text.contains("the same change for 4 recipients: anna, ben, dora, emil"), "{text}");
    assert!(text.contains("1 accepted, 0 rejected, 4 skipped"), "{text}");
    let accepted = |name: &str| {
        read(folder.path(), &format!("snapshots/offer/body/{name}.snap")).contains("See you.")
    };
    assert!(accepted("carla") && !accepted("anna") && !accepted("dora"));
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
    let url = format!("http://127.0.0.1:{port}/#/offer/anna/changes");
    assert!(
        text.contains(&format!("no preview at http://127.0.0.1:{port}/; run `meniscus preview`")),
        "{text}"
    );
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
    assert!(stderr(&output).contains("needs a terminal"), "{}", stderr(&output));
}
