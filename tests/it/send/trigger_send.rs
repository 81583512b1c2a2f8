//! `trigger --send` and the command of `--as curl`, against servers that answer in every way.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::program::{code, meniscus, put, stderr, stdout};
use super::raw_server::RawServer;
use super::trigger::place;

const KEY: &str = "br4ze-s3cr3t-rest-key";
const SENT: &str = r#"{"dispatch_id": "d1", "message": "success"}"#;

fn configured(port: u16) -> TempDir {
    let place = place();
    let text = format!(
        "[live]\nallow_hosts = [\"127.0.0.1\"]\nallow_ports = [{port}]\nallow_addresses = [\"127.0.0.1/32\"]\n[live.credentials]\nbraze = {{ env = \"BRAZE_REST_KEY\" }}\n[trigger]\nendpoint = \"http://127.0.0.1:{port}\"\n"
    );
    put(place.path(), "meniscus.toml", &text);
    place
}

fn send(place: &TempDir, arguments: &[&str]) -> Output {
    let mut all = vec!["trigger", "templates/offer", "--send"];
    if !arguments.contains(&"--broadcast") {
        all.extend(["-s", "ada"]);
    }
    all.extend(arguments);
    meniscus(place.path(), &all).env("BRAZE_REST_KEY", KEY).output().unwrap()
}

/// Nothing that was printed or written holds the key.
fn assert_no_key(place: &TempDir, output: &Output) {
    let said = format!("{}{}", stdout(output), stderr(output));
    assert!(!said.contains(KEY), "{said}");
    for file in walk(place.path()) {
        let bytes = std::fs::read(&file).unwrap();
        let held = bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
        assert!(!held, "{}", file.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn a_message_is_sent_once_with_its_key() {
    let server = RawServer::answering(201, "", SENT);
    let place = configured(server.port);
    let output = send(&place, &[]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(
        stdout(&output),
        "sent to 1 recipient of the campaign 9b1f0c6e-3a52-4d87-b0e4-5f7c2a6d8e13\ndispatch_id: d1\nmessage: success\n"
    );
    assert_no_key(&place, &output);
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    let (head, body) = seen[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /campaigns/trigger/send HTTP/1.1\r\n"), "{head}");
    assert!(
        head.to_ascii_lowercase().contains(&format!("\r\nauthorization: bearer {KEY}\r\n")),
        "{head}"
    );
    let printed =
        meniscus(place.path(), &["trigger", "templates/offer", "-s", "ada"]).output().unwrap();
    assert_eq!(body, stdout(&printed));
}

#[test]
fn the_command_sends_the_same() {
    let server = RawServer::answering(201, "", SENT);
    let place = configured(server.port);
    let awkward = "api_trigger_properties.title=it's \"$HOME\" `x` \\ @y\nz";
    let arguments = ["trigger", "templates/offer", "-s", "ada", "--set", awkward];
    let printed = stdout(&meniscus(place.path(), &arguments).output().unwrap());
    let command = meniscus(place.path(), &arguments).args(["--as", "curl"]).output().unwrap();
    assert!(
        stderr(&command).contains("`$BRAZE_REST_KEY` is the REST API key"),
        "{}",
        stderr(&command)
    );
    for key in [KEY.to_owned(), format!("Bearer {KEY}")] {
        let ran = Command::new("sh")
            .args(["-c", &stdout(&command)])
            .env("BRAZE_REST_KEY", key)
            .output()
            .unwrap();
        assert!(ran.status.success());
        assert_eq!(String::from_utf8_lossy(&ran.stdout), SENT);
    }
    for seen in server.seen() {
        let (head, body) = seen.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("\r\nAuthorization: Bearer {KEY}\r\n")), "{head}");
        assert_eq!(body, printed);
    }
    assert_eq!(server.seen().len(), 2);
    put(place.path(), "meniscus.toml", "");
    let command = meniscus(place.path(), &arguments).args(["--as", "curl"]).output().unwrap();
    assert!(
        stdout(&command).contains("\"$BRAZE_REST_ENDPOINT\"'/campaigns/trigger/send'"),
        "{}",
        stdout(&command)
    );
}

#[test]
fn every_answer_is_explained_and_none_asked_for_twice() {
    let echo = format!("{{\"message\": \"the key {KEY} is\\u0007 unknown\"}}");
    for (status, headers, body, wanted) in [
        (
            400,
            "",
            r#"{"message": "Invalid campaign ID", "errors": [{"x": 1}]}"#,
            "nothing was sent: Braze rejects the request (400): Invalid campaign ID; [{\"x\":1}]",
        ),
        (401, "", &*echo, "has the permission `campaigns.trigger.send`"),
        (403, "", "{}", "nothing was sent: Braze rejects the API key (403)"),
        (404, "", "not json", "check that `endpoint` under `[trigger]` matches your instance"),
        (413, "", "{}", "nothing was sent: the request is too large for Braze (413)"),
        (
            429,
            "X-RateLimit-Reset: 1772355660\r\n",
            "{}",
            "help: send it again after 2026-03-01T09:01:00Z",
        ),
        (429, "Retry-After: 7\r\n", "{}", "help: send it again in 7 s"),
        (429, "", "{}", "help: send it again later"),
        (
            302,
            "Location: http://169.254.169.254/\r\n",
            "",
            "nothing was sent: Braze redirects to another address (302)",
        ),
        (418, "", "", "nothing was sent: Braze responded with an unknown status (418)"),
        (500, "", "{}", "error: can't tell whether the message was sent: Braze responded with 500"),
        (
            503,
            "Retry-After: 1\r\n",
            "{}",
            "help: check the message's activity in Braze before you send it again",
        ),
    ] {
        let server = RawServer::answering(status, headers, body);
        let place = configured(server.port);
        let output = send(&place, &[]);
        let said = stderr(&output);
        assert_eq!((code(&output), stdout(&output).as_str()), (2, ""), "{status}: {said}");
        assert!(said.contains(wanted), "{status}: {said}");
        assert!(!said.contains('\u{7}'), "{said}");
        assert_eq!(server.seen().len(), 1, "{status}");
        assert_no_key(&place, &output);
    }
}

#[test]
fn a_broken_answer_leaves_it_open_whether_something_was_sent() {
    for bytes in ["", "HTTP/1.1 201 Created\r\nContent-Length: 900\r\n\r\n{", "\x01\x02\r\n\r\n"] {
        let server = RawServer::saying(bytes);
        let place = configured(server.port);
        let output = send(&place, &[]);
        assert_eq!(code(&output), 2);
        let said = stderr(&output);
        assert!(
            said.starts_with("error: can't tell whether the message was sent: "),
            "{bytes:?}: {said}"
        );
        assert_eq!(server.seen().len(), 1, "{bytes:?}");
        assert_no_key(&place, &output);
    }
    // Nobody listens there.
    let place = configured(1);
    let output = send(&place, &[]);
    assert_eq!(code(&output), 2);
    assert!(
        stderr(&output).starts_with("error: nothing was sent: the connection failed"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_notice_is_shown_and_an_answer_without_an_id_too() {
    let server = RawServer::answering(
        201,
        "",
        r#"{"notice": "It is paused.", "message": "success", "dispatch_id": "d2"}"#,
    );
    let output = send(&configured(server.port), &[]);
    assert!(
        stdout(&output).ends_with("dispatch_id: d2\nmessage: success\nnotice: It is paused.\n")
    );
    let server = RawServer::answering(200, "", "ok");
    let output = send(&configured(server.port), &[]);
    assert_eq!(code(&output), 0);
    assert!(stderr(&output).contains("note: Braze responded with 200 but no `dispatch_id`"));
}

#[test]
fn nothing_is_sent_that_is_wrong_or_not_allowed() {
    let server = RawServer::answering(201, "", SENT);
    let place = configured(server.port);
    let refused = |arguments: &[&str], exit: i32, wanted: &str| {
        let output = send(&place, arguments);
        assert_eq!(code(&output), exit, "{}", stderr(&output));
        assert!(stderr(&output).contains(wanted), "{}", stderr(&output));
        assert_no_key(&place, &output);
    };
    refused(&["-s", "nobody"], 1, "nothing was sent because of an error");
    refused(&["--broadcast", "-s", "ada"], 2, "help: pass `--yes` to send without confirmation");
    let config = std::fs::read_to_string(place.path().join("meniscus.toml")).unwrap();
    let with = |from: &str, to: &str| put(place.path(), "meniscus.toml", &config.replace(from, to));
    with("\"127.0.0.1\"]\nallow_p", "\"rest.example\"]\nallow_p");
    refused(&[], 2, "nothing was sent: the host `127.0.0.1` isn't allowed");
    with("allow_addresses = [\"127.0.0.1/32\"]\n", "");
    refused(&[], 2, "a loopback address that isn't on the public internet");
    with("braze = {", "brase = {");
    refused(&[], 2, "help: did you mean `brase`?");
    with("env = \"BRAZE_REST_KEY\"", "env = \"NOT_SET_ANYWHERE\"");
    refused(&[], 2, "the environment variable `NOT_SET_ANYWHERE` isn't set");
    with("env = \"BRAZE_REST_KEY\"", "header = \"X-Key\", env = \"BRAZE_REST_KEY\"");
    refused(&[], 2, "`braze` uses the header `X-Key` instead of `Authorization`");
    with("env = \"BRAZE_REST_KEY\"", "user_env = \"A\", password_env = \"B\"");
    refused(&[], 2, "`braze` has a user and password instead of a REST API key");
    with("endpoint = \"http://127.0.0.1", "endpoint = \"http://rest.example");
    refused(&[], 2, "`endpoint` must use `https`, not `http`");
    with("[trigger]", "[trigger]\ncredential = \"braze\"\n#");
    put(place.path(), "meniscus.toml", "");
    refused(&[], 2, "`endpoint` isn't set under `[trigger]` in meniscus.toml");
    refused(&["--mock", "https://rest.iad-01.braze.com"], 2, "isn't an address of this machine");
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_broadcast_goes_out_unasked_with_yes_alone() {
    let server = RawServer::answering(201, "", SENT);
    let place = configured(server.port);
    let output = send(&place, &["--broadcast", "-s", "ada", "--yes"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).starts_with("sent to the whole audience of the campaign "));
    let seen = server.seen();
    assert!(
        seen[0].contains("\"broadcast\": true") && !seen[0].contains("recipients"),
        "{}",
        seen[0]
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_asked_before_a_broadcast() {
    let server = RawServer::answering(201, "", SENT);
    let place = configured(server.port);
    let program = env!("CARGO_BIN_EXE_meniscus");
    let line = format!("{program} trigger templates/offer --broadcast -s ada --send");
    let has_script = Command::new("script").arg("--version").output().is_ok();
    if !has_script {
        // Without util-linux there is no terminal to be had.
        return;
    }
    for (answer, sent) in [("no\n", 0), ("\n", 0), ("yes\n", 1)] {
        let mut child = Command::new("script")
            .args(["-qec", &line, "/dev/null"])
            .current_dir(place.path())
            .env("BRAZE_REST_KEY", KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(700));
        std::io::Write::write_all(child.stdin.as_mut().unwrap(), answer.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(said.contains("Send to the whole audience of the campaign"), "{said}");
        assert_eq!(server.seen().len(), sent, "{answer:?}: {said}");
    }
}
