//! Hosts that fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::fault_server::{FaultServer, Seen};
use super::live_workspace::{code, stderr, stdout};
use super::{counts, place, send, sessionm};

/// Faults with the code they are told under, and whether the host may have acted.
const FAULTS: [(&str, &str, bool); 11] = [
    ("reset", "broken_answer", true),
    ("garbage", "connection_lost", true),
    ("empty", "connection_lost", true),
    ("too-short", "broken_answer", true),
    ("broken-gzip", "broken_answer", true),
    ("too-much", "broken_answer", true),
    ("not-json", "unreadable_answer", true),
    ("not-utf8", "unreadable_answer", true),
    ("slow-body", "timeout", true),
    ("slow-headers", "timeout", true),
    ("storm", "http_503", true),
];

fn ids() -> Vec<String> {
    FAULTS.iter().map(|(fault, ..)| format!("fault-{fault}")).collect()
}

#[test]
fn tags_that_expire_are_tried_again_by_the_next_run() {
    let server = sessionm();
    let ids = ids();
    let place = place(&server, ids.iter().map(String::as_str).chain(["a"]));
    let options =
        ["--ttl=60", "--timeout=1", "--retries=0", "--give-up-after=0", "--concurrency=16"];
    let output = send(&place, &options);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let said = stdout(&output);
    assert!(
        said.starts_with("sent 1 of 12 customers\nfailed for now; the next run tries again: 11\n"),
        "{said}"
    );
    let journal = std::fs::read_to_string(place.path("s.csv.journal")).expect("a journal");
    for (row, (fault, code, _)) in FAULTS.iter().enumerate() {
        // A body that is not read whole is a reset or the end, as the system has it.
        let told = journal.contains(&format!("\n~ {row} {code}\n"))
            || *fault == "reset" && journal.contains(&format!("\n~ {row} connection_lost\n"));
        assert!(told, "{fault}: {journal}");
    }
    send(&place, &options);
    let counts = counts(&server);
    assert_eq!(counts["a"], 1);
    assert!(ids.iter().all(|id| counts[id] == 2), "{counts:?}");
}

#[test]
fn counters_are_never_sent_again_after_a_failure_that_may_have_counted() {
    let server = sessionm();
    let ids = ids();
    let place = place(&server, ids.iter().map(String::as_str).chain(["a", "fault-busy"]));
    let options =
        ["--timeout=1", "--retries=1", "--give-up-after=0", "--concurrency=16", "--unknown=u.csv"];
    let output = send(&place, &options);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    let said = stdout(&output);
    assert!(said.contains("possibly tagged, and not sent again: 11\n"), "{said}");
    assert!(said.contains("failed for now; the next run tries again: 1\n  http_429  1"), "{said}");
    send(&place, &options);
    let seen = counts(&server);
    assert!(ids.iter().all(|id| seen[id] == 1), "{seen:?}");
    // The host said that it did nothing: two attempts a run.
    assert_eq!((seen["fault-busy"], seen["a"]), (4, 1));
    let unknown = std::fs::read_to_string(place.path("u.csv")).expect("a text");
    assert_eq!(unknown.lines().count(), 12, "{unknown}");
    assert!(unknown.contains("fault-storm,http_503,s.csv:12\n"), "{unknown}");
    let output = send(&place, &[&options[..], &["--in-flight=resend"]].concat());
    assert!(
        stdout(&output).contains("11 again, because an earlier request may have arrived"),
        "{}",
        stdout(&output)
    );
    assert!(ids.iter().all(|id| counts(&server)[id] >= 2));
}

#[test]
fn a_failure_that_passes_is_nobodys_loss() {
    let server = sessionm();
    let place = place(&server, ["fault-flaky", "a"]);
    let output = send(&place, &["--ttl=60", "--concurrency=1"]);
    assert_eq!((code(&output), &*stdout(&output)), (0, "sent 2 of 2 customers\n"));
    assert_eq!(counts(&server)["fault-flaky"], 3);
}

#[test]
fn a_host_is_waited_for_as_long_as_it_asks() {
    let server = sessionm();
    let place = place(&server, ["fault-busy"]);
    let start = Instant::now();
    let output = send(&place, &["--ttl=60", "--retries=1"]);
    // Half a second is what the program would wait by itself.
    assert!(start.elapsed() >= Duration::from_secs(1), "{:?}", start.elapsed());
    assert_eq!((code(&output), server.seen().len()), (1, 2), "{}", stderr(&output));
}

#[test]
fn no_more_are_under_way_than_asked_for() {
    let under_way = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let seen = Arc::clone(&under_way);
    let server = FaultServer::answering(Arc::new(move |_: &Seen| {
        let now = seen.0.fetch_add(1, Ordering::SeqCst) + 1;
        seen.1.fetch_max(now, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
        seen.0.fetch_sub(1, Ordering::SeqCst);
        (200, "application/json".to_owned(), r#"{"status":"ok"}"#.to_owned())
    }));
    let ids = (0..40).map(|id| format!("c{id}")).collect::<Vec<_>>();
    let place = place(&server, ids.iter().map(String::as_str));
    assert_eq!(code(&send(&place, &["--ttl=60", "--concurrency=3"])), 0);
    let most = under_way.1.load(Ordering::SeqCst);
    assert!((1..=3).contains(&most), "{most}");
}

#[test]
fn a_host_that_keeps_failing_is_left_alone() {
    let server = sessionm();
    let ids = (0..500).map(|id| format!("fault-storm~{id}")).collect::<Vec<_>>();
    let place = place(&server, ids.iter().map(String::as_str));
    let options = ["--ttl=60", "--retries=0", "--give-up-after=7"];
    let output = send(&place, &options);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(said.contains("failed 7 times in a row: http_503"), "{said}");
    assert!(said.contains("the same command continues from s.csv.journal"), "{said}");
    let asked = server.seen().len();
    assert!((7..=11).contains(&asked), "{asked}: those under way are waited for");
    assert!(
        stdout(&output).contains(&format!("not tried: {}\n", 500 - asked)),
        "{}",
        stdout(&output)
    );
}

#[test]
fn who_is_not_let_in_does_not_knock_for_everybody() {
    let server = sessionm();
    let ids = (0..500).map(|id| format!("shut{id}")).collect::<Vec<_>>();
    let place = place(&server, ids.iter().map(String::as_str));
    let output = send(&place, &["--ttl=60"]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).contains("denies access: http_401\nhelp: check the app key"),
        "{}",
        stderr(&output)
    );
    let asked = server.seen().len();
    assert!(asked <= 4, "{asked}");
    // With the right key they are sent: nothing was final.
    let ids = ids.iter().map(|id| id.replace("shut", "open")).collect::<Vec<_>>();
    let other = super::place(&server, ids.iter().map(String::as_str));
    let output = send(&other, &["--ttl=60"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

#[test]
fn ids_that_nobody_knows_are_noticed_early() {
    let server = sessionm();
    let ids = (0..500).map(|id| format!("lost{id}")).collect::<Vec<_>>();
    let place = place(&server, ids.iter().map(String::as_str));
    let output = send(&place, &["--ttl=60"]);
    assert_eq!(code(&output), 2);
    let said = stderr(&output);
    assert!(said.contains("rejected all of the first 100 customers: user_not_found"), "{said}");
    assert!(said.contains("for your own, pass `--external`"), "{said}");
    assert!(server.seen().len() <= 104);
}

#[test]
fn a_host_that_is_not_there_is_told_from_one_that_is_slow() {
    let server = sessionm();
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("one")
        .port();
    let place = place(&server, ["a", "b"]);
    let toml = std::fs::read_to_string(place.path("meniscus.toml")).expect("a text");
    place.write(
        "meniscus.toml",
        &toml.replace("allow_ports = [", &format!("allow_ports = [{closed}, ")),
    );
    // A counter: nothing was sent, so it may be tried again.
    let endpoint = format!("http://127.0.0.1:{closed}");
    let output = send(&place, &["--retries=1", "--endpoint", &endpoint]);
    assert_eq!(code(&output), 1, "{}", stderr(&output));
    assert!(stdout(&output).contains("tries again: 2\n  no_connection  2"), "{}", stdout(&output));
    let there = FaultServer::start();
    let open = there.url("");
    let toml = toml.replace("allow_ports = [", &format!("allow_ports = [{}, ", there.port));
    place.write("meniscus.toml", &toml);
    let output = send(&place, &["--endpoint", &open, "--journal=other"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

#[test]
fn a_wait_that_is_too_long_ends_the_run() {
    let server = sessionm();
    let place = place(&server, ["fault-long-wait", "b"]);
    let output = send(&place, &["--ttl=60", "--concurrency=1"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("requires a wait of 86400 s"), "{}", stderr(&output));
    assert_eq!(server.seen().len(), 1);
    assert!(stdout(&output).contains("http_429  1  at s.csv:2"), "{}", stdout(&output));
}
