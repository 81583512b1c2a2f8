//! Live calls: Braze's conditions, where they may go, and every way in which a host fails. All hosts are on 127.0.0.1.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::fault_server::FaultServer;
use meniscus::http::{Answer, Credential, CredentialKind, Fault, Request};
use meniscus::live::credential::{CredentialSource, Credentials, Environment};
use meniscus::live::{HostPattern, Live, LiveOptions, parse_network};
use meniscus::recording::{Fetch, Unanswered};

/// Braze's conditions, with this machine and the server's port allowed.
fn options(server: &FaultServer) -> LiveOptions {
    LiveOptions {
        hosts: ["127.0.0.1", "localhost"].map(|host| HostPattern::parse(host).unwrap()).into(),
        ports: vec![server.port],
        networks: vec![parse_network("127.0.0.0/8").unwrap()],
        back_off: Duration::from_millis(10),
        ..LiveOptions::default()
    }
}

fn get(server: &FaultServer, path: &str) -> Result<Answer, Unanswered> {
    Live::new(options(server)).unwrap().fetch(&Request::new("GET", server.url(path)))
}

fn failure(server: &FaultServer, path: &str) -> String {
    get(server, path).unwrap().failure.unwrap_or_else(|| panic!("{path} does not fail"))
}

#[test]
fn an_answer_comes_back_whole() {
    let server = FaultServer::start();
    let answer = get(&server, "/a?x=1").unwrap();
    assert_eq!((answer.response.status, &*answer.response.body), (200, &br#"{"ok": true}"#[..]));
    assert_eq!(answer.failure, None);
    assert_eq!(answer.response.header("content-type"), Some("application/json"));
    let seen = server.seen();
    assert_eq!((seen.len(), &*seen[0].path), (1, "/a?x=1"));
    assert!(seen[0].head.to_lowercase().contains("user-agent: meniscus/"));
}

#[test]
fn a_post_carries_headers_and_body() {
    let server = FaultServer::start();
    let mut request = Request::new("POST", server.url("/p"));
    request.headers = vec![
        ("Content-Type".into(), "application/json".into()),
        ("X-A".into(), "1".into()),
        ("Content-Length".into(), "9999".into()),
        ("Transfer-Encoding".into(), "chunked".into()),
    ];
    request.body = Some("{\"é\": 1}".into());
    Live::new(options(&server)).unwrap().fetch(&request).unwrap();
    let seen = &server.seen()[0];
    let head = seen.head.to_lowercase();
    assert_eq!((&*seen.method, &*seen.body), ("POST", "{\"é\": 1}"));
    assert!(head.contains("x-a: 1") && head.contains("content-length: 9\r\n"), "{head}");
    assert!(!head.contains("chunked") && !head.contains("9999"), "{head}");
}

#[test]
fn what_fails_on_the_wire_is_an_answer_that_says_why() {
    let server = FaultServer::start();
    for (path, fault, words) in [
        ("/too-short", Fault::MalformedResponseChunk, "broke off"),
        ("/garbage", Fault::ConnectionResetByPeer, "the connection failed"),
        ("/empty", Fault::ConnectionResetByPeer, "the connection failed"),
        ("/broken-gzip", Fault::MalformedResponseChunk, "can't be read"),
        (
            "/brotli",
            Fault::MalformedResponseChunk,
            "the body uses the compression `br`; only gzip is supported",
        ),
    ] {
        let answer = get(&server, path).unwrap();
        assert_eq!(answer.response.fault, Some(fault), "{path}");
        assert!(
            answer.failure.as_deref().unwrap_or_default().contains(words),
            "{path}: {:?}",
            answer.failure
        );
        assert!(answer.response.body.is_empty(), "{path}");
    }
    let answer = get(&server, "/too-long").unwrap();
    assert_eq!((answer.response.body.as_slice(), answer.failure), (&b"{}"[..], None));
}

#[test]
fn a_reset_in_the_middle_of_a_body_is_no_answer() {
    let server = FaultServer::start();
    let mut request = Request::new("POST", server.url("/reset"));
    request.body = Some("x".repeat(100_000));
    let answer = Live::new(options(&server)).unwrap().fetch(&request).unwrap();
    assert!(answer.response.fault.is_some() && answer.response.body.is_empty(), "{answer:?}");
}

#[test]
fn a_refused_connection_and_an_unknown_name_are_told_apart() {
    let server = FaultServer::start();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut options = options(&server);
    options.ports.push(closed);
    options.hosts.push(HostPattern::parse("nowhere.invalid").unwrap());
    let live = Live::new(options).unwrap();
    let answer = live.fetch(&Request::new("GET", format!("http://127.0.0.1:{closed}/"))).unwrap();
    assert!(answer.failure.unwrap().to_lowercase().contains("refused"));
    let answer = live.fetch(&Request::new("GET", "http://nowhere.invalid/")).unwrap();
    let failure = answer.failure.unwrap();
    assert!(
        failure.contains("`nowhere.invalid` can't be found") || failure.contains("within"),
        "{failure}"
    );
}

#[test]
fn nobody_is_waited_for_longer_than_two_seconds() {
    let server = FaultServer::start();
    for path in ["/slow-headers", "/slow-body"] {
        let start = Instant::now();
        let answer = get(&server, path).unwrap();
        let took = start.elapsed();
        assert!(
            took >= Duration::from_millis(1_900) && took < Duration::from_millis(3_000),
            "{path}: {took:?}"
        );
        assert!(answer.response.delay_ms > 2_000, "{path}");
        assert!(answer.failure.unwrap().contains("within 2000 ms"), "{path}");
    }
}

#[test]
fn a_body_of_a_megabyte_is_taken_and_one_byte_more_is_not() {
    let server = FaultServer::start();
    let answer = get(&server, "/most").unwrap();
    assert_eq!((answer.response.body.len(), answer.failure), (1 << 20, None));
    assert!(failure(&server, "/too-much").contains("more than 1048576 bytes"));
}

#[test]
fn a_bomb_is_not_unpacked() {
    let server = FaultServer::start();
    let answer = get(&server, "/bomb").unwrap();
    assert!(answer.failure.is_some());
    assert!(answer.response.body.len() <= (1 << 20) + 1);
    let answer = get(&server, "/gzip").unwrap();
    assert_eq!(answer.response.body, b"{\"packed\": true}");
}

#[test]
fn bytes_that_are_no_text_come_back_as_they_are() {
    let server = FaultServer::start();
    assert_eq!(get(&server, "/not-utf8").unwrap().response.body, b"caf\xe9 \xff\xfe");
    assert_eq!(get(&server, "/not-json").unwrap().response.body, b"{\"a\": ");
}

#[test]
fn redirects_are_not_followed() {
    let server = FaultServer::start();
    let answer = get(&server, "/redirect").unwrap();
    assert_eq!((answer.response.status, server.seen().len()), (302, 1));
}

#[test]
fn only_calls_that_ask_for_it_are_tried_again() {
    let server = FaultServer::start();
    let live = Live::new(options(&server)).unwrap();
    let mut request = Request::new("GET", server.url("/flaky"));
    request.retry = true;
    assert_eq!(live.fetch(&request).unwrap().response.status, 200);
    assert_eq!(server.seen().len(), 3);
    request.url = server.url("/storm");
    assert_eq!(live.fetch(&request).unwrap().response.status, 503);
    assert_eq!(server.seen().len(), 3 + 5);
    request.retry = false;
    live.fetch(&request).unwrap();
    assert_eq!(server.seen().len(), 9);
    request.retry = true;
    request.url = server.url("/unauthorized");
    live.fetch(&request).unwrap();
    assert_eq!(server.seen().len(), 10);
}

#[test]
fn a_host_that_says_when_to_come_back_is_heard() {
    let server = FaultServer::start();
    let live = Live::new(LiveOptions { attempts: 2, ..options(&server) }).unwrap();
    let mut request = Request::new("GET", server.url("/busy"));
    request.retry = true;
    let start = Instant::now();
    assert_eq!(live.fetch(&request).unwrap().response.status, 429);
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_call_goes_nowhere_that_is_not_allowed() {
    let server = FaultServer::start();
    let port = server.port;
    let refused = |options: LiveOptions, url: &str| {
        let unanswered = Live::new(options).unwrap().fetch(&Request::new("GET", url)).unwrap_err();
        format!("{}; {}", unanswered.problem, unanswered.help.unwrap_or_default())
    };
    let none = LiveOptions::default();
    let said = refused(none.clone(), "https://api.example.com/x?token=s3cr3t");
    assert!(
        said.contains("`api.example.com`") && said.contains("allow_hosts = [\"api.example.com\"]"),
        "{said}"
    );
    assert!(!said.contains("s3cr3t"));
    let all = options(&server);
    let said = refused(LiveOptions { ports: Vec::new(), ..all.clone() }, &server.url("/"));
    assert!(said.contains("the port") && said.contains("allow_ports"), "{said}");
    let bare = LiveOptions { networks: Vec::new(), ..all.clone() };
    for url in [server.url("/"), format!("http://localhost:{port}/")] {
        let said = refused(bare.clone(), &url);
        assert!(
            said.contains("loopback address") && said.contains("allow_addresses = [\""),
            "{said}"
        );
    }
    // Other ways to write an address, and a host that hides behind another.
    for url in ["http://2130706433:{}/", "http://0x7f.1:{}/", "http://127.1:{}/"] {
        let said = refused(bare.clone(), &url.replace("{}", &port.to_string()));
        assert!(said.contains("loopback"), "{url}: {said}");
    }
    for url in [
        "http://evil.example\\@localhost/",
        "http://localhost@evil.example/",
        "http://[::ffff:169.254.169.254]/",
        "http://169.254.169.254/",
    ] {
        let said = refused(all.clone(), url);
        assert!(said.contains("allow"), "{url}: {said}");
    }
    for url in ["ftp://localhost/", "file:///etc/passwd", "localhost", ""] {
        refused(all.clone(), url);
    }
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_header_cannot_name_a_host_that_is_not_allowed() {
    let server = FaultServer::start();
    let live = Live::new(options(&server)).unwrap();
    let mut request = Request::new("GET", server.url("/"));
    request.headers = vec![("Host".into(), "internal.example".into())];
    assert!(live.fetch(&request).unwrap_err().problem.contains("`internal.example`"));
    request.headers = vec![("X-A".into(), "a\r\nX-B: 1".into())];
    assert!(live.fetch(&request).unwrap_err().problem.contains("`X-A`"));
    request.headers.clear();
    request.method = "DELETE".into();
    assert!(live.fetch(&request).unwrap_err().problem.contains("DELETE"));
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_credential_goes_to_its_own_hosts_alone() {
    let server = FaultServer::start();
    let source = CredentialSource::Header { header: "X-Key".into(), env: "K".into() };
    let variables = BTreeMap::from([("K".to_owned(), "v4lue-of-k".to_owned())]);
    let credentials =
        Credentials::new(BTreeMap::from([("core".to_owned(), source)]), Environment::of(variables));
    let hosts = vec![HostPattern::parse("127.0.0.1").unwrap()];
    let credential_hosts = BTreeMap::from([("core".to_owned(), hosts)]);
    let live =
        Live::new(LiveOptions { credentials, credential_hosts, ..options(&server) }).unwrap();
    let mut request = Request::new("GET", format!("http://localhost:{}/", server.port));
    request.credential =
        Some(Credential { kind: CredentialKind::AuthCredentials, name: "core".into() });
    let unanswered = live.fetch(&request).unwrap_err();
    assert!(
        unanswered.problem.contains("the credential `core` isn't allowed for `localhost`"),
        "{unanswered}"
    );
    request.url = server.url("/");
    assert_eq!(live.fetch(&request).unwrap().response.status, 200);
    assert!(server.seen()[0].head.contains("v4lue-of-k"));
}

#[test]
fn a_host_that_speaks_no_tls_is_told() {
    let server = FaultServer::start();
    let url = server.url("/").replace("http://", "https://");
    let live = Live::new(options(&server)).unwrap();
    let answer = live.fetch(&Request::new("GET", url)).unwrap();
    assert!(answer.failure.unwrap().contains("the connection failed"));
}

#[test]
fn credentials_are_sent_and_shown_by_nothing() {
    let server = FaultServer::start();
    let source = CredentialSource::Basic { user_env: "U".into(), password_env: "P".into() };
    let missing = CredentialSource::Header { header: "X-Key".into(), env: "MISSING".into() };
    let variables = [("U", "user-0"), ("P", "passw0rd-1")];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let sources = BTreeMap::from([("core".to_owned(), source), ("gone".to_owned(), missing)]);
    let credentials = Credentials::new(sources, Environment::of(BTreeMap::from(variables)));
    let live = Live::new(LiveOptions { credentials, ..options(&server) }).unwrap();
    let mut request = Request::new("GET", server.url("/echo"));
    request.credential = Some(Credential { kind: CredentialKind::BasicAuth, name: "core".into() });
    let answer = live.fetch(&request).unwrap();
    // `user-0:passw0rd-1` in base64.
    let sent = "dXNlci0wOnBhc3N3MHJkLTE=";
    assert!(server.seen()[0].head.contains(sent));
    let shown = format!(
        "{live:?} {answer:?} {request:?} {}",
        String::from_utf8_lossy(&answer.response.body)
    );
    assert!(!shown.contains(sent) && !shown.contains("passw0rd-1"), "{shown}");
    request.credential =
        Some(Credential { kind: CredentialKind::AuthCredentials, name: "gone".into() });
    let unanswered = live.fetch(&request).unwrap_err();
    assert_eq!(unanswered.problem, "the environment variable `MISSING` isn't set");
    request.credential = Some(Credential { kind: CredentialKind::BasicAuth, name: "other".into() });
    assert!(live.fetch(&request).unwrap_err().help.unwrap().contains("[live.credentials]"));
}
