//! The mock answers as recordings say, breaks what they want broken, and tells what it got.

use crate::http;
use std::io::{ErrorKind, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::http::{Reply, raw, send};
use meniscus::recording::Replay;
use meniscus::serve::ListenError;
use meniscus::serve::mock::{Failure, MockServer, Options, Outcome, start};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Recordings of these files.
fn replay(files: &[(&str, Value)]) -> (TempDir, Replay) {
    let folder = TempDir::new().unwrap();
    for (name, mapping) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, mapping.to_string()).unwrap();
    }
    let replay =
        meniscus::files::recordings::load_as(folder.path(), Path::new("recordings")).unwrap();
    (folder, replay)
}

fn serve(files: &[(&str, Value)]) -> MockServer {
    start(replay(files).1, Options::default()).unwrap()
}

fn get(mock: &MockServer, target: &str) -> Reply {
    send(mock.address(), "GET", target, &[], "")
}

fn wallet() -> Value {
    json!({
        "request": {
            "method": "POST",
            "urlPath": "/offers/api/2.0/offers/get_user_offers",
            "headers": {"Authorization": {"matches": "Basic .+"}},
            "bodyPatterns": [{"equalToJson": {"user_id": "u-1"}, "ignoreExtraElements": true}],
        },
        "response": {
            "status": 200,
            "headers": {"Content-Type": "application/json", "X-Twice": ["a", "b"], "Content-Length": "7"},
            "jsonBody": {"status": "ok", "payload": {"user_offers": []}},
        },
    })
}

#[test]
fn an_answer_is_the_recording() {
    let mock = serve(&[("wallet/empty.json", wallet())]);
    assert!(mock.address().ip().is_loopback());
    let reply = send(
        mock.address(),
        "POST",
        "/offers/api/2.0/offers/get_user_offers?x=1",
        &[("Authorization", "Basic czNjcjN0"), ("Content-Type", "application/json")],
        r#"{"user_id": "u-1", "password": "s3cr3t"}"#,
    );
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, r#"{"status":"ok","payload":{"user_offers":[]}}"#);
    assert_eq!(reply.header("content-length"), Some("44"));
    assert_eq!(reply.header("matched-stub-name"), Some("wallet/empty"));
    let twice = reply.headers.iter().filter(|(name, _)| name == "x-twice");
    assert_eq!(twice.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let requests = mock.requests();
    let [exchange] = requests.as_slice() else { panic!("{requests:?}") };
    assert_eq!(exchange.number, 1);
    assert_eq!(exchange.request.header("authorization"), Some("Basic czNjcjN0"));
    assert!(exchange.matched());
    assert_eq!(
        exchange.line(),
        "POST /offers/api/2.0/offers/get_user_offers?x=1 → 200 wallet/empty"
    );
}

#[test]
fn what_matches_nothing_is_told_why_and_kept_without_secrets() {
    let mock = serve(&[("wallet/empty.json", wallet())]);
    let reply = send(
        mock.address(),
        "POST",
        "/offers/api/2.0/offers/get_user_offers?api_key=s3cr3t",
        &[("Host", "mock.test"), ("Authorization", "Basic s3cr3t")],
        r#"{"user_id": "u-2", "password": "s3cr3t"}"#,
    );
    assert_eq!(reply.status, 404);
    assert!(reply.header("content-type").unwrap().starts_with("text/plain"));
    insta::assert_snapshot!("unmatched", reply.body);
    let requests = get(&mock, "/__admin/requests/unmatched");
    assert_eq!(requests.status, 200);
    assert!(!requests.body.contains("s3cr3t"), "{}", requests.body);
    assert!(!mock.requests().iter().any(|exchange| exchange.line().contains("s3cr3t")));
    insta::assert_snapshot!("unmatched_admin", requests.body);
}

#[test]
fn admin_pages_list_forget_and_explain() {
    let slow = json!({"priority": 2, "request": {"urlPathPattern": "/s.*"},
        "response": {"status": 503, "fixedDelayMilliseconds": 1}, "metadata": {"note": "invented"}});
    let mock = serve(&[("wallet/empty.json", wallet()), ("slow.json", slow)]);
    assert_eq!(get(&mock, "/slow").status, 503);
    assert_eq!(get(&mock, "/none").status, 404);
    let all: Value = serde_json::from_str(&get(&mock, "/__admin/requests").body).unwrap();
    assert_eq!(all["meta"]["total"], 2, "{all}");
    // The newest comes first.
    assert_eq!(all["requests"][0]["request"]["url"], "/none");
    assert_eq!(all["requests"][1]["wasMatched"], true);
    assert_eq!(all["requests"][1]["stubMapping"]["file"], "recordings/slow.json");
    let mappings = get(&mock, "/__admin/mappings");
    insta::assert_snapshot!("mappings_admin", mappings.body);
    assert_eq!(send(mock.address(), "DELETE", "/__admin/requests", &[], "").status, 200);
    assert!(mock.requests().is_empty());
    let pages = get(&mock, "/__admin/nothing");
    assert_eq!(pages.status, 404);
    assert!(pages.body.contains("/__admin/requests/unmatched"), "{}", pages.body);
    assert_eq!(get(&mock, "/__admin").status, 200);
    assert_eq!(get(&mock, "/slow").status, 503);
    assert_eq!(mock.requests()[0].number, 3, "numbers go on");
}

#[test]
fn delays_are_waited() {
    let stub = |ms: u64| json!({"request": {}, "response": {"fixedDelayMilliseconds": ms}});
    let options = Options { delay: Duration::from_millis(80), ..Options::default() };
    let mock = start(replay(&[("a.json", stub(120))]).1, options).unwrap();
    let begin = Instant::now();
    assert_eq!(get(&mock, "/").status, 200);
    assert!(begin.elapsed() >= Duration::from_millis(200), "{:?}", begin.elapsed());
    // One that waits does not hold up another, nor the end of the mock.
    let mock = serve(&[("a.json", stub(600_000))]);
    let mut waits = TcpStream::connect(mock.address()).unwrap();
    write!(waits, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let begin = Instant::now();
    while mock.requests().is_empty() {
        assert!(
            begin.elapsed() < Duration::from_secs(10),
            "the request is kept before it is answered"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(get(&mock, "/__admin").status, 200);
    mock.stop();
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

#[test]
fn faults_break_the_connection_as_they_are_named() {
    let fault = |name: &str| json!({"request": {"urlPath": format!("/{name}")}, "response": {"fault": name}});
    let mock = serve(&[
        ("1.json", fault("EMPTY_RESPONSE")),
        ("2.json", fault("MALFORMED_RESPONSE_CHUNK")),
        ("3.json", fault("RANDOM_DATA_THEN_CLOSE")),
        ("4.json", fault("CONNECTION_RESET_BY_PEER")),
    ]);
    let ask = |name: &str| {
        raw(mock.address(), format!("GET /{name} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes())
    };
    assert_eq!(ask("EMPTY_RESPONSE"), (Vec::new(), None));
    let (came, ended) = ask("MALFORMED_RESPONSE_CHUNK");
    assert!(came.starts_with(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), "{came:?}");
    assert_eq!((ended, http::parse(&came)), (None, None));
    let (came, ended) = ask("RANDOM_DATA_THEN_CLOSE");
    assert!(!came.is_empty() && !came.starts_with(b"HTTP") && ended.is_none(), "{came:?}");
    assert_eq!(ask("CONNECTION_RESET_BY_PEER"), (Vec::new(), Some(ErrorKind::ConnectionReset)));
    let lines = mock.requests().iter().map(|exchange| exchange.line()).collect::<Vec<_>>();
    assert_eq!(lines[3], "GET /CONNECTION_RESET_BY_PEER → CONNECTION_RESET_BY_PEER 4");
}

#[test]
fn failures_on_purpose_repeat_with_the_seed() {
    let run = |seed: u64| {
        let options = Options { fail_rate: 0.5, seed, ..Options::default() };
        let mock = start(replay(&[("a.json", json!({"request": {}, "response": {}}))]).1, options);
        let mock = mock.unwrap();
        for _ in 0..60 {
            let _ = raw(mock.address(), b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        }
        mock.requests().iter().map(|exchange| exchange.line()).collect::<Vec<_>>()
    };
    let first = run(7);
    assert_eq!(first, run(7));
    assert_ne!(first, run(8));
    let failed = first.iter().filter(|line| line.contains("on purpose")).count();
    assert!((15..45).contains(&failed), "{failed}");
    let options = Options { fail_rate: 1.0, ..Options::default() };
    let mock = start(Replay::default(), options).unwrap();
    let mut waits = 0;
    for _ in 0..40 {
        let (came, _) =
            raw(mock.address(), b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let reply = http::parse(&came);
        waits += usize::from(reply.is_some_and(|reply| reply.header("retry-after") == Some("1")));
    }
    let told = mock.requests();
    let wanted = told
        .iter()
        .filter(|exchange| matches!(exchange.outcome, Outcome::Failed(Failure::RetryAfter(1))));
    assert_eq!(wanted.count(), waits);
    assert!(waits > 0);
}

#[test]
fn bodies_are_bounded() {
    let options = Options { largest_body: 1000, ..Options::default() };
    let mock =
        start(replay(&[("a.json", json!({"request": {}, "response": {}}))]).1, options).unwrap();
    let most = "x".repeat(1000);
    assert_eq!(send(mock.address(), "POST", "/", &[], &most).status, 200);
    assert_eq!(send(mock.address(), "POST", "/", &[], &format!("{most}x")).status, 413);
    let chunked = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n{most}x\r\n0\r\n\r\n"
    );
    let (came, _) = raw(mock.address(), chunked.as_bytes());
    assert_eq!(http::parse(&came).unwrap().status, 413);
    assert_eq!(mock.requests()[1].line(), "POST / → 413 the body is too large");
    assert_eq!(get(&mock, "/").status, 200);
}

#[test]
fn the_oldest_requests_are_forgotten_beyond_the_bound() {
    let options = Options { kept_requests: 2, ..Options::default() };
    let mock = start(Replay::default(), options).unwrap();
    for target in ["/1", "/2", "/3"] {
        assert_eq!(get(&mock, target).status, 404);
    }
    let numbers = mock.requests().iter().map(|exchange| exchange.number).collect::<Vec<_>>();
    assert_eq!(numbers, [2, 3]);
}

#[test]
fn a_taken_port_is_told() {
    let mock = start(Replay::default(), Options::default()).unwrap();
    let port = mock.address().port();
    let error = start(Replay::default(), Options { port, ..Options::default() }).unwrap_err();
    assert!(matches!(error, ListenError::PortTaken { .. }));
    assert_eq!(error.to_string(), format!("port {port} on 127.0.0.1 is in use"));
    let address = mock.address();
    drop(mock);
    assert!(TcpStream::connect(address).is_err(), "a mock that is dropped has stopped");
}

#[test]
fn recordings_are_replaced_while_it_runs_and_each_exchange_is_told() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&lines);
    let log: meniscus::serve::mock::Log =
        Arc::new(move |exchange| told.lock().unwrap().push(exchange.line()));
    let mock = start(Replay::default(), Options { log: Some(log), ..Options::default() }).unwrap();
    assert_eq!(get(&mock, "/a").status, 404);
    mock.replace(
        replay(&[("b.json", json!({"request": {"urlPath": "/a"}, "response": {"status": 204}}))]).1,
    );
    let reply = get(&mock, "/a");
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    assert_eq!(
        *lines.lock().unwrap(),
        ["GET /a → 404 no match; there are no recordings", "GET /a → 204 b"]
    );
}

#[test]
fn the_host_is_that_of_the_header_or_of_a_proxys_target() {
    let stub = json!({"request": {"host": {"equalTo": "domains.sessionm.test"}}, "response": {}});
    let mock = serve(&[("a.json", stub)]);
    assert_eq!(get(&mock, "/").status, 404);
    let named = [("Host", "domains.sessionm.test")];
    assert_eq!(send(mock.address(), "GET", "/", &named, "").status, 200);
    assert_eq!(get(&mock, "http://domains.sessionm.test/").status, 200);
}

#[test]
fn what_http_cannot_carry_is_told_and_does_not_end_the_mock() {
    let stub = |name: &str, value: &str| json!({"request": {"urlPath": "/bad"}, "response": {"headers": {name: value}}});
    for (name, value) in [("X", "a\nb"), ("a b", "x"), ("", "x")] {
        let mock = serve(&[("bad.json", stub(name, value))]);
        let reply = get(&mock, "/bad");
        assert_eq!(reply.status, 500);
        assert!(
            reply.body.contains("`bad`") && reply.body.contains("can't be sent"),
            "{}",
            reply.body
        );
        assert_eq!(get(&mock, "/__admin").status, 200);
    }
    let mock = serve(&[("a.json", json!({"request": {}, "response": {}}))]);
    for bytes in [&b"\x00\x01\x02\r\n\r\n"[..], b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nA", b""] {
        let mut stream = TcpStream::connect(mock.address()).unwrap();
        stream.write_all(bytes).unwrap();
    }
    assert_eq!(get(&mock, "/").status, 200);
}

/// A page of another site, or a name of its own that leads to this machine, can't read what was asked.
#[test]
fn admin_pages_are_for_this_machine_alone() {
    let mock = serve(&[("wallet/empty.json", wallet())]);
    let secret = "/priv/v1/apps/k3yk3yk3yk3y/users/7?key=s3cret&token=t0ken-t0ken";
    send(
        mock.address(),
        "POST",
        secret,
        &[("X-Note", "Bearer n0te-n0te-n0te")],
        "password=p4ss-p4ss",
    );
    let own = format!("127.0.0.1:{}", mock.address().port());
    let page = send(mock.address(), "GET", "/__admin/requests", &[("Host", &own)], "");
    assert_eq!(page.status, 200);
    for gone in ["k3yk3y", "s3cret", "t0ken", "n0te", "p4ss"] {
        assert!(!page.body.contains(gone), "{gone} is in {}", page.body);
        let lines = mock.requests().iter().map(|one| one.line()).collect::<String>();
        assert!(!lines.contains(gone), "{gone} is in {lines}");
    }
    for (name, value) in [
        ("Host", "evil.example"),
        ("Host", "127.0.0.1:80@evil"),
        ("Origin", "https://evil.example"),
    ] {
        let headers =
            if name == "Host" { vec![(name, value)] } else { vec![("Host", &*own), (name, value)] };
        let page = send(mock.address(), "GET", "/__admin/requests", &headers, "");
        assert_eq!(page.status, 403, "{name}: {value}");
        assert!(!page.body.contains("k3y") && !page.body.contains("requests\":"), "{}", page.body);
    }
}
