//! The preview's page beside a text: what an editor passes on for it.

use lsp_server::Message;
use serde_json::{Value, json};

use super::client::{BODY, Client, FILES};

const SUBJECT: &str = "templates/hello/subject.liquid";

/// Asks what the page asks; gives the status and the answer.
fn page(client: &mut Client, method: &str, address: &str, body: &Value) -> (u64, Value) {
    let workspace = client.uri("");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let asked =
        json!({ "workspace": workspace, "method": method, "address": address, "body": body });
    let answer = client.ask("meniscus/page", asked);
    let text = answer[1].as_str().expect("JSON as a string");
    (answer[0].as_u64().expect("a status"), serde_json::from_str(text).expect("JSON"))
}

/// The output of a part, as the page is told.
fn output(client: &mut Client, part: usize) -> String {
    let wanted = json!({ "message": "hello", "scenario": "anna" });
    let (status, shown) = page(client, "POST", "/api/render", &wanted);
    assert_eq!(status, 200, "{shown}");
    shown["parts"][part]["output"].as_str().expect("an output").to_owned()
}

/// What the client was told of changed files since the last time.
fn changes(client: &mut Client) -> Vec<Value> {
    let notes = std::mem::take(&mut client.notes);
    let notes = notes.into_iter().filter(|note| note.method == "meniscus/pageChanged");
    notes.map(|note| note.params).collect()
}

#[test]
fn the_page_is_answered_from_unsaved_texts() {
    let mut client = Client::new(&json!({}));
    let before = client.open(SUBJECT);
    client.change(SUBJECT, 2, json!([{ "text": format!("{before}!") }]));
    // A client that shows no page is told nothing of it.
    client.about("hover", SUBJECT, json!({ "position": { "line": 0, "character": 8 } }));
    assert_eq!(changes(&mut client), Vec::<Value>::new());
    let (status, listing) = page(&mut client, "GET", "/api/workspace", &Value::Null);
    assert_eq!(status, 200, "{listing}");
    let subject = |shown: &Value| {
        let parts = shown["messages"][0]["parts"].as_array().expect("parts");
        parts.iter().position(|part| part["path"] == SUBJECT).expect("the subject")
    };
    let part = subject(&listing);
    assert_eq!(output(&mut client, part), "Hi Anna!");
    client.change(SUBJECT, 3, json!([{ "text": "Bye {{${first_name}}}" }]));
    assert_eq!(output(&mut client, part), "Bye Anna");
    let told = changes(&mut client);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["paths"], json!([SUBJECT]));
    assert_eq!(told[0]["kinds"], json!(["template"]));
    assert_eq!(told[0]["workspace"], json!(client.uri("").trim_end_matches('/')));
    // So is the text of a recipient.
    let anna = client.open("scenarios/anna.toml");
    client.change("scenarios/anna.toml", 2, json!([{ "text": anna.replace("Anna", "Annika") }]));
    assert_eq!(output(&mut client, part), "Bye Annika");
    client.stop();
}

#[test]
fn files_that_others_change_are_told_of() {
    let mut client = Client::new(&json!({ "workspace": { "didChangeWatchedFiles": {
        "dynamicRegistration": true
    } } }));
    page(&mut client, "GET", "/api/workspace", &Value::Null);
    let path = client.folder.path().join("recordings/wallet.json");
    let text = std::fs::read_to_string(&path).unwrap().replace("\"points\": 12", "\"points\": 13");
    std::fs::write(&path, text).unwrap();
    let uri = client.uri("recordings/wallet.json");
    let changed = json!({ "changes": [{ "uri": uri, "type": 2 }] });
    client.note("workspace/didChangeWatchedFiles", changed);
    let told = loop {
        if let Some(Message::Notification(note)) = client.receive()
            && note.method == "meniscus/pageChanged"
        {
            break note.params;
        }
    };
    assert_eq!(told["kinds"], json!(["recording"]));
    client.stop();
}

#[test]
fn the_page_changes_nothing_and_leaves_the_workspace_alone() {
    let mut client = Client::new(&json!({}));
    for (method, address, status) in [
        ("PUT", "/api/file?path=templates%2Fhello%2Fbody.html", 404),
        ("GET", "/api/file?path=meniscus.toml", 404),
        ("POST", "/api/accept", 404),
        ("POST", "/api/answer/live", 404),
        ("POST", "/api/item/delete", 404),
        ("POST", "/api/render", 400),
        ("GET", "/api/recording?name=..%2Fsecret", 404),
    ] {
        let (found, answer) = page(&mut client, method, address, &Value::Null);
        assert_eq!(found, status, "{method} {address}: {answer}");
        assert!(answer["error"]["message"].is_string(), "{answer}");
    }
    // A folder that isn't a workspace is refused, whatever is in it.
    let workspace = client.uri("templates/hello").replace("/templates/hello", "");
    let outside = workspace.rsplit_once('/').unwrap().0.to_owned();
    let asked = json!({ "workspace": outside, "method": "GET", "address": "/api/workspace" });
    let refused = client.response("meniscus/page", asked).response_result.expect_err("refused");
    assert!(refused.message.contains("isn't a folder with `meniscus.toml`"), "{}", refused.message);
    let folder = client.stop();
    for (name, text) in FILES {
        assert_eq!(&std::fs::read_to_string(folder.path().join(name)).unwrap(), text, "{name}");
    }
}

#[test]
fn secrets_of_recordings_stay_hidden() {
    let secret = r#"{"request": {"method": "GET", "urlPath": "/wallet"},
        "response": {"status": 200, "headers": {"Set-Cookie": "abcdefghijk"},
          "jsonBody": {"points": 12, "access_token": "abcdefghijk"}}}"#;
    let files = FILES.iter().copied().chain([("recordings/wallet.json", secret)]);
    let mut client = Client::with(&json!({}), &json!({}), &files.collect::<Vec<_>>());
    let (_, shown) = page(&mut client, "GET", "/api/recording?name=wallet", &Value::Null);
    assert_eq!(shown["json"]["points"], 12, "{shown}");
    assert!(!shown.to_string().contains("abcdefghijk"), "{shown}");
    client.stop();
}

#[test]
fn the_page_comes_as_one_text_with_a_policy() {
    let mut client = Client::new(&json!({}));
    let wanted = json!({ "nonce": "a1b2c3d4e5f6a7b8", "language": "ja" });
    let html = client.ask("meniscus/pageHtml", wanted)["html"].as_str().unwrap().to_owned();
    assert!(html.contains("script-src 'nonce-a1b2c3d4e5f6a7b8'"), "no policy");
    assert!(html.contains("content=\"beside\""), "another mode");
    for (nonce, language) in
        [("short", "en"), ("a1b2c3d4'; script-src *", "en"), ("a1b2c3d4e5f6a7b8", "\">")]
    {
        let wanted = json!({ "nonce": nonce, "language": language });
        let refused = client.response("meniscus/pageHtml", wanted);
        assert!(refused.response_result.is_err(), "{nonce} {language}");
    }
    client.open(BODY);
    client.stop();
}

#[test]
fn another_recipient_is_asked_for_again_in_the_lenses() {
    let refreshes = json!({ "workspace": { "codeLens": { "refreshSupport": true } } });
    let mut client = Client::new(&refreshes);
    client.open(BODY);
    let settings = json!({ "settings": { "meniscus": { "recipient": "ben" } } });
    client.note("workspace/didChangeConfiguration", settings);
    loop {
        if let Message::Request(request) = client.receive().expect("a refresh") {
            assert_eq!(request.method, "workspace/codeLens/refresh");
            break;
        }
    }
    let lenses = client.about("codeLens", BODY, json!({}));
    let first = lenses[0]["command"]["title"].as_str().unwrap();
    assert!(first.starts_with("ben: "), "{first}");
    client.stop();
}
