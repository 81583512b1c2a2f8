//! The language server, as a client sees it.

mod actions;
mod client;
mod data;
mod page;
mod workspace;

use std::fs;

use client::{BODY, Client, FILES, PULLING, at};
use lsp_server::Message;
use meniscus::lsp::Ended;
use serde_json::{Value, json};

#[test]
fn diagnostics_follow_what_is_typed() {
    let mut client = Client::new(&PULLING());
    let text = client.open(BODY);
    assert_eq!(client.codes(BODY), ["unknown-field"]);
    let report = client.about("diagnostic", BODY, json!({}));
    let item = &report["items"][0];
    assert_eq!(item["range"]["start"], at(&text, "poinst", 0));
    assert_eq!(item["severity"], 1);
    let related = item["relatedInformation"].as_array().unwrap();
    let of_recording =
        |one: &&Value| one["location"]["uri"].as_str().unwrap().ends_with("recordings/wallet.json");
    assert!(related.iter().any(|one| of_recording(&one)), "{related:?}");
    // The same again isn't sent again.
    let before = report["resultId"].clone();
    let again = client.about("diagnostic", BODY, json!({ "previousResultId": before }));
    assert_eq!(again["kind"], "unchanged");
    // Two changes at once, each in the text that the one before left.
    let (start, end) = (at(&text, "poinst", 0), at(&text, "poinst", 6));
    client.change(
        BODY,
        2,
        json!([
            { "range": { "start": start, "end": end }, "text": "poi" },
            { "range": { "start": at(&text, "poinst", 3), "end": at(&text, "poinst", 3) }, "text": "nts" },
        ]),
    );
    assert_eq!(client.codes(BODY), Vec::<String>::new());
    // Closed without saving, the file on disk counts again.
    client.note("textDocument/didClose", json!({ "textDocument": { "uri": client.uri(BODY) } }));
    client.open(BODY);
    assert_eq!(client.codes(BODY), ["unknown-field"]);
    client.stop();
}

#[test]
fn clients_that_cannot_ask_are_told() {
    let mut client = Client::new(&json!({}));
    client.open(BODY);
    let uri = client.uri(BODY);
    let told = loop {
        if let Message::Notification(note) = client.receive().expect("diagnostics")
            && note.params["uri"] == json!(uri)
        {
            break note;
        }
    };
    assert_eq!(told.method, "textDocument/publishDiagnostics");
    assert_eq!(told.params["diagnostics"][0]["code"], "unknown-field");
    assert_eq!(told.params["version"], 1);
    client.stop();
}

#[test]
fn columns_are_bytes_where_the_client_counts_so() {
    let mut client = Client::new(&json!({
        "general": { "positionEncodings": ["utf-8", "utf-16"] }, "textDocument": { "diagnostic": {} },
    }));
    let text = client.open(BODY);
    let report = client.about("diagnostic", BODY, json!({}));
    let line = text.lines().nth(1).unwrap();
    let found = &report["items"][0]["range"]["start"]["character"];
    assert_eq!(*found, json!(line.find("poinst").unwrap()));
    client.stop();
}

#[test]
fn an_unsaved_recipient_or_block_counts_everywhere() {
    let mut client = Client::new(&PULLING());
    client.open(BODY);
    let recipient = "scenarios/anna.toml";
    let before = client.open(recipient);
    client.open("templates/hello/subject.liquid");
    let hints = |client: &mut Client| {
        let end = json!({ "line": 99, "character": 0 });
        let range = json!({ "start": { "line": 0, "character": 0 }, "end": end });
        let hints =
            client.about("inlayHint", "templates/hello/subject.liquid", json!({ "range": range }));
        let labels = hints.as_array().unwrap().iter().map(|hint| hint["label"].clone());
        labels.collect::<Vec<_>>()
    };
    assert_eq!(hints(&mut client), ["Anna"]);
    client.change(recipient, 2, json!([{ "text": before.replace("Anna", "Annika") }]));
    assert_eq!(hints(&mut client), ["Annika"]);
    client.change(recipient, 3, json!([{ "text": "[user" }]));
    assert!(!client.codes(recipient).is_empty(), "a recipient that can't be read has no finding");
    let block = "content_blocks/footer.liquid";
    client.open(block);
    client.change(block, 2, json!([{ "text": "{{wallet.pts}}" }]));
    assert_eq!(client.codes(block), ["unknown-field"]);
    client.stop();
}

#[test]
fn completion_knows_what_responses_have() {
    let mut client = Client::new(&json!({
        "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
    }));
    let text = client.open(BODY);
    let position = at(&text, "wallet.points", "wallet.".len());
    let found = client.about("completion", BODY, json!({ "position": position }));
    let items = found["items"].as_array().unwrap();
    let points = items.iter().find(|item| item["label"] == "points").expect("points");
    assert!(points["detail"].as_str().unwrap().ends_with("· 12"), "{points}");
    assert_eq!(points["textEdit"]["range"]["start"], position);
    // A tag comes with its end, where it has none yet.
    client.change(BODY, 2, json!([{ "text": format!("{text}{{% i") }]));
    let end = at(&format!("{text}{{% i"), "{% i", 4);
    let last = text.lines().count();
    let position = json!({ "line": last, "character": end["character"] });
    let found =
        client.about("completion", BODY, json!({ "position": { "line": last, "character": 4 } }));
    let labels = found["items"].as_array().unwrap();
    assert!(labels.iter().any(|item| item["label"] == "if …"), "{position}: {found}");
    // In the HTML nothing is offered.
    let found = client.about("completion", BODY, json!({ "position": at(&text, "Zoë", 1) }));
    assert_eq!(found["items"], json!([]));
    client.stop();
}

#[test]
fn hover_shows_what_each_recipient_gets() {
    let mut client = Client::new(&json!({}));
    client.open("templates/hello/subject.liquid");
    let text = client.open(BODY);
    let hover = client.about("hover", BODY, json!({ "position": at(&text, "points", 2) }));
    let words = hover["contents"]["value"].as_str().unwrap();
    assert!(words.contains("Seen: `12`") && words.contains("| anna | `12` |"), "{words}");
    let name = "templates/hello/subject.liquid";
    let position = json!({ "line": 0, "character": 8 });
    let hover = client.about("hover", name, json!({ "position": position }));
    let words = hover["contents"]["value"].as_str().unwrap();
    assert!(words.contains("| ben | **blank** |"), "{words}");
    client.stop();
}

#[test]
fn names_lead_to_where_they_come_from_and_to_their_uses() {
    let mut client = Client::new(&json!({}));
    let text = client.open(BODY);
    let place = |client: &mut Client, method: &str, position: Value| {
        let more = json!({ "position": position, "context": { "includeDeclaration": true } });
        let found = client.about(method, BODY, more);
        let places = found.as_array().unwrap().clone();
        let name =
            |one: &Value| one["uri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        places.iter().map(|one| (name(one), one["range"]["start"].clone())).collect::<Vec<_>>()
    };
    let found = place(&mut client, "definition", at(&text, "points", 1));
    assert_eq!(found[0].0, "wallet.json");
    let found = place(&mut client, "definition", at(&text, "footer", 1));
    assert_eq!(found[0].0, "footer.liquid");
    let found = place(&mut client, "references", at(&text, "offer.name", 1));
    assert_eq!(found.len(), 2, "{found:?}");
    // All uses of a variable get another name.
    let more = json!({ "position": at(&text, "offer.name", 1), "newName": "one" });
    let edit = client.about("rename", BODY, more);
    let edits = edit["changes"][client.uri(BODY)].as_array().unwrap().len();
    assert_eq!(edits, 2);
    let more = json!({
        "textDocument": { "uri": client.uri(BODY) },
        "position": at(&text, "offer.name", 1), "newName": "no name",
    });
    let refused = client.response("textDocument/rename", more);
    assert!(refused.response_result.is_err());
    client.stop();
}

#[test]
fn actions_fix_and_allow() {
    let mut client = Client::new(&json!({}));
    let text = client.open(BODY);
    let range = json!({ "start": at(&text, "poinst", 0), "end": at(&text, "poinst", 6) });
    let context = json!({ "diagnostics": [] });
    let more = json!({ "range": range, "context": context });
    let actions = client.about("codeAction", BODY, more);
    let titles = actions.as_array().unwrap().iter().map(|one| one["title"].as_str().unwrap());
    let titles = titles.collect::<Vec<_>>();
    assert!(titles[0].starts_with("Replace `poinst` with `points`"), "{titles:?}");
    assert_eq!(titles[1], "Allow unknown-field here, with a reason");
    let edit = actions[1]["edit"]["changes"][client.uri(BODY)][0]["newText"].as_str().unwrap();
    assert_eq!(edit, "{% # meniscus: allow unknown-field — why -%}\n");
    // The comment does what it says.
    let line = text.lines().nth(1).unwrap();
    client.change(BODY, 2, json!([{ "text": text.replace(line, &format!("{edit}{line}")) }]));
    assert_eq!(client.codes(BODY), Vec::<String>::new());
    // Nothing unsafe is made at once, and nothing unasked.
    let context = json!({ "diagnostics": [], "only": ["source.fixAll"] });
    let more = json!({ "range": range, "context": context });
    assert_eq!(client.about("codeAction", BODY, more), json!([]));
    client.stop();
}

#[test]
fn a_workspace_is_reported_whole() {
    let mut client = Client::new(&PULLING());
    client.open("content_blocks/footer.liquid");
    let report = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let items = report["items"].as_array().unwrap();
    let uris = items.iter().map(|one| one["uri"].clone()).collect::<Vec<_>>();
    let subject = client.uri("templates/hello/subject.liquid");
    assert_eq!(uris, [json!(client.uri(BODY)), json!(subject)]);
    let known = json!([
        { "uri": items[0]["uri"], "value": items[0]["resultId"] },
        { "uri": client.uri("gone.liquid"), "value": "old" },
    ]);
    let report = client.ask("workspace/diagnostic", json!({ "previousResultIds": known }));
    let kinds = report["items"].as_array().unwrap().iter().map(|one| one["kind"].clone());
    assert_eq!(kinds.collect::<Vec<_>>(), ["unchanged", "full", "full"]);
    let found = client.ask("workspace/symbol", json!({ "query": "hel" }));
    assert_eq!(found[0]["name"], "hello");
    client.stop();
}

#[test]
fn files_changed_on_disk_are_read_again() {
    let mut client = Client::new(&PULLING());
    client.open(BODY);
    assert_eq!(client.codes(BODY), ["unknown-field"]);
    let path = client.folder.path().join("recordings/wallet.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"points\"", "\"poinst\": 3, \"points\"")).unwrap();
    let change = json!([{ "uri": client.uri("recordings/wallet.json"), "type": 2 }]);
    client.note("workspace/didChangeWatchedFiles", json!({ "changes": change }));
    assert_eq!(client.codes(BODY), Vec::<String>::new());
    client.stop();
}

#[test]
fn a_file_without_a_workspace_is_checked_by_itself() {
    let files = [("only.liquid", "{{ 'a' | upcse }}"), ("other.liquid", "{{ 'a' | upcse }}")];
    let mut client = Client::with(&PULLING(), &json!({}), &files);
    client.open("only.liquid");
    assert_eq!(client.codes("only.liquid"), ["unknown-filter"]);
    // Nothing else is read.
    let report = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let uris = report["items"].as_array().unwrap().iter().map(|one| one["uri"].clone());
    assert!(!uris.collect::<Vec<_>>().contains(&json!(client.uri("other.liquid"))));
    client.stop();
    let mut client = Client::new(&PULLING());
    client.open("loose.liquid");
    assert_eq!(client.codes("loose.liquid"), ["unknown-filter"]);
    client.stop();
}

#[test]
fn a_configuration_that_cannot_be_read_is_said_in_each_file() {
    let files = [("meniscus.toml", "[paths\n"), ("templates/a.liquid", "Hi")];
    let mut client = Client::with(&PULLING(), &json!({}), &files);
    client.open("templates/a.liquid");
    let report = client.about("diagnostic", "templates/a.liquid", json!({}));
    let message = report["items"][0]["message"].as_str().unwrap();
    assert!(message.contains("can't be read"), "{message}");
    client.open("meniscus.toml");
    let report = client.about("diagnostic", "meniscus.toml", json!({}));
    assert_eq!(report["items"][0]["range"]["start"]["line"], 0);
    assert_ne!(report["items"][0]["range"]["end"]["character"], 0, "{report}");
    // Corrected in the editor, it is read.
    client.change("meniscus.toml", 2, json!([{ "text": "" }]));
    assert_eq!(client.codes("templates/a.liquid"), Vec::<String>::new());
    client.stop();
}

#[test]
fn settings_choose_the_recipient_and_hide_values() {
    let options = json!({ "recipient": "ben" });
    let mut client = Client::with(&PULLING(), &options, FILES);
    let name = "templates/hello/subject.liquid";
    client.open(name);
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let hints = client.about("inlayHint", name, json!({ "range": range }));
    assert_eq!(hints[0]["label"], "blank");
    let settings = json!({ "settings": { "meniscus": { "inlayHints": false } } });
    client.note("workspace/didChangeConfiguration", settings);
    assert_eq!(client.about("inlayHint", name, json!({ "range": range })), json!([]));
    client.stop();
}

#[test]
fn what_is_wrong_is_answered_and_ends_nothing() {
    let mut client = Client::new(&PULLING());
    client.open(BODY);
    for (method, params) in [
        ("textDocument/hover", json!({ "textDocument": { "uri": client.uri(BODY) } })),
        (
            "textDocument/hover",
            json!({ "textDocument": { "uri": client.uri(BODY) }, "position": "x" }),
        ),
        ("textDocument/typeHierarchy", json!({})),
        ("no/such/method", json!(null)),
    ] {
        let response = client.response(method, params);
        assert!(response.response_result.is_err(), "{method}");
    }
    // Files that aren't open or aren't on disk have nothing.
    let untitled = json!({
        "textDocument": { "uri": "untitled:Untitled-1" }, "position": { "line": 0, "character": 0 },
    });
    assert_eq!(client.ask("textDocument/hover", untitled), Value::Null);
    // Ranges beyond the text are taken to its end.
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    client.change(BODY, 2, json!([{ "range": { "start": far, "end": far }, "text": "{{" }]));
    client.about("completion", BODY, json!({ "position": far }));
    client.note("textDocument/didChange", json!({ "nothing": true }));
    assert!(!client.codes(BODY).is_empty());
    client.stop();
}

#[test]
fn a_cancelled_number_may_come_again() {
    let mut client = Client::new(&PULLING());
    client.open(BODY);
    // There is no such request: nothing is cancelled by it later.
    client.note("$/cancelRequest", json!({ "id": client.asked + 1 }));
    let params = json!({
        "textDocument": { "uri": client.uri(BODY) }, "position": { "line": 0, "character": 3 },
    });
    assert!(client.response("textDocument/hover", params).response_result.is_ok());
    client.stop();
}

#[test]
fn clients_write_addresses_in_their_own_way() {
    let mut client = Client::new(&PULLING());
    let report = client.ask("workspace/diagnostic", json!({ "previousResultIds": [] }));
    let item = report["items"][0].clone();
    let uri = item["uri"].as_str().unwrap().replace("body", "%62ody");
    let known = json!([{ "uri": uri, "value": item["resultId"] }]);
    let report = client.ask("workspace/diagnostic", json!({ "previousResultIds": known }));
    let id = &report["items"][0]["resultId"];
    let known = json!([{ "uri": uri, "value": id }]);
    let report = client.ask("workspace/diagnostic", json!({ "previousResultIds": known }));
    let items = report["items"].as_array().unwrap();
    let of_body = items.iter().filter(|one| one["uri"].as_str().unwrap().contains("ody.html"));
    let of_body = of_body.collect::<Vec<_>>();
    assert_eq!(of_body.len(), 1, "{of_body:?}");
    assert_eq!((&of_body[0]["kind"], &of_body[0]["uri"]), (&json!("unchanged"), &json!(uri)));
    client.stop();
}

#[test]
fn other_files_are_asked_for_again_where_something_they_need_changes() {
    let mut client = Client::new(&json!({
        "textDocument": { "diagnostic": {} },
        "workspace": { "diagnostics": { "refreshSupport": true } },
    }));
    client.open(BODY);
    client.codes(BODY);
    let recipient = "scenarios/anna.toml";
    let text = client.open(recipient);
    client.change(recipient, 2, json!([{ "text": text.replace("Anna", "Annika") }]));
    let asked = loop {
        if let Message::Request(request) = client.receive().expect("a request") {
            break request;
        }
    };
    assert_eq!(asked.method, "workspace/diagnostic/refresh");
    client.stop();
}

#[test]
fn changes_on_disk_are_seen_where_the_client_reports_none() {
    let mut client = Client::new(&json!({}));
    client.open(BODY);
    let path = client.folder.path().join("recordings/wallet.json");
    let text = fs::read_to_string(&path).unwrap();
    let codes = |client: &mut Client| loop {
        if let Message::Notification(note) = client.receive().expect("diagnostics")
            && note.method == "textDocument/publishDiagnostics"
        {
            break note.params["diagnostics"].as_array().unwrap().len();
        }
    };
    assert_eq!(codes(&mut client), 1);
    fs::write(&path, text.replace("\"points\"", "\"poinst\": 3, \"points\"")).unwrap();
    assert_eq!(codes(&mut client), 0);
    client.stop();
}

#[test]
fn a_byte_order_mark_moves_nothing() {
    for encoding in ["utf-8", "utf-16"] {
        let mut client = Client::new(&json!({
            "general": { "positionEncodings": [encoding] }, "textDocument": { "diagnostic": {} },
        }));
        let name = "loose.liquid";
        client.open(name);
        let text = "\u{feff}Zoë {{ 'a' | upcse }}";
        client.change(name, 2, json!([{ "text": text }]));
        let report = client.about("diagnostic", name, json!({}));
        let before = &text[..text.find("upcse").unwrap()];
        let units = if encoding == "utf-8" { before.len() } else { before.encode_utf16().count() };
        assert_eq!(report["items"][0]["range"]["start"]["character"], json!(units));
        let whole =
            json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 1, "character": 0 } });
        let more = json!({ "range": whole, "context": { "diagnostics": [] } });
        let actions = client.about("codeAction", name, more);
        let edit = &actions[0]["edit"]["changes"][client.uri(name)][0];
        assert_eq!(
            (&edit["newText"], &edit["range"]["start"]["character"]),
            (&json!("upcase"), &json!(units))
        );
        client.stop();
    }
}

#[test]
fn secrets_are_neither_hovered_nor_completed() {
    let secret = "s3cretkey-of-ours";
    let config = format!(
        "[variables]\napi_key = \"{secret}\"\nother = \"{secret}\"\n[rules]\nunchecked-call = \"off\"\n"
    );
    let recording = format!(
        r#"{{"request": {{"method": "GET", "urlPath": "/wallet"}},
            "response": {{"status": 200, "jsonBody": {{"access_token": "{secret}"}}}}}}"#
    );
    let text = "{% connected_content https://shop.example/wallet :save ex %}\
                {% assign z = ex.access_token %}{% assign k = api_key %}{{z}}{{k}}{{api_key}}{{other}} {{ }}";
    let files = [
        ("meniscus.toml", &*config),
        ("recordings/wallet.json", &recording),
        ("templates/a.liquid", text),
    ];
    let mut client = Client::with(&json!({}), &json!({}), &files);
    let name = "templates/a.liquid";
    client.open(name);
    for character in 0..text.len() {
        let more = json!({ "position": { "line": 0, "character": character } });
        for method in ["hover", "completion"] {
            let found = client.about(method, name, more.clone()).to_string();
            assert!(!found.contains(secret), "{method} at {character}: {found}");
        }
    }
    let end = json!({ "line": 0, "character": text.len() });
    let all = json!({ "range": { "start": { "line": 0, "character": 0 }, "end": end } });
    let hints = client.about("inlayHint", name, all).to_string();
    assert!(!hints.contains(secret), "{hints}");
    client.stop();
}

#[test]
fn nothing_is_answered_between_shutdown_and_exit() {
    let mut client = Client::new(&json!({}));
    assert_eq!(client.ask("shutdown", Value::Null), Value::Null);
    let error = client.response("textDocument/hover", json!({})).response_result.unwrap_err();
    assert_eq!(error.code, -32600);
    client.note("exit", Value::Null);
    assert_eq!(client.server.take().unwrap().join().unwrap().unwrap(), Ended::Fine);
}

/// A header that claims more memory than there is costs none, and the error doesn't repeat a text.
#[test]
fn a_broken_connection_is_told() {
    for (sent, wanted) in [
        ("Content-Length: 1099511627776\r\n\r\n", "a message of 1099511627776 bytes"),
        ("Content-Length: 6\r\n\r\ns3cret", "isn't valid JSON-RPC"),
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_meniscus"));
        command.arg("lsp").stdin(std::process::Stdio::piped());
        let child = command.stderr(std::process::Stdio::piped()).spawn();
        let mut child = child.expect("the program runs");
        let mut input = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut input, sent.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(wanted), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}

#[test]
fn an_exit_before_the_end_is_said() {
    let mut client = Client::new(&json!({}));
    client.note("exit", Value::Null);
    assert_eq!(client.server.take().unwrap().join().unwrap().unwrap(), Ended::Early);
}

#[test]
fn a_comment_that_allows_stands_between_tags_and_changes_nothing() {
    let mut client = Client::new(&PULLING());
    let name = "templates/hello/subject.liquid";
    client.open(name);
    let text = "{% assign x = 1\n  | upcse %}\n  {{ 'a' | upcse }}b";
    client.change(name, 2, json!([{ "text": text }]));
    let whole =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9, "character": 0 } });
    let more = json!({ "range": whole, "context": { "diagnostics": [] } });
    let actions = client.about("codeAction", name, more);
    let allowed = actions.as_array().unwrap().iter().filter_map(|action| {
        let is_comment = action["title"].as_str().unwrap().starts_with("Allow");
        is_comment.then(|| action["edit"]["changes"][client.uri(name)][0].clone())
    });
    let allowed = allowed.collect::<Vec<_>>();
    // Not inside of the first tag, whose second line has a finding, too.
    assert!(allowed.iter().all(|edit| edit["range"]["start"]["line"] != 1), "{allowed:?}");
    let last = allowed.last().expect("a comment");
    assert_eq!(last["newText"], "  {% # meniscus: allow unknown-filter — why -%}\n");
    client.stop();
}

/// Outline, folding, links and ends of tags, from the tree.
#[test]
fn the_tree_gives_outline_folds_links_and_ends() {
    let mut client = Client::new(&json!({}));
    let text = client.open(BODY);
    let symbols = client.about("documentSymbol", BODY, json!({}));
    let names = symbols.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap());
    let names = names.collect::<Vec<_>>();
    assert!(
        names[0].starts_with("connected_content") && names[1].starts_with("for offer"),
        "{names:?}"
    );
    let folds = client.about("foldingRange", BODY, json!({}));
    assert_eq!(folds, json!([{ "startLine": 2, "endLine": 3 }]));
    let links = client.about("documentLink", BODY, json!({}));
    assert!(links[0]["target"].as_str().unwrap().ends_with("footer.liquid"));
    let linked =
        client.about("linkedEditingRange", BODY, json!({ "position": at(&text, "for offer", 1) }));
    assert_eq!(linked["ranges"].as_array().unwrap().len(), 2);
    let more = json!({ "positions": [at(&text, "points", 2)] });
    let selected = client.about("selectionRange", BODY, more);
    assert_eq!(selected[0]["range"]["start"], at(&text, "points", 0));
    assert!(selected[0]["parent"]["parent"].is_object());
    let position = at(&text, "upcase", 2);
    assert_eq!(client.about("signatureHelp", BODY, json!({ "position": position })), Value::Null);
    client.stop();
}

/// The end of a block comes while its opening is typed, where it has none.
#[test]
fn an_opened_block_gets_its_end() {
    let mut client = Client::new(&json!({}));
    let offered = &client.started["capabilities"]["documentOnTypeFormattingProvider"];
    assert_eq!(offered["firstTriggerCharacter"], "}");
    let text = client.open(BODY);
    let options = json!({ "tabSize": 2, "insertSpaces": true });
    let typed = |position: &Value| json!({ "position": position, "ch": "}", "options": options });
    let after_for = at(&text, "%}\n  {{offer", 2);
    assert_eq!(client.about("onTypeFormatting", BODY, typed(&after_for)), json!([]));
    let start = json!({ "line": 0, "character": 0 });
    let change = json!([{ "range": { "start": start, "end": start }, "text": "{% if wallet %}" }]);
    client.change(BODY, 2, change);
    let end = json!({ "line": 0, "character": 15 });
    let edit = json!([{ "range": { "start": end, "end": end }, "newText": "{% endif %}" }]);
    assert_eq!(client.about("onTypeFormatting", BODY, typed(&end)), edit);
    client.stop();
}

/// Documentation comes when it is shown, where the client can ask for it.
#[test]
fn documentation_of_a_completion_is_asked_for_later() {
    let resolves = json!({ "properties": ["documentation"] });
    let item = json!({ "snippetSupport": true, "resolveSupport": resolves });
    let can = json!({ "textDocument": { "completion": { "completionItem": item } } });
    let mut client = Client::new(&can);
    assert_eq!(client.started["capabilities"]["completionProvider"]["resolveProvider"], true);
    let text = client.open(BODY);
    let position = at(&text, "upcase", 3);
    let found = client.about("completion", BODY, json!({ "position": position }));
    let items = found["items"].as_array().unwrap();
    let upcase = items.iter().find(|item| item["label"] == "upcase").unwrap();
    assert!(items.iter().all(|item| item.get("documentation").is_none()), "{found}");
    let resolved = client.ask("completionItem/resolve", upcase.clone());
    assert_eq!(resolved["label"], "upcase");
    assert!(
        resolved["documentation"]["value"].as_str().unwrap().contains("uppercase"),
        "{resolved}"
    );
    // An item of a file that is gone stays as it is.
    let mut lost = upcase.clone();
    lost["data"]["uri"] = json!("file:///nowhere.liquid");
    assert_eq!(client.ask("completionItem/resolve", lost.clone()), lost);
    client.stop();
}
