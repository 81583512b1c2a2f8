//! The mock gives the answers that WireMock gives, from the same mapping files.
//!
//! `tests/tools/wiremock.sh` asked WireMock itself; its answers lie in `tests/data/wiremock/answers.json`. Where ours are
//! meant to differ, [`DIFFERENCES`] says so and why.

use crate::http;
use std::io::ErrorKind;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use meniscus::serve::mock::{Options, start};
use serde_json::{Value, json};

/// Requests that are answered otherwise, with the reason.
const DIFFERENCES: &[(&str, &str)] = &[
    ("81 GET /header/host", "names of hosts have no case"),
    (
        "165 POST /body/pathobject",
        "an object is compared as it is written most shortly, not as WireMock lays it out",
    ),
    (
        "171 GET /order/tie",
        "of equals in two files WireMock takes the one that the disk lists last",
    ),
    ("173 GET /order/specific", "of equal priorities the most specific answers, wherever it lies"),
];

/// Headers that the table keeps.
const KEPT: [&str; 4] = ["content-type", "set-cookie", "x-kept", "x-one"];

fn read(name: &str) -> Value {
    let path = Path::new("tests/data/wiremock").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The bytes of a request of the table.
fn bytes(request: &Value, port: u16) -> Vec<u8> {
    let text = |key: &str| request[key].as_str().unwrap_or_default();
    let mut lines = vec![
        format!("{} {} HTTP/1.1", text("method"), text("target")),
        "Connection: close".to_owned(),
    ];
    let headers = request["headers"].as_array().cloned().unwrap_or_default();
    let headers: Vec<_> = headers.iter().map(|line| line.as_str().unwrap().to_owned()).collect();
    if !headers.iter().any(|line| line.to_lowercase().starts_with("host:")) {
        lines.push(format!("Host: 127.0.0.1:{port}"));
    }
    lines.extend(headers);
    let body = text("body");
    if !body.is_empty() {
        lines.push(format!("Content-Length: {}", body.len()));
    }
    format!("{}\r\n\r\n{body}", lines.join("\r\n")).into_bytes()
}

/// An answer as the table writes it.
fn told(came: &[u8], ended: Option<ErrorKind>) -> Value {
    if ended.is_some() {
        return json!({"fault": "reset"});
    }
    if came.is_empty() {
        return json!({"fault": "empty"});
    }
    if !came.starts_with(b"HTTP/1.1 ") {
        return json!({"fault": "garbage"});
    }
    let Some(reply) = http::parse(came) else { return json!({"fault": "malformed"}) };
    let Some(stub) = reply.header("matched-stub-name") else {
        return json!({"status": reply.status, "unmatched": true});
    };
    let mut answer = json!({"status": reply.status, "stub": stub});
    let kept = reply.headers.iter().filter(|(name, _)| KEPT.contains(&name.as_str()));
    let kept: Vec<_> = kept.map(|(name, value)| format!("{name}: {value}")).collect();
    if !kept.is_empty() {
        answer["headers"] = json!(kept);
    }
    match String::from_utf8(reply.bytes.clone()) {
        Ok(text) => answer["body"] = json!(text),
        Err(_) => answer["base64"] = json!(STANDARD.encode(&reply.bytes)),
    }
    answer
}

#[test]
fn the_same_mappings_give_the_same_answers() {
    let replay =
        meniscus::files::recordings::load(Path::new("tests/data/wiremock/mappings")).unwrap();
    let mock = start(replay, Options::default()).unwrap();
    let (requests, table) = (read("requests.json"), read("answers.json"));
    let requests = requests.as_array().unwrap();
    let answers = table["answers"].as_array().unwrap();
    assert_eq!(
        requests.len(),
        answers.len(),
        "tests/tools/wiremock.sh --update writes the answers"
    );
    let mut wrong = Vec::new();
    for (number, (request, wanted)) in requests.iter().zip(answers).enumerate() {
        let mut wanted = wanted.clone();
        let name = wanted.as_object_mut().unwrap().shift_remove("request").unwrap();
        let late = wanted.as_object_mut().unwrap().shift_remove("late").is_some();
        let begin = Instant::now();
        let (came, ended) = http::raw(mock.address(), &bytes(request, mock.address().port()));
        assert!(!late || begin.elapsed() >= Duration::from_millis(290), "{name} is early");
        let found = told(&came, ended);
        let name = format!("{number} {}", name.as_str().unwrap());
        let known = DIFFERENCES.iter().find(|(request, _)| *request == name);
        match (known, found == wanted) {
            (None, true) | (Some(_), false) => {}
            (None, false) => wrong.push(format!(
                "{name} {}\n  WireMock: {wanted}\n  ours:     {found}",
                request["body"]
            )),
            (Some(_), true) => wrong.push(format!("{name} is no difference any more")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
