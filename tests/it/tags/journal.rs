//! Runs that end in the middle, and go on.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::fault_server::{FaultServer, Seen};
use super::live_workspace::{Place, code, stderr, stdout};
use super::{APP_KEY, command, counts, place, send, sessionm};

const CUSTOMERS: usize = 300;

fn customers() -> Vec<String> {
    (0..CUSTOMERS).map(|id| format!("c{id}")).collect()
}

/// A host that takes a moment for each answer.
fn slow_host() -> FaultServer {
    FaultServer::answering(Arc::new(|_: &Seen| {
        thread::sleep(Duration::from_millis(10));
        (200, "application/json".to_owned(), r#"{"status":"ok"}"#.to_owned())
    }))
}

/// Starts a run and waits until so many requests came.
fn started(place: &Place, server: &FaultServer, options: &[&str], requests: usize) -> Child {
    let mut child = command(place, options).spawn().expect("it runs");
    while server.seen().len() < requests {
        assert!(child.try_wait().expect("a child").is_none(), "it ended too early");
        thread::sleep(Duration::from_millis(2));
    }
    child
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
}

/// Rows whose last line in the journal is an intent.
fn in_flight(place: &Place) -> Vec<usize> {
    let text = fs::read_to_string(place.path("s.csv.journal")).expect("a journal");
    let whole = &text[..=text.rfind('\n').expect("a line")];
    let mut last = BTreeMap::new();
    for line in whole.lines().skip_while(|line| *line != "ready").skip(1) {
        let mut words = line.split(' ');
        let mark = words.next().expect("a mark").to_owned();
        last.insert(words.next().expect("a row").parse::<usize>().expect("a number"), mark);
    }
    last.into_iter().filter(|(_, mark)| mark == ">").map(|(row, _)| row).collect()
}

#[test]
fn a_run_that_is_asked_to_stop_ends_in_good_order_and_goes_on() {
    for (name, options) in [("-INT", &["--ttl=60"][..]), ("-TERM", &[])] {
        let server = slow_host();
        let ids = customers();
        let place = place(&server, ids.iter().map(String::as_str));
        let child = started(&place, &server, options, 40);
        signal(&child, name);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(code(&output), 2, "{name}");
        let said = stderr(&output);
        assert!(said.contains("stopping: waiting for requests in flight"), "{said}");
        assert!(said.contains("error: stopped early\nhelp: the same command continues"), "{said}");
        assert!(stdout(&output).contains("not tried: "), "{}", stdout(&output));
        assert!(in_flight(&place).is_empty());
        assert!(server.seen().len() < CUSTOMERS);
        let output = send(&place, options);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert!(stdout(&output).starts_with("sent 300 of 300 customers, "), "{}", stdout(&output));
        let counts = counts(&server);
        assert_eq!(counts.len(), CUSTOMERS);
        assert!(counts.values().all(|count| *count == 1), "{name}: {counts:?}");
    }
}

#[test]
fn who_asks_twice_does_not_wait() {
    let server = sessionm();
    let place = place(&server, ["fault-slow-headers", "a"]);
    let mut child = started(&place, &server, &["--concurrency=1"], 1);
    // The second may come before the first was heard; so it is said until it is.
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child") {
            break status;
        }
        signal(&child, "-INT");
        thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(2));
    assert_eq!(in_flight(&place), [0], "it did not wait for the answer");
    let output = send(&place, &[]);
    assert!(
        stdout(&output)
            .contains("possibly tagged, and not sent again: 1\n  in_flight  1  at s.csv:2")
    );
    assert_eq!(counts(&server)["a"], 1);
}

#[test]
fn a_run_that_is_killed_loses_nothing_and_sends_nothing_twice() {
    for options in
        [&["--ttl=60"][..], &[], &["--in-flight=resend"], &["--ttl=60", "--in-flight=skip"]]
    {
        let resends = matches!(options, ["--ttl=60"] | ["--in-flight=resend"]);
        let server = slow_host();
        let ids = customers();
        let place = place(&server, ids.iter().map(String::as_str));
        let mut unclear = Vec::new();
        // Killed again and again, at different moments.
        for requests in [30, 90, 160] {
            let mut child = started(&place, &server, options, requests);
            child.kill().expect("killed");
            child.wait().expect("it ends");
            let left = in_flight(&place);
            assert!(left.len() <= 4, "{left:?}: no more than are under way at once");
            unclear.extend(left);
        }
        unclear.sort_unstable();
        unclear.dedup();
        let output = send(&place, &[options, &["--unknown=u.csv"]].concat());
        let (said, counts) = (stdout(&output), counts(&server));
        let unknown = fs::read_to_string(place.path("u.csv")).expect("a text");
        for (row, id) in ids.iter().enumerate() {
            let count = counts.get(id).copied().unwrap_or_default();
            let was_unclear = unclear.contains(&row);
            let right = match (was_unclear, resends) {
                (false, _) => count == 1,
                (true, true) => (1..=4).contains(&count),
                (true, false) => count <= 1 && unknown.contains(&format!("\n{id},in_flight,")),
            };
            assert!(right, "{options:?} {id}: {count} requests, unclear: {was_unclear}\n{said}");
        }
        if resends {
            assert_eq!(code(&output), 0, "{said}{}", stderr(&output));
            assert!(said.starts_with("sent 300 of 300 customers, "), "{said}");
        } else if !unclear.is_empty() {
            assert_eq!(code(&output), 1, "{said}{}", stderr(&output));
            let line =
                format!("possibly tagged, and not sent again: {}\n  in_flight  ", unclear.len());
            assert!(said.contains(&line), "{said}");
        }
    }
}

#[test]
fn one_journal_is_one_runs_alone() {
    let server = slow_host();
    let ids = customers();
    let place = place(&server, ids.iter().map(String::as_str));
    let child = started(&place, &server, &["--ttl=60"], 10);
    let second = send(&place, &["--ttl=60"]);
    assert_eq!(code(&second), 2);
    assert!(
        stderr(&second).contains("another run is using the journal `s.csv.journal`"),
        "{}",
        stderr(&second)
    );
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(code(&output), 0);
    assert!(counts(&server).values().all(|count| *count == 1));
}

#[test]
fn a_segment_that_changed_is_another_run() {
    let server = sessionm();
    let place = place(&server, ["a", "b"]);
    assert_eq!(code(&send(&place, &["--ttl=60"])), 0);
    place.write("s.csv", "user_id\na\nb\nc\n");
    let output = send(&place, &["--ttl=60"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("belongs to another run: the rows, segment are different"),
        "{}",
        stderr(&output)
    );
    let mine = fs::read_to_string(place.path("meniscus.toml")).expect("a text");
    let output = send(&place, &["--ttl=60", "--journal=meniscus.toml"]);
    let said = stderr(&output);
    assert!(said.contains("`meniscus.toml` isn't a journal of `meniscus tags`"), "{said}");
    assert_eq!(fs::read_to_string(place.path("meniscus.toml")).expect("a text"), mine);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn nothing_is_sent_that_cannot_be_written_down() {
    let server = sessionm();
    let ids = customers();
    let place = place(&server, ids.iter().map(String::as_str));
    // No file may grow beyond two blocks: the same to a program as a disk that is full.
    let program = env!("CARGO_BIN_EXE_meniscus");
    let script = format!(
        "trap '' XFSZ; ulimit -f 2; exec {program} tags --csv s.csv --tag spring --ttl 60 --live --rate 100000"
    );
    let mut shell = place.shell(&script);
    let output = shell.env("APP_KEY", APP_KEY).output().expect("it runs");
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(said.contains("stopped: can't write `s.csv.journal`"), "{said}");
    assert!(said.contains("help: free some disk space"), "{said}");
    let sent = server.seen().len();
    assert!(0 < sent && sent < CUSTOMERS, "{sent}");
    // With room again it goes on: those whose outcome found no room are sent again, and no others.
    let unclear = in_flight(&place);
    let output = send(&place, &["--ttl=60"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    for (row, id) in ids.iter().enumerate() {
        let count = counts(&server)[id];
        assert!(count == 1 || count == 2 && unclear.contains(&row), "{id}: {count}");
    }
}

#[test]
fn a_folder_that_takes_no_journal_is_told_before_anything_is_sent() {
    let server = sessionm();
    let place = place(&server, ["a"]);
    let output = send(&place, &["--journal=nowhere/j"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("can't write `nowhere/j`"), "{}", stderr(&output));
    let output = send(&place, &["--journal=templates"]);
    assert_eq!(code(&output), 2, "a folder is no journal");
    let mut child = place.command(&["tags", "--csv=-", "--tag=t", "--live"]);
    let child = child.env("APP_KEY", APP_KEY).stdin(Stdio::piped()).spawn().expect("it runs");
    use std::io::Write as _;
    let mut child = child;
    child.stdin.take().expect("a pipe").write_all(b"user_id\na\n").expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(stderr(&output).contains("pass `--journal FILE`"), "{}", stderr(&output));
    assert!(server.seen().is_empty());
}
