//! Recordings answer requests as WireMock would, and say clearly why when they do not.

mod files;
mod matchers;
mod unanswered;

use std::path::Path;
use std::sync::Arc;

use meniscus::http::{Answer, Credential, CredentialKind, Fault, Request};
use meniscus::recording::{Fetch, RecordingError, Replay, Unanswered};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A folder of recordings that goes away with the test.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().unwrap());
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn load(&self) -> Replay {
        meniscus::files::recordings::load(self.path())
            .map_err(|errors| errors.iter().map(|e| format!("{e}\n")).collect::<String>())
            .unwrap()
    }

    /// The errors of loading, with the folder's own path removed.
    fn errors(&self) -> Vec<String> {
        let errors = meniscus::files::recordings::load(self.path()).unwrap_err();
        let folder = format!("{}/", self.path().display());
        errors.iter().map(|error| error.to_string().replace(&folder, "")).collect()
    }
}

fn stub(request: Value, status: u16) -> String {
    json!({"request": request, "response": {"status": status}}).to_string()
}

fn one(request: Value) -> Replay {
    Folder::new(&[("one.json", &stub(request, 200))]).load()
}

fn get(url: &str) -> Request {
    Request::new("GET", url)
}

fn post(body: &str) -> Request {
    let mut request = Request::new("POST", "https://h.test/a");
    request.body = Some(body.to_owned());
    request
}

fn with_header(name: &str, value: &str) -> Request {
    let mut request = get("https://h.test/a");
    request.headers.push((name.to_owned(), value.to_owned()));
    request
}

fn answers(replay: &Replay, request: &Request) -> bool {
    replay.fetch(request).is_ok()
}

fn answer_name(replay: &Replay, request: &Request) -> String {
    let Answer { recording, .. } = replay.fetch(request).unwrap();
    recording.unwrap().name.clone()
}

fn failed(replay: &Replay, request: &Request) -> Vec<String> {
    let Unanswered { nearest, .. } = replay.fetch(request).unwrap_err();
    nearest.first().unwrap().failed.clone()
}

#[test]
fn an_answer_shares_the_body_and_names_its_recording() {
    let folder = Folder::new(&[("wallet/ok.json", &stub(json!({"urlPath": "/a"}), 200))]);
    let replay = folder.load();
    let first = replay.fetch(&get("https://h.test/a")).unwrap();
    let second = replay.fetch(&get("https://h.test/a")).unwrap();
    assert!(Arc::ptr_eq(&first.response, &second.response));
    let origin = first.recording.unwrap();
    assert_eq!(
        (origin.name.as_str(), origin.key.as_str(), origin.index),
        ("wallet/ok", "wallet/ok", None)
    );
    assert_eq!(origin.path, folder.path().join("wallet/ok.json"));
}

#[test]
fn the_most_specific_recording_wins() {
    let folder = Folder::new(&[
        ("a-any.json", &stub(json!({}), 200)),
        ("b-pattern.json", &stub(json!({"urlPathPattern": "/a.*"}), 200)),
        ("c-path.json", &stub(json!({"urlPath": "/a"}), 200)),
        (
            "d-query.json",
            &stub(json!({"urlPath": "/a", "queryParameters": {"x": {"matches": ".*"}}}), 200),
        ),
        (
            "e-body.json",
            &stub(
                json!({"urlPath": "/a", "bodyPatterns": [{"contains": "b"}, {"contains": "c"}]}),
                200,
            ),
        ),
        (
            "f-pattern.json",
            &stub(json!({"urlPathPattern": "/a", "headers": {"X": {"equalTo": "1"}}}), 200),
        ),
    ]);
    let replay = folder.load();
    assert_eq!(answer_name(&replay, &get("https://h.test/z")), "a-any");
    assert_eq!(answer_name(&replay, &get("https://h.test/ab")), "b-pattern");
    assert_eq!(answer_name(&replay, &get("https://h.test/a")), "c-path");
    assert_eq!(answer_name(&replay, &get("https://h.test/a?x=1")), "d-query");
    assert_eq!(answer_name(&replay, &post("bc")), "e-body");
    // As many conditions, so the exact URL goes before the pattern.
    assert_eq!(answer_name(&replay, &with_header("X", "1")), "c-path");
}

#[test]
fn ties_go_by_priority_and_then_by_path() {
    let with_priority = |priority: u64| {
        json!({"priority": priority, "request": {"urlPath": "/a"}, "response": {}}).to_string()
    };
    let plain = stub(json!({"urlPath": "/a"}), 200);
    let folder =
        Folder::new(&[("b.json", &plain), ("a.json", &plain), ("c.json", &with_priority(6))]);
    assert_eq!(answer_name(&folder.load(), &get("https://h.test/a")), "a");
    folder.write("d.json", with_priority(4).as_bytes());
    assert_eq!(answer_name(&folder.load(), &get("https://h.test/a")), "d");
}

#[test]
fn a_scenario_selects_by_name_path_or_folder() {
    let named = json!({"name": "rich", "request": {}, "response": {}}).to_string();
    let plain = stub(json!({}), 200);
    let folder = Folder::new(&[
        ("wallet/gold/a.json", &named),
        ("wallet/b.json", &plain),
        ("wallets.json", &plain),
        ("offers/c.json", &plain),
    ]);
    let replay = folder.load();
    let select = |names: &[&str]| -> Vec<String> {
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        replay.select(&names).unwrap().iter().map(|recording| recording.name().to_owned()).collect()
    };
    assert_eq!(select(&["wallet/"]), ["wallet/b", "rich"]);
    assert_eq!(select(&["wallet/gold"]), ["rich"]);
    assert_eq!(select(&["wallet/gold/a", "wallet/b.json"]), ["wallet/b", "rich"]);
    assert_eq!(select(&["rich", "offers", "rich"]), ["offers/c", "rich"]);
    assert!(select(&[]).is_empty());
    let error = replay.select(&["walet/b".to_owned()]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no recording or folder of recordings is named `walet/b`; did you mean `wallet/b`?"
    );
    assert_eq!(replay.select(&["§§".to_owned()]).unwrap_err().nearest, None);
    for odd in ["", "/"] {
        assert!(replay.select(&[odd.to_owned()]).is_err(), "{odd:?}");
    }
}
